"""Makes a page of the docs out of each lesson: its text, its code, what it prints, its pictures.

A lesson is a program in cells, the percent format that editors show as a notebook:

    # %% [markdown]                  text in comments: Markdown, formulas, pictures by name
    # %%                             code; below it stands what it prints
    # %% tags=["remove-input"]       code that draws: it is not shown
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

HOME = Path(__file__).parents[1]
LESSONS = sorted((HOME / "lessons").glob("[0-9]*.py"))
PAGES = HOME / "docs" / "lessons"
PICTURES = PAGES / "pictures"
MARK = re.compile(r"^# %%(.*)\n", re.MULTILINE)
PICTURE = re.compile(r"^!\[([^\]]+)\]\(pictures/([\w-]+)\.png\)$", re.MULTILINE)
OUTPUT = re.compile(r"^```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Cell(NamedTuple):
    """A piece of a lesson: `text`, `code` or `hidden` code, and the line before it."""

    kind: str
    source: str
    line: int


def cells_of(source: str) -> list[Cell]:
    """A lesson in its pieces; the first one holds the docstring."""
    kinds = {"": "code", "[markdown]": "text", 'tags=["remove-input"]': "hidden"}
    marks = list(MARK.finditer(source))
    ends = [mark.start() for mark in marks[1:]] + [len(source)]
    found = [Cell("head", source[: marks[0].start()], 0)]
    for mark, end in zip(marks, ends, strict=True):
        line = source.count("\n", 0, mark.end())
        found.append(Cell(kinds[mark[1].strip()], source[mark.end() : end].strip("\n"), line))
    return found


def title_and_lead(path: Path) -> tuple[str, str]:
    """The first line of a lesson's docstring, and the rest of it."""
    head = cells_of(path.read_text(encoding="utf-8"))[0].source
    title, _, lead = head.partition('"""')[2].partition('"""')[0].partition("\n")
    return title.rstrip("."), lead.strip()


def run(path: Path, folder: Path) -> list[str]:
    """What each code cell prints, in a run that writes its pictures to `folder`."""
    source = path.read_text(encoding="utf-8")
    names = {"__name__": "__main__", "__file__": str(path)}
    before = sys.argv, list(sys.path)
    sys.argv, sys.path = [str(path), str(folder)], [str(path.parent), *sys.path]
    printed = []
    try:
        for cell in cells_of(source):
            if cell.kind != "text":
                with contextlib.redirect_stdout(io.StringIO()) as out:
                    exec(compile("\n" * cell.line + cell.source, str(path), "exec"), names)
                printed.append(out.getvalue())
    finally:
        sys.argv, sys.path = before[0], before[1]
    return printed[1:]  # the head only imports


def page(path: Path, printed: list[str]) -> str:
    """The page of a lesson whose code cells print that."""
    title, lead = title_and_lead(path)
    name = f"lessons/{path.name}"
    parts = [
        f"<!-- Made by docs/generate.py from {name}: change that, not this. -->",
        "<!-- skip: start -->",
        f"# {title}",
        lead,
        head_code(path),
        *body(path, iter(printed)),
        f"---\n\nThis page is the program `{name}`: `python {name}` runs it.\n"
        f"With the name of a folder behind it, it writes the pictures there.{onwards(path)}",
    ]
    return "\n\n".join(parts) + "\n"


def head_code(path: Path) -> str:
    """What a lesson needs before it begins, but for what draws."""
    code = cells_of(path.read_text(encoding="utf-8"))[0].source.split('"""')[2]
    shown = code.replace("import pictures\n", "").strip()
    return f"```python\n{shown}\n```"


def body(path: Path, printed: Iterator[str]) -> Iterator[str]:
    for cell in cells_of(path.read_text(encoding="utf-8"))[1:]:
        if cell.kind == "text":
            yield re.sub("^# ?", "", cell.source, flags=re.MULTILINE)
            continue
        if cell.kind == "code":
            yield f"```python\n{cell.source}\n```"
        if out := next(printed):
            yield f"```text\n{out}```"


def onwards(path: Path) -> str:
    after = LESSONS[LESSONS.index(path) + 1 :]
    return f" Next: [{title_and_lead(after[0])[0]}]({page_name(after[0])})." if after else ""


def page_name(path: Path) -> str:
    return path.stem.replace("_", "-") + ".md"


def index() -> str:
    """The page before the lessons: what they are, and a line for each."""
    rows = []
    for path in LESSONS:
        title, lead = title_and_lead(path)
        first = " ".join(lead.partition("\n\n")[0].split())
        rows.append(f"**[{title}]({page_name(path)})**\n: {first}")
    pages = "\n".join(page_name(path).removesuffix(".md") for path in LESSONS)
    listed = "\n\n".join(rows)
    return f"""<!-- Made by docs/generate.py from lessons/: change that, not this. -->
# Twelve lessons

From one neuron by hand to a network that reads digits, and then to the library. You need school
algebra and a little Python: variables, lists, loops, functions. Each lesson has one idea, and the
formula stands beside the code and the picture.

Each page is a program in the folder `lessons`, and runs alone in seconds. It needs NumPy and
matplotlib (`pip install numpy matplotlib`); only the last one needs this project. Start it as
`python lessons/01_one_neuron.py`. Change a number and run it again: that is how one learns most.

A line with `assert` is a promise: if what follows it is not true, the program stops there. So
whatever these pages claim is computed anew each time they run.

{listed}

```{{toctree}}
:hidden:

{pages}
```
"""


def write() -> Iterator[tuple[str, str]]:
    """Run the lessons; yield each page's name and text. Their pictures are written on the way."""
    sys.dont_write_bytecode = True
    yield "lessons/index.md", index()
    with tempfile.TemporaryDirectory(prefix="chainrule-lessons-") as folder:
        for path in LESSONS:
            yield f"lessons/{page_name(path)}", page(path, run(path, Path(folder)))
        PICTURES.mkdir(parents=True, exist_ok=True)
        made = {picture.name: picture.read_bytes() for picture in Path(folder).iterdir()}
    for old in PICTURES.iterdir():
        if old.name not in made:
            old.unlink()
    for name, content in made.items():
        (PICTURES / name).write_bytes(content)
