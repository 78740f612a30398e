"""Each lesson runs alone, asserts what it teaches, and its page says and shows what it does."""

import ast
import os
import re
import subprocess
import sys
from itertools import pairwise

import matplotlib.image
import numpy as np
import pytest

from docs import lesson_pages
from docs.lesson_pages import HOME, LESSONS, OUTPUT, PAGES, PICTURE, PICTURES

# Another version of matplotlib may draw letters and lines a point beside. Averaged over blocks of
# 20 x 20 points, a line of 2 points that is moved out of its block changes it by 2/20 of a colour's
# range, and a typical picture has such a line in one block of five: 0.02. A picture with another
# curve or with other cells filled differs in single blocks by a third and more.
BLOCK, ALL_BLOCKS, ONE_BLOCK = 20, 0.02, 0.33


def text_of(path):
    return path.read_text(encoding="utf-8")


def page_of(lesson):
    return text_of(PAGES / lesson_pages.page_name(lesson))


def run(lesson, *arguments, cwd):
    """The lesson in a process of its own; any warning is an error."""
    threads = {"OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-W", "error", lesson, *arguments],
        cwd=cwd, env={**os.environ, **threads}, capture_output=True, text=True, encoding="utf-8",
        stdin=subprocess.DEVNULL, timeout=120,
    )  # fmt: skip


def blocks(path):
    """A picture as the mean brightness of its blocks."""
    points = matplotlib.image.imread(path)[..., :3].mean(axis=2)
    high, wide = (size // BLOCK for size in points.shape)
    cut = points[: high * BLOCK, : wide * BLOCK]
    return cut.reshape(high, BLOCK, wide, BLOCK).mean(axis=(1, 3))


def alike(a, b):
    """Whether two pictures show the same, perhaps drawn by two versions of matplotlib."""
    one, two = blocks(a), blocks(b)
    if np.abs(np.subtract(one.shape, two.shape)).max() > 1:
        return False
    high, wide = np.minimum(one.shape, two.shape)
    off = np.abs(one[:high, :wide] - two[:high, :wide])
    return off.mean() <= ALL_BLOCKS and off.max() <= ONE_BLOCK


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_runs_alone_and_its_page_is_what_it_does(lesson, tmp_path):
    done = run(lesson, "made", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    page = page_of(lesson)
    printed = OUTPUT.findall(page)
    assert "".join(printed) == done.stdout, "docs/lessons is stale: run `make pages`"
    cells = [c for c in lesson_pages.cells_of(text_of(lesson)) if c.kind in {"code", "hidden"}]
    silent = iter(printed)
    outputs = [
        next(silent) if "print(" in c.source or "run_path(" in c.source else "" for c in cells
    ]
    assert page == lesson_pages.page(lesson, outputs), "docs/lessons is stale: run `make pages`"
    shown = {name for _, name in PICTURE.findall(page)}
    made = {picture.stem for picture in (tmp_path / "made").iterdir()}
    assert made == shown == {p.stem for p in PICTURES.glob(f"{lesson.stem[:2]}-*.png")}
    for name in made:
        new, kept = tmp_path / "made" / f"{name}.png", PICTURES / f"{name}.png"
        assert alike(new, kept), f"{name}.png is stale: run `make pages`"


def test_there_are_twelve_and_the_index_has_them():
    assert [path.stem[:2] for path in LESSONS] == [f"{k:02d}" for k in range(1, 13)]
    assert text_of(PAGES / "index.md") == lesson_pages.index()
    kept = {p.stem for p in PICTURES.iterdir()}
    assert kept == {name for path in LESSONS for _, name in PICTURE.findall(page_of(path))}
    pages = {lesson_pages.page_name(path) for path in LESSONS} | {"index.md", "pictures"}
    assert {p.name for p in PAGES.iterdir()} == pages


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_it_needs_numpy_and_matplotlib_only_until_the_last(lesson):
    allowed = {*sys.stdlib_module_names, "numpy", "matplotlib", "pictures"}
    allowed |= {"chainrule"} if lesson == LESSONS[-1] else set()
    for path in (lesson, lesson.with_name("pictures.py")):
        for node in ast.walk(ast.parse(text_of(path))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            assert {name.partition(".")[0] for name in names} <= allowed


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_it_is_short_asserts_and_tells_what_its_pictures_show(lesson):
    cells = lesson_pages.cells_of(text_of(lesson))
    shown = "\n".join(cell.source for cell in cells if cell.kind == "code")
    tree = ast.parse(shown)
    asserted = [node.test for node in ast.walk(tree) if isinstance(node, ast.Assert)]
    assert len(asserted) >= 3
    assert all(any(isinstance(n, ast.Name) for n in ast.walk(test)) for test in asserted)
    assert len(shown.splitlines()) <= 130
    assert max(map(len, shown.splitlines())) <= 92, "wider than a page"
    pictures = PICTURE.findall(page_of(lesson))
    assert pictures
    assert all(len(alt.split()) >= 12 for alt, _ in pictures)


def names_of(source, context):
    """The names that a cell stores, or loads, in whatever scope."""
    nodes = list(ast.walk(ast.parse(source)))
    found = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, context)}
    if context is ast.Store:
        found |= {n.name for n in nodes if isinstance(n, ast.FunctionDef)}
        found |= {n.arg for n in nodes if isinstance(n, ast.arg)}
    return found


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_what_is_shown_needs_nothing_that_is_not(lesson):
    """A name that code out of sight sets is set again in each cell that uses it."""
    out_of_sight = set()
    for cell in lesson_pages.cells_of(text_of(lesson)):
        if cell.kind == "hidden":
            out_of_sight |= names_of(cell.source, ast.Store)
        elif cell.kind == "code":
            stored = names_of(cell.source, ast.Store)
            assert names_of(cell.source, ast.Load) & out_of_sight <= stored
            out_of_sight -= stored


@pytest.mark.parametrize(
    ("lesson", "right", "wrong"),
    [
        ("01", "1 / (1 + math.exp(-z))", "1 / (1 + math.exp(z))"),
        ("05", "d_h1 = delta1 * w[5] + delta2 * w[7]", "d_h1 = delta1 * w[5]"),
        ("06", "dz1 = da1 * a1 * (1 - a1)", "dz1 = da1"),
        ("12", "rate=0.5, steps=500, engine", "rate=0.4, steps=500, engine"),
    ],
)  # fmt: skip
def test_a_lesson_with_a_mistake_stops(lesson, right, wrong, tmp_path):
    (path,) = (p for p in LESSONS if p.stem.startswith(lesson))
    source = text_of(path)
    assert source.count(right) == 1
    spoilt = source.replace(right, wrong).replace("__file__", repr(str(path)))
    copy = tmp_path / path.name
    copy.write_text(f"import sys\nsys.path.insert(0, {str(path.parent)!r})\n{spoilt}", "utf-8")
    done = run(copy, cwd=tmp_path)
    assert done.returncode == 1
    assert "AssertionError" in done.stderr


def test_without_a_folder_nothing_is_written_and_a_wrong_call_is_told(tmp_path):
    assert run(LESSONS[0], cwd=tmp_path).returncode == 0
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("mine")
    for arguments, said in ((["--help"], "takes one folder"), (["file"], "can't be written")):
        done = run(LESSONS[0], *arguments, cwd=tmp_path)
        assert done.returncode == 1
        assert said in done.stderr
        assert "Traceback" not in done.stderr
    assert (tmp_path / "file").read_text() == "mine"


def test_another_picture_is_not_alike(tmp_path):
    pictures = sorted(PICTURES.iterdir())[:8]
    for one, two in pairwise(pictures):
        assert alike(one, one)
        assert not alike(one, two)
    points = matplotlib.image.imread(pictures[1])  # one cell of a grid filled with another colour
    points[100:150, 100:150, :3] = 0.3
    matplotlib.image.imsave(tmp_path / "spoilt.png", points)
    assert not alike(pictures[1], tmp_path / "spoilt.png")


def test_a_change_of_text_code_or_output_changes_the_page(tmp_path):
    lesson = LESSONS[0]
    outputs = lesson_pages.run(lesson, tmp_path)
    page = page_of(lesson)
    assert lesson_pages.page(lesson, outputs) == page
    assert lesson_pages.page(lesson, [outputs[0] + "more\n", *outputs[1:]]) != page
    assert re.search(r"^python|tags=", page, re.MULTILINE) is None, "no cell mark is left"


def test_the_digits_are_whole_and_say_where_they_come_from():
    sheet = matplotlib.image.imread(HOME / "lessons" / "digits.png")
    assert sheet.shape == (80, 800)
    assert np.array_equal(np.unique((sheet * 17).round()), np.arange(17))
    raw = (HOME / "lessons" / "digits.png").read_bytes()
    assert b"CC BY 4.0" in raw
    assert b"10.24432/C50P49" in raw
    assert "CC BY 4.0" in " ".join(page_of(LESSONS[10]).split())
