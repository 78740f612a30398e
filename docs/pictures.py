"""Draws the pictures of docs/how-to/pictures.md into docs/pictures/kinds/.

    python docs/pictures.py

The runs are short ones, made here: circles, regressions, drawn digits, a network that is too deep.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import chainrule as cr
from chainrule import plots
from chainrule.data.problems import find
from chainrule.plots.files import Picture

TO = Path(__file__).parent / "pictures" / "kinds"
WIDTH = 760  # pixels on the page
DIGITS = (  # 3 × 5 pixels each, row by row
    "111101101101111", "010110010010111", "111001111100111", "111001111001111", "101101111001001",
    "111100111001111", "111100111101111", "111001010010010", "111101111101111", "111101111001111",
)  # fmt: skip


def digits(rows: int, side: int = 12) -> cr.Data:
    """Images of side × side pixels: a digit of 6 × 10, moved by a pixel or two, and noise."""
    rng = np.random.default_rng(0)
    shapes = np.array([list(map(int, shape)) for shape in DIGITS]).reshape(10, 5, 3)
    shapes = np.kron(shapes, np.ones((1, 2, 2)))
    y, moved = rng.integers(0, 10, rows), rng.integers(0, 3, (rows, 2))
    x = rng.normal(0, 0.25, (rows, side, side))
    for image, shape, (down, right) in zip(x, shapes[y], moved + np.array([0, 2]), strict=True):
        image[down : down + 10, right : right + 6] += shape * rng.uniform(0.5, 1)
    return cr.Data.from_arrays(x.reshape(rows, -1), y, test_size=0.3)


def two_targets(rows: int = 300) -> cr.Data:
    """Two numbers to learn from four; the second is little more than noise."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(rows, 4))
    y = np.column_stack([x[:, 0] * x[:, 1] + x[:, 2], 0.3 * x[:, 3]])
    y = y + rng.normal(size=y.shape) * [0.1, 1.0]
    return cr.Data.from_arrays(x, y, test_size=0.3)


@contextmanager
def run_of(data: cr.Data, spec: cr.Spec, training: cr.Training, name: str) -> Iterator[cr.RunFile]:
    """A finished run, in a folder that goes."""
    network = cr.Network.start(spec, seed=0)
    with tempfile.TemporaryDirectory() as work:
        path = Path(work) / f"{name}.chainrule"
        with cr.RunWriter.create(path, network, data, training) as run:
            cr.fit(network, data, training, run=run)
        with cr.RunFile(path) as run:
            yield run


def keep(made: list[Picture], **names: str) -> None:
    """Copy pictures into the docs, small, under a name of their own where it is given."""
    TO.mkdir(parents=True, exist_ok=True)
    for picture in made:
        if picture.path.suffix == ".html":
            continue
        to = TO / f"{names.get(picture.path.stem, picture.path.stem)}{picture.path.suffix}"
        if picture.path.suffix == ".svg":
            to.write_text(picture.path.read_text(encoding="utf-8"), encoding="utf-8")
        else:
            shrink(picture, to)
        print(f"{to.relative_to(TO.parents[2])}: {to.stat().st_size // 1024} kB\n  {picture.alt}")


def shrink(picture: Picture, to: Path) -> None:
    """At most as wide as the page, 128 colours, with the same text alternative."""
    from PIL.PngImagePlugin import PngInfo

    about = PngInfo()
    about.add_itxt("Description", picture.alt)
    with Image.open(picture.path) as image:
        height = round(image.height * WIDTH / image.width)
        small = image.convert("RGB")
        if image.width > WIDTH:
            small = small.resize((WIDTH, height), Image.Resampling.LANCZOS)
        few = small.quantize(128, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(to, pnginfo=about, optimize=True)


def of_digits() -> None:
    spec = cr.Spec.chain([144, 24, 10], "relu", loss="softmax_cross_entropy")
    training = cr.Training("adam", 0.005, epochs=12, batch_size=32, l2=0.01)
    with run_of(digits(1500), spec, training, "digits") as run:
        only = ["confusion", "weights", "network"]
        keep(plots.draw(run, run.path.parent, only=only), network="network-large")


def of_numbers() -> None:
    spec = cr.Spec.chain([4, 12, 2], "tanh", last="identity")
    training = cr.Training("adam", 0.02, epochs=150, batch_size=32)
    with run_of(two_targets(), spec, training, "numbers") as run:
        keep(plots.draw(run, run.path.parent, only=["predicted"]))


def of_circles() -> None:
    problem = find("circles")
    with run_of(problem.data(), problem.spec, problem.training, "circles") as run:
        keep(plots.draw(run, run.path.parent, only=["network", "activations"]))


def of_a_deep_network() -> None:
    spec = cr.Spec.chain([2, 8, 8, 8, 8, 1], "sigmoid", loss="binary_cross_entropy")
    data = find("circles").data()
    with run_of(data, spec, cr.Training("sgd", 0.5, epochs=3), "deep") as run:
        keep(plots.draw(run, run.path.parent, only=["gradients"]))


def of_several() -> None:
    problem, runs = find("circles"), list[Any]()
    with tempfile.TemporaryDirectory() as work:
        for rate in (0.001, 0.005, 0.05):
            training = cr.Training("adam", rate, epochs=150, batch_size=50, stop_below=0.005)
            network, path = cr.Network.start(problem.spec, seed=0), Path(work) / f"rate-{rate}.run"
            with cr.RunWriter.create(path, network, problem.data(), training) as run:
                cr.fit(network, problem.data(), training, run=run)
            runs.append(cr.RunFile(path))
        keep(plots.compare(runs, Path(work) / "pictures"))
        for run in runs:
            run.close()


def main() -> None:
    for draw in (of_circles, of_digits, of_numbers, of_a_deep_network, of_several):
        draw()


if __name__ == "__main__":
    main()
