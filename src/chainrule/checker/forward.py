"""Ways to compute the answers: the right one for each choice of activations, and wrong ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import product
from typing import NamedTuple

import numpy as np

from chainrule.checker.curves import CURVES, USUAL, Curve
from chainrule.checker.observation import Call
from chainrule.core.activations import softmax
from chainrule.core.dense import Array

MASKS = 1e-6  # relative: the numbers of a mask are all the same


TRIED_LASTS = ("softmax", "sigmoid", "identity", "tanh", "ReLU")
TRIED_CURVES = ("sigmoid", "tanh", "ReLU", "leaky ReLU 0.01", "leaky ReLU 0.1", "identity")


class Last(NamedTuple):
    """How the last layer's z becomes the answers."""

    name: str
    f: Callable[[Array], Array]
    curve: Curve | None  # None: softmax, which acts on whole rows
    id: int | None = None  # the mistake it is
    formula: str = ""


def _softmax_over(axis: int | None, *, by_row: bool = False) -> Callable[[Array], Array]:
    """exp(z) divided by its sum over an axis. by_row: each row's largest z is taken away first."""

    def f(z: Array) -> Array:
        e = np.exp(z - z.max(axis=1 if by_row else axis, keepdims=True))
        return np.asarray(e / e.sum(axis=axis, keepdims=True))

    return f


def _twice(f: Callable[[Array], Array]) -> Callable[[Array], Array]:
    return lambda z: f(f(z))


SIGMOID = CURVES["sigmoid"]
LASTS = (
    Last("softmax", softmax.f, None),
    *(Last(curve.name, curve.f, curve) for curve in CURVES.values()),
)
WRONG_LASTS = (
    Last("softmax", _softmax_over(0), None, 4, "softmax over the rows of the batch"),
    Last("softmax", _softmax_over(None), None, 4, "softmax over the whole array"),
    *(
        Last(
            "softmax", _softmax_over(axis, by_row=True), None, 4, f"exp(z − max of its row), {over}"
        )
        for axis, over in ((0, "over the rows of the batch"), (None, "over the whole array"))
    ),
    Last("softmax", _twice(softmax.f), None, 5, "softmax(softmax(z))"),
    Last("sigmoid", _twice(SIGMOID.f), SIGMOID, 5, "sigmoid(sigmoid(z))"),
    Last("tanh", _twice(np.tanh), CURVES["tanh"], 5, "tanh(tanh(z))"),
    Last("softmax", lambda z: softmax.f(SIGMOID.f(z)), None, 5, "softmax(sigmoid(z))"),
    Last("softmax", lambda z: softmax.f(np.maximum(z, 0)), None, 5, "softmax(ReLU(z))"),
    Last("softmax", lambda z: np.exp(z), None, 4, "exp(z), not divided by its sum"),
)


class Forward(NamedTuple):
    """One way to compute the answers."""

    curves: tuple[Curve, ...]  # of the hidden layers
    last: Last
    bias: str = "used"  # "missing": id 1; or "missing in l"
    fed: str = "a"  # "x": every layer is fed with the data: id 10
    dropped: bool = False  # hidden units are switched off by masks, as the shown ones say

    @property
    def is_usual(self) -> bool:
        return self.last.name in TRIED_LASTS and all(c.name in TRIED_CURVES for c in self.curves)

    @property
    def ids(self) -> tuple[int, ...]:
        found = (self.last.id, 1 if self.bias != "used" else None, 10 if self.fed == "x" else None)
        return tuple(id for id in found if id is not None)


class Pass:
    """The forward pass of a call in one way: inp[l], z[l] and a[l] of every layer l.

    a[l] is f(z[l]); where a layer has a mask, the next one is fed with a[l] · mask[l].
    """

    def __init__(self, call: Call, way: Forward) -> None:
        self.call, self.way = call, way
        self.W = [layer.W for layer in call.before]
        self.b = [layer.b for layer in call.before]
        self.inp: list[Array] = []
        self.z: list[Array] = []
        self.a: list[Array] = []
        self.mask: list[Array | None] = []
        a = call.x
        for l, W in enumerate(self.W):
            inp = call.x if way.fed == "x" and W.shape[0] == call.x.shape[1] else a
            z = inp @ W
            bias = self.b[l]
            if bias is not None and way.bias not in ("missing", f"missing in {l}"):
                z = z + bias
            f = way.last.f if l == self.top else way.curves[l].f
            a = f(z)
            self.inp.append(inp)
            self.z.append(z)
            self.a.append(a)
            self.mask.append(self._mask(l) if way.dropped else None)
            mask = self.mask[l]
            a = a if mask is None else a * mask

    def _mask(self, l: int) -> Array | None:
        """What dropout multiplied a[l] by: 0, or one number where units are kept."""
        z, a = self.z[l], self.a[l]
        if l == self.top:
            return None
        shown = self.call.hidden[l] if l < len(self.call.hidden) else None
        alike = sum(other.shape == a.shape for other in self.a[:l])
        found = [] if shown is None else [_ratio(shown, a)]
        found += _masks(self.call.seen, a.shape)[alike : alike + 1]
        masks = [mask for mask in found if mask is not None]
        return next((m for m in masks if _switches_off(m, z)), masks[-1] if masks else None)

    @property
    def drops(self) -> bool:
        """Units are switched off in some layer."""
        pairs = zip(self.mask, self.z, strict=True)
        return any(mask is not None and _switches_off(mask, z) for mask, z in pairs)

    @property
    def top(self) -> int:
        return len(self.W) - 1

    @cached_property
    def error(self) -> Array:
        """a − y of the last layer."""
        return self.a[-1] - self.call.y

    def curve(self, l: int) -> Curve | None:
        return self.way.last.curve if l == self.top else self.way.curves[l]


def _switches_off(mask: Array, z: Array) -> bool:
    """Some of the units with z > 0, and not all of them: ReLU asks the sign alone."""
    above = mask[z > 0]
    return bool(above.any() and not above.all())


def _ratio(shown: Array, a: Array) -> Array | None:
    """The mask by which a became what is shown."""
    if shown.shape != a.shape:
        return None
    live = (shown != 0) & (a != 0)
    scales = shown[live] / a[live]
    scale = float(np.median(scales)) if scales.size else 1.0
    if not np.allclose(scales, scale, rtol=MASKS, atol=0.0):
        return None
    return np.asarray(scale * (shown != 0))


def _masks(seen: dict[str, Array], shape: tuple[int, ...]) -> list[Array]:
    """Arrays of this shape, or lying the other way, that hold 0 and one other number."""
    found: dict[bytes, Array] = {}
    for name in sorted(seen, key=lambda name: (not re.search(r"\d", name), name)):
        array = seen[name]
        if array.ndim != 2 or shape not in (array.shape, array.shape[::-1]):
            continue
        mask = np.asarray(array if array.shape == shape else array.T, dtype=float)
        top = mask.max(initial=0.0)
        if top > 0 and np.isin(mask, (0.0, top)).all() and not (mask == 1).all():
            found.setdefault(mask.tobytes(), mask)
    return [*found.values()]


def same_curves(layers: int, names: tuple[str, ...] = tuple(CURVES)) -> Iterator[tuple[Curve, ...]]:
    for name in names:
        yield (CURVES[name],) * layers


def mixed_curves(layers: int) -> Iterator[tuple[Curve, ...]]:
    """Every choice of different activations per layer, among the usual ones."""
    names = [*USUAL, "identity", *(["softplus", "leaky ReLU 0.1", "ELU 1"] if layers < 3 else [])]
    if layers > 4:
        return
    for chosen in product(names, repeat=layers):
        if len(set(chosen)) > 1:
            yield tuple(CURVES[name] for name in chosen)


def right_ways(hidden: int) -> Iterator[Forward]:
    """Every network that is no mistake, the usual ones first."""
    chosen = [*same_curves(hidden)] if hidden else [()]
    for curves, last in product(chosen, LASTS):
        yield Forward(curves, last)


def mixed_ways(hidden: int) -> Iterator[Forward]:
    """Right networks whose layers have different activations."""
    lasts = [last for last in LASTS if last.name in TRIED_LASTS]
    return (Forward(curves, last) for curves in mixed_curves(hidden) for last in lasts)


def wrong_ways(hidden: int, biases: bool) -> Iterator[Forward]:
    """Forward passes that hold a mistake."""
    chosen = [*same_curves(hidden, (*USUAL, "identity", "leaky ReLU 0.1"))] if hidden else [()]
    lasts = [last for last in LASTS if last.name in ("softmax", "sigmoid", "identity", "tanh")]
    for curves in chosen:
        for last in WRONG_LASTS:
            yield Forward(curves, last)
            if biases:
                yield Forward(curves, last, bias="missing")
        for last in lasts:
            if biases:
                yield Forward(curves, last, bias="missing")
                for l in range(hidden + 1):
                    yield Forward(curves, last, bias=f"missing in {l}")
            if hidden:
                yield Forward(curves, last, fed="x")
