"""A worked example, computed anew: rightly, and with each of the known mistakes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from chainrule.checker.backward import (
    Delta,
    Way,
    bias_gradients,
    carried,
    deltas,
    output_deltas,
    weight_gradients,
)
from chainrule.checker.curves import CURVES, Curve
from chainrule.checker.forward import LASTS, Forward, Pass, wrong_ways
from chainrule.checker.observation import Call, Layer
from chainrule.core.dense import Array
from chainrule.data.problems import Problem, find
from chainrule.network import Network

NAMES = {"relu": "ReLU"}  # ours → that of the checker's curves


@dataclass(frozen=True)
class Variant:
    """One way to compute the example: right, or with one mistake wherever it can be."""

    id: int | None
    formula: str
    forward: Forward
    place: str = ""
    key: str = ""
    factor: float = 1.0
    only: str = ""  # the factor holds for "W" or "b" alone

    def chosen(self, place: str, ways: Iterator[Way]) -> Array:
        """The wrong way in its place, where there is one; else the right one."""
        first: Array | None = None
        for way in ways:
            if place == self.place and way.key == self.key:
                return way.value
            if first is None:
                first = way.value
                if place != self.place:
                    break
        assert first is not None
        return first


@dataclass(frozen=True)
class Example:
    """A problem's first batch, its start and its settings."""

    problem: Problem
    call: Call
    right: Forward
    loss: str  # of the delta
    learning_rate: float
    trained: tuple[tuple[bool, bool], ...]  # of each layer: W, b
    scale: float  # 1/m, or 1
    cost: Callable[[Array, Array], float]


def example(name: str) -> Example:
    """The worked example of that name."""
    problem = find(name)
    spec, training = problem.spec, problem.training
    data = problem.data()
    x, y, _ = data.train.block(0, training.batch_size or data.train.n)
    answers = y.reshape(len(x), -1).astype(float)
    params = Network.start(spec, seed=training.seed).params
    layers = tuple(
        Layer(params[f"{l}.W"], params.get(f"{l}.b")) for l in range(len(spec.layers))
    )  # fmt: skip
    curves = [_curve(layer.activation.name) for layer in spec.layers]
    last = next(last for last in LASTS if last.name == curves[-1].name)
    squares = 0.5 if spec.loss.name == "half_squared" else 1.0
    mean = spec.conventions.batch == "mean"
    over = len(x) if mean else 1

    return Example(
        problem,
        Call("own", x, answers, layers, None, None),
        Forward(tuple(curves[:-1]), last),
        "squared error",
        training.learning_rate,
        tuple(("W" not in layer.frozen, "b" not in layer.frozen) for layer in spec.layers),
        2 * squares / over,
        lambda a, y: float(squares * ((a - y) ** 2).sum() / over),
    )


def _curve(name: str) -> Curve:
    return CURVES[NAMES.get(name, name)]


def variants(example: Example) -> Iterator[Variant]:
    """The right way first, then one mistake at a time."""
    yield Variant(None, "the right formulas", example.right)
    yield from _wrong_pieces(example)
    for way in wrong_ways(len(example.right.curves), True):
        if (
            way.ids
            and way.curves == example.right.curves
            and way.last.name == example.right.last.name
        ):
            yield Variant(way.ids[0], way.last.formula or "z = a W", way)
    m, k = example.call.y.shape
    for id, factor, formula in (
        (25, -1.0, "−dW"), (15, 2.0, "2 dW"), (15, 0.5, "dW / 2"), (11, m, "m dW"),
        (12, 1 / m, "dW / m"), (13, 1 / k, "dW / k"), (13, k, "k dW"),
        (67, example.learning_rate, "η² dW"), (67, 1 / example.learning_rate, "dW without η"),
    ):  # fmt: skip
        if factor != 1:
            yield Variant(id, formula, example.right, factor=factor)
    yield Variant(58, "db = 0", example.right, factor=0.0, only="b")


def _wrong_pieces(example: Example) -> Iterator[Variant]:
    """Every wrong way that some layer has."""
    seen = set()
    p = Pass(example.call._replace(after=example.call.before), example.right)
    with np.errstate(all="ignore"):
        above = Delta(_right_delta(p, example.loss), p.error)
        for place, ways in _all_ways(p, above):
            for way in ways:
                mark = (place, way.key)
                if way.id is not None and mark not in seen:
                    seen.add(mark)
                    yield Variant(way.id, way.key, example.right, place, way.key)


def _all_ways(p: Pass, above: Delta) -> Iterator[tuple[str, Iterator[Way]]]:
    yield "output delta", output_deltas(p)
    for l in range(p.top, -1, -1):
        d = above.d
        if l < p.top:
            yield "hidden delta", carried(p, l, above)
            da = next(carried(p, l, above)).value
            yield "slope", deltas(p, l, da)
            d = next(deltas(p, l, da)).value
            above = Delta(d, da)
        yield "weight gradient", weight_gradients(p, l, d)
        if p.b[l] is not None:
            yield "bias gradient", bias_gradients(p, l, d)


def _right_delta(p: Pass, loss: str) -> Array:
    return next(w.value for w in output_deltas(p) if w.id is None and w.loss == loss)


def step(example: Example, variant: Variant, before: tuple[Layer, ...]) -> dict[str, Array]:
    """Every number of one step: by address, "1.W" after the step as "1.W.next"."""
    call = example.call._replace(before=before, after=before)
    p = Pass(call, variant.forward)
    found: dict[str, Array] = {"loss": np.array(example.cost(p.a[-1], call.y))}
    above = Delta(_top(p, example, variant), p.error)
    after = list(before)
    for l in range(p.top, -1, -1):
        if l < p.top:
            p.call = call._replace(after=tuple(after))
            da = variant.chosen("hidden delta", carried(p, l, above))
            above = Delta(variant.chosen("slope", deltas(p, l, da)), da)
        dW, db = _gradients(p, l, above.d, example, variant)
        rate, (train_w, train_b) = example.learning_rate, example.trained[l]
        W, b = before[l]
        after[l] = Layer(
            W - rate * dW if train_w else W, b if b is None or not train_b else b - rate * db
        )
        found |= {
            f"{l}.W": before[l].W,
            f"{l}.z": p.z[l],
            f"{l}.a": p.a[l],
            f"{l}.dz": above.d * example.scale,
        }
        found |= {f"{l}.dW": dW, f"{l}.W.next": after[l].W}
        if b is not None:
            found |= {f"{l}.db": db, f"{l}.b.next": np.asarray(after[l].b)}
    return found | {"loss.next": _next_loss(example, variant, tuple(after))}


def _top(p: Pass, example: Example, variant: Variant) -> Array:
    if variant.place == "output delta":
        return variant.chosen("output delta", output_deltas(p))
    return _right_delta(p, example.loss)


def _gradients(
    p: Pass, l: int, d: Array, example: Example, variant: Variant
) -> tuple[Array, Array]:
    dW = variant.chosen("weight gradient", weight_gradients(p, l, d))
    db = np.zeros(0)
    if p.b[l] is not None:
        db = variant.chosen("bias gradient", bias_gradients(p, l, d))
    w, b = (1.0 if variant.only == "b" else variant.factor), (
        1.0 if variant.only == "W" else variant.factor
    )  # fmt: skip
    return dW * example.scale * w, db * example.scale * b


def _next_loss(example: Example, variant: Variant, after: tuple[Layer, ...]) -> Array:
    p = Pass(example.call._replace(before=after), variant.forward)
    return np.array(example.cost(p.a[-1], example.call.y))
