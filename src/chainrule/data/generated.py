"""The problems whose points are made: each a row of the table, with a network that learns it."""

from __future__ import annotations

from collections.abc import Callable

from chainrule.core.optimizers import Adam
from chainrule.data import points
from chainrule.data.parts import Data, InMemory
from chainrule.data.points import Make
from chainrule.data.preparation import Preparation, Target
from chainrule.data.problem import Problem
from chainrule.spec import Spec, Training

ROWS, MANY = 400, 1000  # for the training, and as many for the test
HARD = (24, 24)  # hidden units
ELSEWHERE = 2**32  # words on in the stream: where the test part is drawn


def _data(make: Make, target: Target, rows: int) -> Callable[[int], Data]:
    def data(seed: int) -> Data:
        x, y = make(rows, seed=seed)
        test = make(rows, seed=seed, at=ELSEWHERE)
        return Data(InMemory(x, y), test=InMemory(*test), preparation=Preparation.fit(x, target))

    return data


def _problem(
    name: str, title: str, make: Make, target: Target, inputs: int, hidden: tuple[int, ...],
    epochs: int, rows: int,
) -> Problem:  # fmt: skip
    """tanh for what is smooth, more units and ReLU for what is hard."""
    act, init = ("relu", "he_uniform") if hidden == HARD else ("tanh", "glorot_uniform")
    k = len(target.classes)
    last, loss, end = {
        0: (1, "half_squared", "identity"), 2: (1, "binary_cross_entropy", None),
    }.get(k, (k, "softmax_cross_entropy", None))  # fmt: skip
    return Problem(
        name, title, "made here, from the seed", _data(make, target, rows),
        Spec.chain([inputs, *hidden, last], act, last=end, loss=loss, init=init),
        Training(Adam(), 0.01, batch_size=20, epochs=epochs, seed=0),
    )  # fmt: skip


def _classes(
    name: str, title: str, make: Make, *classes: str,
    hidden: tuple[int, ...] = (8, 8), epochs: int = 100, rows: int = ROWS,
) -> Problem:  # fmt: skip
    target = Target("classes", (), classes)
    return _problem(name, title, make, target, 2, hidden, epochs, rows)


def _numbers(
    name: str, title: str, make: Make, inputs: int,
    hidden: tuple[int, ...] = (8, 8), epochs: int = 100,
) -> Problem:  # fmt: skip
    target = Target("numbers", ("y",))
    return _problem(name, title, make, target, inputs, hidden, epochs, ROWS)


GENERATED = (
    _classes("moons", "Two half moons, one in the other's arms", points.moons, "above", "below"),
    _classes(
        "quadrants", "XOR on the plane: do the coordinates have the same sign?",
        points.quadrants, "same", "different",
    ),
    _classes(
        "spirals", "Two spirals, one in the other: the hardest one here", points.spirals,
        "first", "second", hidden=HARD, epochs=200,
    ),
    _classes("blobs", "Three clouds", points.blobs, "top", "left", "right"),
    _classes(
        "gaussians", "Two clouds that overlap: nobody is right more often than 92.1 %",
        points.gaussians, "minus", "plus", hidden=(4,), epochs=30,
    ),
    _classes(
        "checkerboard", "Four by four squares, black and white by turns", points.checkerboard,
        "black", "white", hidden=HARD, epochs=150, rows=MANY,
    ),
    _numbers("plane", "A slope", points.plane, 2, hidden=(4,), epochs=30),
    _numbers("gauss", "Hills and dales by turns", points.gauss, 2, hidden=HARD),
    _numbers("sine", "One turn of a sine, with noise", points.sine, 1),
)  # fmt: skip
