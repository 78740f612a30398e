"""All pictures of a run in a folder, and the page that shows them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest
from PIL import Image

import chainrule as cr
from chainrule import plots
from chainrule.core.errors import TaskError
from chainrule.plots import Picture, draw
from chainrule.plots.sight import Sight
from tests.helpers import refused
from tests.plots.conftest import trained
from tests.plots.look import alt_in

Runs = Callable[[str], Path]


class Page(HTMLParser):
    """Every element of a page, with its attributes, and all of its text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag]


@pytest.fixture(scope="module")
def circles(run_of: Runs, tmp_path_factory: pytest.TempPathFactory) -> list[Picture]:
    with cr.RunFile(run_of("circles")) as run:
        return draw(run, tmp_path_factory.mktemp("pictures"))


ALWAYS = ["network.svg", "activations.png", "gradients.png"]
CIRCLES = ["before.png", "decision.png", "confusion.png", "error.png", *ALWAYS]


def named(made: list[Picture], stem: str) -> Picture:
    (found,) = (picture for picture in made if picture.path.stem == stem)
    return found


def test_the_pictures_that_fit_and_nothing_else(circles: list[Picture]) -> None:
    names = [*CIRCLES, "learning.webp", "index.html"]
    assert [picture.name for picture in circles] == names
    assert [picture.path.name for picture in circles] == names
    assert sorted(p.name for p in circles[0].path.parent.iterdir()) == sorted(names)


def test_every_picture_carries_its_text(circles: list[Picture]) -> None:
    for picture in circles[:-1]:
        assert alt_in(picture.path) == picture.alt
        assert len(picture.alt) > 100


def test_still_pictures_are_of_readable_size(circles: list[Picture]) -> None:
    stills = [picture for picture in circles if picture.path.suffix == ".png"]
    assert len(stills) == 6
    for picture in stills:
        with Image.open(picture.path) as image:
            assert 900 <= image.width <= 1300
            assert image.height >= 300
        assert picture.path.stat().st_size < 400_000


def test_the_page_shows_all_pictures_with_their_texts(circles: list[Picture]) -> None:
    page = Page(circles[-1].path)
    assert [image["src"] for image in page.all("img")] == [p.name for p in circles[:-1]]
    assert [image["alt"] for image in page.all("img")] == [p.alt for p in circles[:-1]]
    for kind in plots.KINDS.values():
        assert (kind.look in page.text) == (kind.name in {p.path.stem for p in circles})
    assert page.all("html") == [{"lang": "en"}]
    assert "width=device-width" in page.all("meta")[1]["content"]
    assert "prefers-color-scheme: dark" in page.text
    (still,) = page.all("source")
    assert still == {"media": "(prefers-reduced-motion: reduce)", "srcset": "decision.png"}


def test_the_page_asks_nothing_of_other_machines(circles: list[Picture]) -> None:
    text = circles[-1].path.read_text(encoding="utf-8")
    assert "//" not in text.replace("<!doctype", "")
    assert Page(circles[-1].path).all("script") == []
    assert circles[-1].path.stat().st_size < 20_000


def test_without_animation(run_of: Runs, tmp_path: Path) -> None:
    with cr.RunFile(run_of("xor")) as run:
        made = draw(run, tmp_path / "new folder", animate=False)
    assert [p.name for p in made] == [
        "before.png", "decision.png", "error.png", *ALWAYS, "index.html",
    ]  # fmt: skip
    assert all(p.path.is_file() for p in made)


def test_as_gif_and_no_other_format(run_of: Runs, tmp_path: Path) -> None:
    with cr.RunFile(run_of("little")) as run:
        with refused("draw", "format", "mp4"):
            draw(run, tmp_path, format="mp4")
        assert [p.name for p in draw(run, tmp_path, format="gif", only=["learning"])] == [
            "learning.gif"
        ]


def test_some_only_and_without_a_page(run_of: Runs, tmp_path: Path) -> None:
    with cr.RunFile(run_of("xor")) as run:
        made = draw(run, tmp_path, only=["network", "before"])
        assert [p.name for p in made] == ["before.png", "network.svg"]
        assert sorted(p.name for p in tmp_path.iterdir()) == ["before.png", "network.svg"]
        with refused("predicted", "2 inputs, 2 classes", "These fit: before, decision, error"):
            draw(run, tmp_path, only=["predicted"])
        with refused("draw", "only", "'nets'"):
            draw(run, tmp_path, only=["nets"])


WHEN: dict[str, set[str]] = {
    "circles": {"decision", "confusion"},
    "xor": {"decision"},
    "mazur": {"decision"},
    "saddle": {"decision", "predicted"},
    "many classes": {"confusion"},
    "many numbers": {"predicted"},
}


@pytest.mark.parametrize("name", WHEN)
def test_what_is_drawn_of_the_answers_fits_the_data(run_of: Runs, name: str) -> None:
    with cr.RunFile(run_of(name)) as run:
        sight = Sight(run)
        fitting = {kind.name for kind in plots.KINDS.values() if kind.fits(sight)}
    assert fitting & {"decision", "confusion", "predicted", "weights"} == WHEN[name]


@pytest.mark.parametrize("name", ["circles", "mazur"])
def test_drawn_twice_is_the_same_file(run_of: Runs, tmp_path: Path, name: str) -> None:
    """Also when the user has settings of matplotlib's that would change everything."""
    theirs: Any = {"font.size": 30, "axes.facecolor": "black", "axes.grid": True}
    with cr.RunFile(run_of(name)) as run:
        first = draw(run, tmp_path / "a", animate=False)
        with matplotlib.rc_context(theirs):
            before = dict(matplotlib.rcParams)
            second = draw(run, tmp_path / "b", animate=False)
            assert dict(matplotlib.rcParams) == before
    for one, other in zip(first, second, strict=True):
        assert one.path.read_bytes() == other.path.read_bytes()


def test_no_setting_of_matplotlib_is_changed(run_of: Runs, tmp_path: Path) -> None:
    before = dict(matplotlib.rcParams)
    with cr.RunFile(run_of("little")) as run:
        draw(run, tmp_path)
        plots.data_figure(run.data())
        plots.decision_figure(run.model(), run.data())
        plots.error_figure(run.history(), "squared")
    assert dict(matplotlib.rcParams) == before


HOSTILE = '</p><script>alert("1")</script> & $x^2$ $\\frac{'


def test_names_of_the_users_are_text_wherever_they_stand(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 2))
    y = np.array([HOSTILE, "ein sehr langer Name 中文 😀 " * 9])[(x[:, 0] > 0).astype(int)]
    data = cr.Data.from_arrays(x, y, names=["$\\alpha$_{", "<b>&amp;\n%s {x}"])
    spec = cr.Spec.chain([2, 4, 1], "tanh", loss="binary_cross_entropy")
    training = cr.Training("adam", 0.1, epochs=3)
    path = trained(tmp_path / "$a$ <i>.chainrule", cr.Network.start(spec, seed=0), data, training)
    with cr.RunFile(path) as run:
        made = draw(run, tmp_path / "pictures")
    page = Page(made[-1].path)
    assert page.all("script") == page.all("b") == page.all("i") == []
    assert HOSTILE in page.text
    assert HOSTILE in page.all("img")[0]["alt"]
    assert "$a$ <i>.chainrule" in page.text
    for picture in made[:-1]:
        assert alt_in(picture.path) == picture.alt


def test_data_that_the_run_does_not_hold_are_handed_over(tmp_path: Path) -> None:
    data = cr.Data.from_arrays([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1])
    network = cr.Network.start(cr.Spec.chain([2, 1], loss="binary_cross_entropy"), seed=0)
    training = cr.Training(epochs=3)
    path = tmp_path / "r.chainrule"
    with cr.RunWriter.create(path, network, data, training, hold_data=False) as run:
        cr.fit(network, data, training, run=run)
    with cr.RunFile(path) as run:
        with refused("data of r.chainrule"):
            draw(run, tmp_path / "none")
        assert len(draw(run, tmp_path / "some", data=data)) == 8
        _, network = draw(run, tmp_path / "without", only=["error", "network"])
        assert "2-1 sigmoid" in network.alt
    assert not (tmp_path / "none").exists()


def test_a_run_whose_numbers_did_not_stay_finite(run_of: Runs, tmp_path: Path) -> None:
    with cr.RunFile(run_of("circles")) as run:
        data = run.data()
    spec = cr.Spec.chain([2, 8, 1], "relu", last="identity", loss="squared")
    network, training = cr.Network.start(spec, seed=0), cr.Training(learning_rate=10.0, epochs=300)
    with cr.RunWriter.create(tmp_path / "r.chainrule", network, data, training) as run:
        with pytest.raises(TaskError, match="finite"):
            cr.fit(network, data, training, run=run)
        made = draw(run, tmp_path / "pictures", animate=False)
    assert "The loss rose from 0.52 to" in named(made, "error").alt
    assert len(made) == 8


def test_a_run_without_one_finite_loss(tmp_path: Path) -> None:
    x = np.random.default_rng(0).normal(size=(30, 2))
    data = cr.Data.from_arrays(x, x[:, 0] * 1e200)
    network = cr.Network.start(cr.Spec.chain([2, 3, 1], "tanh", last="identity"), seed=0)
    with cr.RunWriter.create(tmp_path / "r.chainrule", network, data, cr.Training(steps=5)) as run:
        with pytest.raises(TaskError, match="finite"):
            cr.fit(network, data, run.training, run=run)
        made = draw(run, tmp_path / "pictures")
    error = named(made, "error").alt
    assert any(said in error for said in ("No loss was measured", "never a number"))
    assert "loss infinity" in named(made, "decision").alt
    assert "root mean square error infinity" in named(made, "predicted").alt
    assert len(made) == 9


def test_a_folder_that_cannot_be_written_is_said(run_of: Runs, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with cr.RunFile(run_of("xor")) as run, refused("before.png", kind=TaskError):
        draw(run, tmp_path / "file" / "pictures")
    assert (tmp_path / "file").read_text() == "mine"


def test_existing_pictures_are_replaced_whole(run_of: Runs, tmp_path: Path) -> None:
    (tmp_path / "error.png").write_bytes(b"old")
    with cr.RunFile(run_of("xor")) as run:
        draw(run, tmp_path, animate=False)
    assert alt_in(tmp_path / "error.png").startswith("Loss")
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


# -------------------------------------------------------------------------------------- matplotlib


@pytest.mark.parametrize("missing", ["matplotlib", "PIL"])
@pytest.mark.parametrize(
    "name", ["Picture", "animation", "compare", "draw", "error_figure", "network_figure"]
)
def test_a_missing_matplotlib_is_said_in_four_parts(
    monkeypatch: pytest.MonkeyPatch, missing: str, name: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with refused("chainrule.plots", "matplotlib", "pip install 'chainrule[plot]'"):
        getattr(plots, name)
    with refused("chainrule.plots", missing):
        plots.require()


def test_unknown_names_are_attribute_errors() -> None:
    with pytest.raises(AttributeError, match="show"):
        plots.show  # noqa: B018
    assert set(plots.__all__) <= set(dir(plots))


SCRIPT = """
import sys
import chainrule.plots
assert not {"matplotlib", "PIL"} & set(sys.modules), "loaded too early"
import chainrule as cr
with cr.RunFile(sys.argv[1]) as run:
    chainrule.plots.draw(run, sys.argv[2], animate=False)
assert "matplotlib" in sys.modules
assert "matplotlib.pyplot" not in sys.modules, "pyplot was loaded"
assert "tkinter" not in sys.modules
"""


def test_drawing_needs_no_display_and_no_pyplot(run_of: Runs, tmp_path: Path) -> None:
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "MPLBACKEND"}
    environment = {k: v for k, v in os.environ.items() if k not in hidden} | {"MPLBACKEND": "tkagg"}
    subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT, run_of("xor"), tmp_path],
        env=environment, check=True, timeout=120,
    )  # fmt: skip
