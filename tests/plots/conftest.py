"""Real runs, made once: the pictures are tested on what people draw."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.data.problems import find


def trained(path: Path, network: cr.Network, data: cr.Data, training: cr.Training) -> Path:
    with cr.RunWriter.create(path, network, data, training) as run:
        cr.fit(network, data, training, run=run)
    return path


def three_classes() -> cr.Data:
    """Three clouds in units far from the network's: standardised, with names and all parts."""
    rng = np.random.default_rng(1)
    k = rng.integers(0, 3, 240)
    x = np.array([[60.0, 5.0], [30.0, 8.0], [30.0, 2.0]])[k]
    x = x + rng.normal(size=x.shape) * [4.0, 0.5]
    return cr.Data.from_arrays(
        x, np.array(["setosa", "versicolor", "virginica"])[k], standardise=True,
        names=["petal length", "petal width"], test_size=0.2, validation_size=0.2,
    )  # fmt: skip


def sine() -> cr.Data:
    x = np.linspace(-3, 3, 90)[:, None]
    return cr.Data.from_arrays(x, np.sin(2 * x), test_size=0.2)


def saddle() -> cr.Data:
    x = np.random.default_rng(2).uniform(-2, 2, (150, 2))
    return cr.Data.from_arrays(x, x[:, 0] ** 2 - x[:, 1] ** 2)


def four_columns(task: str) -> cr.Data:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(90, 4))
    y = x @ rng.normal(size=(4, 2))
    return cr.Data.from_arrays(x, (y[:, 0] > 0).astype(int) if task == "classes" else y)


def _own(data: cr.Data, *hidden: int) -> cr.Network:
    numbers = data.task == "numbers"
    loss = "binary_cross_entropy" if data.outputs == 1 else "softmax_cross_entropy"
    sizes = [data.inputs, *hidden, data.outputs]
    last, loss = ("identity", "half_squared") if numbers else (None, loss)
    return cr.Network.start(cr.Spec.chain(sizes, "tanh", last=last, loss=loss), seed=0)


OWN: dict[str, Callable[[], Any]] = {
    "three": three_classes,
    "sine": sine,
    "saddle": saddle,
    "little": lambda: cr.Data.from_arrays([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], ["a", "b", "b"]),
    "many classes": lambda: four_columns("classes"),
    "many numbers": lambda: four_columns("numbers"),
}


@pytest.fixture(scope="session")
def run_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The run file of a built-in problem, or of one of OWN; each is trained once."""
    folder, made = tmp_path_factory.mktemp("runs"), dict[str, Path]()

    def make(name: str) -> Path:
        path = folder / f"{name}.chainrule"
        if name in OWN:
            data = OWN[name]()
            training = cr.Training("adam", 0.02, epochs=10 if name == "little" else 150)
            return trained(path, _own(data, 12), data, training)
        problem = find(name)
        network = cr.Network.start(problem.spec, seed=problem.training.seed)
        return trained(path, network, problem.data(), problem.training)

    def run_file(name: str) -> Path:
        if name not in made:
            made[name] = make(name)
        return made[name]

    return run_file
