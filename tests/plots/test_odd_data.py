"""Data that no picture was made for: all of it is drawn, and nothing warns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.plots import draw
from tests.plots.conftest import trained
from tests.plots.look import alt_in

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 2))
Y = (X[:, 0] > 0).astype(int)
THIRTY = np.arange(600) % 30
LONG = np.array([f"species number {k} of the genus" for k in range(30)])


def one_class() -> cr.Data:
    """Two classes, of which the training part has one."""
    data = cr.Data.from_arrays(X, Y)
    return replace(data, train=data.train.take(np.flatnonzero(Y == 1)))


CASES: dict[str, Callable[[], cr.Data]] = {
    "constant inputs": lambda: cr.Data.from_arrays(np.ones((10, 2)), np.arange(10) % 2),
    "all zero": lambda: cr.Data.from_arrays(np.zeros((10, 2)), np.arange(10) % 2),
    "one constant column": lambda: cr.Data.from_arrays(np.c_[X[:, 0], np.full(60, 7.0)], Y),
    "one class of two": one_class,
    "huge, standardised": lambda: cr.Data.from_arrays(X * 1e12, Y, standardise=True),
    "1e300": lambda: cr.Data.from_arrays(X * 1e300, Y),
    "1e-300": lambda: cr.Data.from_arrays(X * 1e-300, Y),
    "far from 0": lambda: cr.Data.from_arrays(X + 1e9, Y, standardise=True),
    "long and narrow": lambda: cr.Data.from_arrays(X * [1e6, 1e-6], Y),
    "30 classes": lambda: cr.Data.from_arrays(RNG.normal(size=(600, 2)), THIRTY, test_size=0.1),
    "30 long names": lambda: cr.Data.from_arrays(RNG.normal(size=(600, 2)), LONG[THIRTY]),
    "30 classes, 1 input": lambda: cr.Data.from_arrays(RNG.normal(size=(600, 1)), THIRTY),
    "30 classes, 4 inputs": lambda: cr.Data.from_arrays(RNG.normal(size=(600, 4)), THIRTY),
    "2 classes, 1 input": lambda: cr.Data.from_arrays(X[:, :1], Y, test_size=0.2),
    "constant answers": lambda: cr.Data.from_arrays(X, np.full(60, 3.5)),
    "tiny answers": lambda: cr.Data.from_arrays(X, X[:, 0] * 1e-200),
    "60 columns": lambda: cr.Data.from_arrays(RNG.normal(size=(40, 60)), np.arange(40) % 2),
    "60 columns, 10 rows": lambda: cr.Data.from_arrays(
        RNG.normal(size=(10, 60)), np.arange(10) % 2
    ),
    "3 classes, 9 rows": lambda: cr.Data.from_arrays(RNG.normal(size=(9, 3)), np.arange(9) % 3),
    "numbers of all sizes": lambda: cr.Data.from_arrays(
        RNG.normal(size=(5, 3)) * 1e6, RNG.normal(size=(5, 3)) * 1e-7
    ),
    "one row": lambda: cr.Data.from_arrays(np.ones((1, 2)), [1.5]),
    "two rows": lambda: cr.Data.from_arrays([[0.0, 0.0], [1.0, 1.0]], [0.0, 1.0]),
    "many rows": lambda: cr.Data.from_arrays(
        RNG.normal(size=(100_000, 2)), RNG.integers(0, 2, 100_000), test_size=0.2
    ),
}

FILMED = ("constant inputs", "1e300", "30 long names", "numbers of all sizes", "one row")


def network_for(data: cr.Data, dtype: str = "float64") -> cr.Network:
    loss: Any = "binary_cross_entropy" if data.outputs == 1 else "softmax_cross_entropy"
    last: Any = None
    if data.task == "numbers":
        loss, last = "half_squared", "identity"
    sizes = [data.inputs, 6, data.outputs]
    return cr.Network.start(cr.Spec.chain(sizes, "tanh", last=last, loss=loss, dtype=dtype), seed=0)


@pytest.mark.parametrize("name", CASES)
def test_it_is_drawn(name: str, tmp_path: Path) -> None:
    data = CASES[name]()
    training = cr.Training("adam", 0.01, steps=3)
    path = trained(tmp_path / "r.chainrule", network_for(data), data, training)
    with cr.RunFile(path) as run:
        made = draw(run, tmp_path / "pictures", animate=name in FILMED)
    drawn = {picture.path.stem: picture for picture in made}
    assert list(drawn)[-1] == "index"
    assert {"before", "error", "network", "activations", "gradients"} < set(drawn)
    assert ("learning" in drawn) == (name in FILMED)
    for picture in made[:-1]:
        assert alt_in(picture.path) == picture.alt
        assert "nan" not in picture.alt.lower().split()
    assert f"{data.train.n:,} training row" in drawn["before"].alt
    held = {name: part.n for name, part in data.parts.items()}
    answers = drawn.keys() & {"decision", "confusion", "predicted"}
    assert answers
    for kind in answers - {"confusion"}:
        assert f"{held['train']:,} " in drawn[kind].alt
    if "confusion" in drawn:
        assert f" of {held.get('test', held['train']):,} rows right" in drawn["confusion"].alt


def test_what_was_sampled_is_said(tmp_path: Path) -> None:
    data = CASES["many rows"]()
    path = trained(tmp_path / "r.chainrule", network_for(data), data, cr.Training(steps=1))
    with cr.RunFile(path) as run:
        before, decision = draw(run, tmp_path / "pictures", only=["before", "decision"])
    assert "80,000 training rows before training (2,000 of them drawn, a sample)" in before.alt
    assert "2,000 training rows are drawn, a sample" in decision.alt


@pytest.mark.parametrize("scale", [1.0, 1e30])
def test_float32(scale: float, tmp_path: Path) -> None:
    data = cr.Data.from_arrays(X * scale, Y, test_size=0.2)
    training = cr.Training("adam", 0.01, steps=3)
    path = trained(tmp_path / "r.chainrule", network_for(data, "float32"), data, training)
    with cr.RunFile(path) as run:
        assert [p.path.stem for p in draw(run, tmp_path / "pictures")] == [
            "before", "decision", "confusion", "error", "network", "activations", "gradients",
            "learning", "index",
        ]  # fmt: skip
