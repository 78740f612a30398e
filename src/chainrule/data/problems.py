"""The built-in problems: data, network, training, and what the source published.

A row of the table is all there is to a problem: `chainrule train NAME` needs no more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from chainrule.core.dense import Array
from chainrule.core.errors import unknown
from chainrule.core.initializers import Given, NumpyLegacy, Uniform
from chainrule.core.optimizers import Sgd
from chainrule.data import toy
from chainrule.data.generated import GENERATED
from chainrule.data.parts import Data, InMemory
from chainrule.data.preparation import Preparation, Target
from chainrule.data.problem import Problem, Published
from chainrule.data.sets import SETS
from chainrule.spec import Conventions, Dense, Spec, Training


def find(name: str) -> Problem:
    """The problem of that name; an unknown name is answered with the nearest one."""
    if name not in PROBLEMS:
        raise unknown(f"problem {name!r}", "problem", name, [*PROBLEMS, *SETS])
    return PROBLEMS[name]


def with_hidden(spec: Spec, hidden: tuple[int, ...]) -> Spec:
    """The same network with hidden layers of other sizes, each set up like the first.

    NumPy's legacy stream runs on from layer to layer, so every layer's place in it is set anew.
    """
    first = spec.layers[0]
    layers = [replace(first, units=units) for units in hidden] + [spec.layers[-1]]
    drawn, placed = 0, []
    for fan_in, layer in zip((spec.inputs, *hidden), layers, strict=True):
        if isinstance(layer.init, NumpyLegacy):
            layer = replace(layer, init=replace(layer.init, skip=drawn))
        drawn += fan_in * layer.units
        placed.append(layer)
    return replace(spec, layers=tuple(placed))


def _table(x: Array, y: Array, task: str = "classes") -> Callable[[int], Data]:
    """A fixed little table, all of it for training."""
    target = Target(task, tuple(f"y{k + 1}" for k in range(y.shape[-1])) if y.ndim == 2 else ())
    target = replace(target, classes=(0, 1)) if task == "classes" else target
    x = x.astype(np.float64)
    return lambda seed: Data(InMemory(x.copy(), y.copy()), preparation=Preparation.fit(x, target))


def _circles(seed: int) -> Data:
    x, y = toy.circles(500, seed=seed)
    test = toy.circles(500, seed=seed, at=4 * 500)
    target = Target("classes", (), ("outside", "inside"))
    return Data(InMemory(x, y), test=InMemory(*test), preparation=Preparation.fit(x, target))


def _error(a: Array, y: Array) -> float:
    return float(np.abs(y - a).mean())


def _half_squared(a: Array, y: Array) -> float:
    return float(0.5 * ((a - y) ** 2).sum())


def _output(k: int) -> Callable[[Array, Array], float]:
    return lambda a, y: float(a.reshape(-1)[k])


# ------------------------------------------------------------------------------------------ circles

CIRCLES = Problem(
    name="circles",
    title="Two circles: is a point on the inner or the outer one?",
    source="a teaching project; its network, its start and its stopping rule",
    make=_circles,
    spec=Spec.chain(
        [2, 4, 8, 1], "sigmoid", loss="squared", conventions=Conventions(batch="sum"),
        init=Uniform(-1, 1), bias_init=Uniform(-1, 1),
    ),
    training=Training(Sgd(), 0.025, batch_size=None, epochs=2000, stop_below=0.005, seed=0),
    notes=(
        "The original's step, 0.05 along half the gradient, is 0.025 along the whole of it.",
        "The original divides the biases' gradients by the number of rows but not the weights': "
        "most of the spikes in its error picture come from that. Here both are sums.",
    ),
)  # fmt: skip

# -------------------------------------------------------------------------------------------- mazur

_EARLY = "it comes from hidden deltas computed with output weights that were already updated"
_LATER = "it is the right figure, but after 9,999 updates"


def _mazur_layer(
    units: list[list[float]], bias: float, kind: str, frozen: tuple[str, ...]
) -> Dense:
    """`units`: a row for each unit, as the source prints them; columns are units here."""
    b = Given([bias] * (2 if kind == "unit" else 1))
    return Dense(2, "sigmoid", kind, frozen, Given(np.transpose(units)), b)


def _mazur(
    name: str, title: str, kind: str, frozen: tuple[str, ...], *published: Published
) -> Problem:
    hidden = _mazur_layer([[0.15, 0.20], [0.25, 0.30]], 0.35, kind, frozen)
    output = _mazur_layer([[0.40, 0.45], [0.50, 0.55]], 0.60, kind, frozen)
    cells = ["[0,0]", "[1,0]", "[0,1]", "[1,1]"]
    weights = {f"w{4 * l + k + 1}": f"{l}.W{cell}" for l in (0, 1) for k, cell in enumerate(cells)}
    biases = {"b1": "0.b[0]", "b2": "1.b[0]"} if kind == "shared" else {}
    return Problem(
        name, title, "M. Mazur, A Step by Step Backpropagation Example (2015)",
        _table(np.array([[0.05, 0.10]]), np.array([[0.01, 0.99]]), "numbers"),
        Spec(2, (hidden, output), "half_squared"),
        Training(Sgd(), 0.5, batch_size=None, steps=10_000),
        ("Each row of weights is a unit in the source; here each column is: w2 is 0.W[1,0].",),
        published,
        {**weights, **biases},
    )  # fmt: skip


_AS_PRINTED = (
    Published("error before training", "0.298371109", 0, _half_squared),
    Published("first output before training", "0.75136507", 0, _output(0)),
    Published("second output before training", "0.772928465", 0, _output(1)),
    Published("error after 1 update", "0.291027924", 1, _half_squared, wrong=_EARLY),
    Published("error after 10,000 updates", "0.000035085", 10_000, _half_squared, wrong=_EARLY),
    Published("the same, as edited later", "0.0000351085", 10_000, _half_squared, wrong=_LATER),
    Published("first output after 10,000 updates", "0.015912196", 10_000, _output(0), wrong=_EARLY),
    Published("second output, likewise", "0.984065734", 10_000, _output(1), wrong=_EARLY),
)  # fmt: skip

_SEEN = "Mazur's worked example, 2-2-2"
MAZUR = (
    _mazur("mazur", f"{_SEEN}; one bias a layer, not trained", "shared", ("b",), *_AS_PRINTED),
    _mazur("mazur-shared-biases", f"{_SEEN}; one bias a layer, trained", "shared", ()),
    _mazur("mazur-unit-biases", f"{_SEEN}; a bias for each unit, trained", "unit", ()),
)

# --------------------------------------------------------------------------------------- 11 lines

_ROWS = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
_TRASK = "A. Trask, A Neural Network in 11 lines of Python (2015)"
_SUM = Conventions(batch="sum")

TWO_LAYER = Problem(
    "two-layer", "Inputs straight to one output, 3-1: the answer is the first column", _TRASK,
    _table(_ROWS, np.array([0, 0, 1, 1])),
    Spec(3, (Dense(1, "sigmoid", "none", init=NumpyLegacy()),), "half_squared", conventions=_SUM),
    Training(Sgd(), 1.0, batch_size=None, steps=10_000),
    published=tuple(
        Published(f"output for row {k + 1}, in the last step", figure, 9_999, _output(k))
        for k, figure in enumerate(["0.00966449", "0.00786506", "0.99358898", "0.99211957"])
    ),
)  # fmt: skip

_ERRORS = [
    "0.496410031903", "0.00858452565325", "0.00578945986251",
    "0.00462917677677", "0.00395876528027", "0.00351012256786",
]  # fmt: skip

THREE_LAYER = Problem(
    "three-layer", "With a hidden layer, 3-4-1: one of the first two columns, not both", _TRASK,
    _table(_ROWS, np.array([0, 1, 1, 0])),
    Spec(
        3,
        (
            Dense(4, "sigmoid", "none", init=NumpyLegacy()),
            Dense(1, "sigmoid", "none", init=NumpyLegacy(skip=12)),
        ),
        "half_squared",
        conventions=_SUM,
    ),
    Training(Sgd(), 1.0, batch_size=None, steps=60_000),
    published=tuple(
        Published(f"mean absolute error after {10_000 * k:,} updates", figure, 10_000 * k, _error)
        for k, figure in enumerate(_ERRORS)
    ),
)  # fmt: skip

# ---------------------------------------------------------------------------------------------- xor

XOR = Problem(
    "xor", "One or the other, not both, 2-2-1, row after row", "a teaching project; rows and rates",
    _table(*toy.xor()),
    Spec.chain(
        [2, 2, 1], "sigmoid", last="sigmoid",
        init=Uniform(-1, 1), bias_init=Uniform(0, 1),
    ),
    Training(Sgd(), 0.5, batch_size=1, shuffle=False, epochs=20_000, stop_below=0.001, seed=3),
    notes=(
        "From some starts a 2-2-1 network can't learn this, with no mistake anywhere: try --seed.",
    ),
)  # fmt: skip

__all__ = ["PROBLEMS", "Problem", "Published", "as_json", "find", "with_hidden"]

PROBLEMS: dict[str, Problem] = {
    problem.name: problem for problem in (CIRCLES, XOR, *MAZUR, TWO_LAYER, THREE_LAYER, *GENERATED)
}


def as_json(problem: Problem) -> dict[str, Any]:
    """What `chainrule data --json` says of a problem."""
    data = problem.data()
    return {
        "name": problem.name, "title": problem.title, "source": problem.source,
        "rows": {name: part.n for name, part in data.parts.items()},
        "inputs": problem.spec.inputs, "task": data.task, "network": str(problem.spec),
    }  # fmt: skip
