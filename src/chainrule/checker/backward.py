"""Ways to compute each piece of the backward pass: the right one first, then the mistakes met.

A way is written up to a factor: without 1/m, without the learning rate. Factors are explained last.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from chainrule.checker.curves import wrong_slopes
from chainrule.checker.forward import Pass
from chainrule.checker.loss_values import HUBER, signs
from chainrule.core.dense import Array


class Way(NamedTuple):
    """One way to compute one piece."""

    key: str  # its name; formula as the learner would read it
    id: int | None  # the mistake it is; None: right
    value: Array
    loss: str = ""  # of an output delta: the loss whose gradient it is
    more: tuple[int, ...] = ()  # further mistakes that it is at the same time

    @property
    def ids(self) -> tuple[int, ...]:
        return () if self.id is None else (self.id, *self.more)


class Delta(NamedTuple):
    """What a layer hands down: d = dL/dz, and what it would be without this layer's slope."""

    d: Array
    error: Array


WITHOUT_SLOPE = {  # last activations, and the loss whose delta is a − y behind each
    "sigmoid": "cross-entropy", "identity": "squared error", "exp": "Poisson",
}  # fmt: skip


def output_deltas(p: Pass) -> Iterator[Way]:
    """dL/dz of the last layer."""
    yield from (_softmax_deltas if p.way.last.curve is None else _elementwise_deltas)(p)
    yield from _wrong_answers(p)


def _softmax_deltas(p: Pass) -> Iterator[Way]:
    a, y, z, e = p.a[-1], p.call.y, p.z[-1], p.error
    yield Way("a − y", None, e, "cross-entropy")
    yield Way(
        "a ((a − y) − Σ a (a − y))", None,
        a * (e - (e * a).sum(axis=1, keepdims=True)), "squared error",
    )  # fmt: skip
    yield Way("−y (1 − a)", 22, -y * (1 - a))
    yield Way("(a − y) a (1 − a)", 22, e * a * (1 - a))
    yield Way("−y / a", 23, -y / a)
    yield Way("(a − y) / (a (1 − a))", 23, e / (a * (1 - a)))
    yield Way("(a − y) a", 22, e * a)
    yield Way("(a − y) (1 − a)", 22, e * (1 - a))
    kept = -a * a[:, -1:]
    kept[:, -1] = a[:, -1] * (1 - a[:, -1])
    for name, da in (("−y / a", -y / a), ("(a − y)", e)):
        yield Way(f"{name} of the last class · a row of the softmax matrix", 24, da[:, -1:] * kept)
    for name, x in (("z", z), ("a", a)):
        last = -a * x[:, -1:]
        last[:, -1] = a[:, -1] * (1 - x[:, -1])
        words = f"the last column of a softmax matrix of {name}"
        yield Way(f"(a − y) · {words}", 24, e * last)
        yield Way(f"−y / a · {words}", 24, -y / a * last)


def _elementwise_deltas(p: Pass) -> Iterator[Way]:
    a, y, z, e, curve = p.a[-1], p.call.y, p.z[-1], p.error, p.way.last.curve
    assert curve is not None
    slope = curve.slope(z, a if p.way.last.id is None else curve.f(z))
    if curve.name != "identity":
        yield Way("(a − y) f′(z)", None, e * slope, "squared error")
    loss = WITHOUT_SLOPE.get(curve.name, "")
    yield Way("a − y", None if loss else 20, e, loss)
    if curve.name == "identity":
        for width in HUBER:
            yield Way(f"a − y, cut off at ±{width:g}", None, np.clip(e, -width, width), "Huber")
        for name, s in signs(y):
            yield Way(f"−s where s z < 1, {name}", None, np.where(s * z < 1, -s, 0), "hinge")
    yield Way("sign(a − y) f′(z)", None, np.sign(e) * slope, "absolute error")
    if curve.name == "sigmoid":
        yield Way("(a − y) / (a (1 − a))", 23, e / (a * (1 - a)))
        yield Way("−(y (1 − a) + (1 − y) a)", 16, -(y * (1 - a) + (1 - y) * a))
        yield Way("−y (1 − a)", 26, -y * (1 - a))
        yield Way("−y / a", 26, -y / a)
        yield Way("(1 − y) a", 26, (1 - y) * a)
    for wrong in wrong_slopes(curve):
        if wrong.id != 32:
            yield Way(f"(a − y) · {wrong.formula}", wrong.id, e * wrong.slope(z, a))
            if curve.name == "sigmoid":
                yield Way(f"(a − y) / (a (1 − a)) · {wrong.formula}", wrong.id,
                          e / (a * (1 - a)) * wrong.slope(z, a))  # fmt: skip
    if p.way.last.id is None and curve.name != "identity":
        yield Way("(a − y) f′(z)²", 21, e * slope**2)


def _wrong_answers(p: Pass) -> Iterator[Way]:
    """The right formula with other numbers for y."""
    a, y, z, curve = p.a[-1], p.call.y, p.z[-1], p.way.last.curve
    slopes: list[tuple[str, Array | float]] = [("", 1.0)]
    if curve is not None and curve.name != "identity":
        slopes.append((" · f′(z)", curve.slope(z, a)))
    index = y.argmax(axis=1)[:, None]
    for name, f in slopes:
        if y.shape[1] > 1:
            yield Way(f"(a − number of the class){name}", 27, (a - index) * f)
            for shift in (1, -1):
                yield Way(f"(a − y with its columns moved by {shift}){name}", 77,
                          (a - np.roll(y, shift, axis=1)) * f)  # fmt: skip
        else:
            yield Way(f"(a − all y){name}", 28, (a - y.mean()) * f)
            yield Way(f"(all a − y){name}", 28, (a.mean() - y) * f)


def carried(p: Pass, l: int, above: Delta) -> Iterator[Way]:
    """da of hidden layer l: what comes down from layer l + 1."""
    W, d = p.W[l + 1], above.d
    yield Way("d Wᵀ", None, d @ W.T)
    if p.call.after is not None:
        new = p.call.after[l + 1].W
        yield Way("d W_newᵀ, with the weights after the update", 39, d @ new.T)
    if above.error is not d:
        yield Way("(error above, without its f′) Wᵀ", 37, above.error @ W.T)
        if p.call.after is not None:
            new = p.call.after[l + 1].W
            yield Way("(error above, without its f′) W_newᵀ", 37, above.error @ new.T, more=(39,))
    if W.shape[0] == W.shape[1]:
        yield Way("d W, not transposed", 38, d @ W)
    yield Way("d dWᵀ", 40, d @ (p.inp[l + 1].T @ d).T)
    yield Way("(Σ d) · (Σ of all W)", 41, _wide(d.sum(axis=1, keepdims=True) * W.sum(), W))
    yield Way("(Σ d) · (row sums of W)", 41, d.sum(axis=1, keepdims=True) * W.sum(axis=1))
    yield Way("Σ d · (column sums of W)", 41, _wide((d @ W.sum(axis=0))[:, None], W))
    yield Way("Σ d, without W", 41, _wide(d.sum(axis=1, keepdims=True), W))
    for name, V in _shares(W):
        yield Way(f"d ({name})ᵀ", 42, d @ V.T)
        if above.error is not d:
            yield Way(f"(error above) ({name})ᵀ", 37, above.error @ V.T, more=(42,))
    yield from _slips(p, l, d)


def _wide(column: Array, W: Array) -> Array:
    return np.repeat(column, W.shape[0], axis=1)


def _shares(W: Array) -> list[tuple[str, Array]]:
    """The weights divided by their sums."""
    return [
        ("W / sum of each column", W / W.sum(axis=0)),
        ("W / sum of each row", W / W.sum(axis=1, keepdims=True)),
        ("|W| / sum of each column", abs(W) / abs(W).sum(axis=0)),
        ("W / Σ|W| of each column", W / abs(W).sum(axis=0)),
        ("W / Σ|W| of each row", W / abs(W).sum(axis=1, keepdims=True)),
    ]


def _slips(p: Pass, l: int, d: Array) -> Iterator[Way]:
    """Another layer's numbers; rows of [W; b] taken for those of W."""
    W, b = p.W[l + 1], p.b[l + 1]
    units = W.shape[0]
    if l < p.top - 1:
        top = p.W[-1]
        if top.shape[0] == units:
            for way in _right_top_deltas(p):
                yield Way(f"da of the last layer, {way.key} Wᵀ, again", 44, way.value @ top.T)
    if p.W[l].shape == (units, d.shape[1]):
        yield Way("d W of the layer itself", 44, d @ p.W[l].T)
    if b is not None and b.shape[0] == W.shape[1]:
        yield from _dropped(W, b, d, "W", ())
        after = p.call.after
        if after is not None and after[l + 1].b is not None:
            yield from _dropped(after[l + 1].W, np.asarray(after[l + 1].b), d, "W_new", (39,))


def _dropped(W: Array, b: Array, d: Array, name: str, more: tuple[int, ...]) -> Iterator[Way]:
    """Another row than the bias's is left out of the weights that hold it."""
    units = len(W)
    for side, whole, bias in (("first", [b[None], W], 0), ("last", [W, b[None]], units)):
        rows = np.concatenate(whole)
        for dropped in range(units + 1):
            if dropped != bias:
                V = np.delete(rows, dropped, axis=0)
                key = f"d [{name} with its bias {side}, row {dropped + 1} left out]ᵀ"
                yield Way(key, 9, d @ V.T, more=more)


def _right_top_deltas(p: Pass) -> list[Way]:
    return [way for way in output_deltas(p) if way.id is None]


def deltas(p: Pass, l: int, da: Array) -> Iterator[Way]:
    """d of hidden layer l from its da."""
    mask = p.mask[l]
    if mask is None:
        yield from _through_slope(p, l, da)
        return
    yield from _through_slope(p, l, da * mask)
    unmasked = da * p.way.curves[l].slope(p.z[l], p.a[l])
    yield Way("da f′(z), without the mask of dropout", 47, unmasked)
    yield Way("da f′(z) · mask, without the mask's scale", 47, unmasked * (mask != 0))


def _through_slope(p: Pass, l: int, da: Array) -> Iterator[Way]:
    """d from the da that is let through."""
    curve, z, a = p.way.curves[l], p.z[l], p.a[l]
    slope = curve.slope(z, a)
    yield Way("da f′(z)", None, da * slope)
    for wrong in wrong_slopes(curve):
        yield Way(f"da · {wrong.formula}", wrong.id, da * wrong.slope(z, a))
    yield Way("da where da > 0", 34, da * (da > 0))
    if "leaky" in curve.name:
        low = float(curve.slope(np.array(-1.0), np.array(-1.0)))
        yield Way(f"da where da > 0, else {low:g} da", 34, np.where(da > 0, da, low * da))
    yield Way("da f′(z)²", 21, da * slope * slope)
    if curve.name in ("sigmoid", "tanh"):
        inner = 1 - a.T @ a if curve.name == "tanh" else a.T @ (1 - a)
        yield Way("da times a matrix product where · is meant", 45, da @ inner)
    if slope.shape == da.shape and da.shape[0] == da.shape[1]:
        yield Way("the matrix product da f′(z)", 45, da @ slope)
        yield Way("the matrix product f′(z) da", 45, slope @ da)
    yield from _neighbours(p, l, da)


def _neighbours(p: Pass, l: int, da: Array) -> Iterator[Way]:
    """The slope of the layer above or below."""
    for other in (l + 1, l - 1):
        if not 0 <= other <= p.top:
            continue
        curve = p.curve(other) or p.way.curves[l]
        z, a, mine = p.z[other], p.a[other], p.a[l]
        if z.shape != da.shape:
            if z.shape[1] == 1:
                yield Way(f"da · f′ of layer {other + 1}", 43,
                          da * curve.slope(z, a))  # fmt: skip
            continue
        own = p.way.curves[l]
        yield Way(f"da · f′ of layer {other + 1}", 43, da * curve.slope(z, a))
        yield Way(f"da · f′(z of layer {other + 1})", 43, da * own.slope(z, own.f(z)))
        yield Way(f"da · f′ from a of layer {other + 1}", 43, da * own.slope(z, a))
        yield Way(f"da · a of layer {other + 1} · (1 − a)", 43, da * a * (1 - mine))
        yield Way(f"da · a · (1 − a of layer {other + 1})", 43, da * mine * (1 - a))


def weight_gradients(p: Pass, l: int, d: Array) -> Iterator[Way]:
    """dW of layer l."""
    x, a = p.inp[l], p.a[l]
    yield Way("aᵀ d", None, x.T @ d)
    if l > 0 and p.way.fed != "x":
        yield Way("zᵀ d, with z of the layer below", 49, p.z[l - 1].T @ d)
        if p.call.x.shape[1] == x.shape[1]:
            yield Way("xᵀ d, with the data", 10, p.call.x.T @ d)
    if l > 0 and p.way.fed == "x" and p.a[l - 1].shape == x.shape:
        yield Way("aᵀ d, with a of the layer below", 10, p.a[l - 1].T @ d)
    if a.shape[1] == x.shape[1]:
        yield Way("aᵀ d, with the layer's own output", 50, a.T @ d)
        yield Way("zᵀ d, with the layer's own z", 50, p.z[l].T @ d)
    for below in range(l):
        if p.inp[below].shape[1] == x.shape[1] and below > 0:
            yield Way(f"aᵀ d, with the input of layer {below + 1}", 50,
                      p.inp[below].T @ d)  # fmt: skip
    if x.shape[1] == d.shape[1]:
        yield Way("dᵀ a, transposed", 51, d.T @ x)
    if len(x) == x.shape[1]:
        yield Way("a d, a not transposed", 51, x @ d)
    yield Way("(mean of a) (mean of d)", 52, np.outer(x.mean(axis=0), d.mean(axis=0)))
    yield Way("the last row's a d alone", 53, np.outer(x[-1], d[-1]))
    yield Way("the first row's a d alone", 53, np.outer(x[0], d[0]))
    whole = np.ones_like(x.T @ d)
    yield Way("one number for each row of W", 70,
              (x.T @ d).sum(axis=1, keepdims=True) * whole)  # fmt: skip
    yield Way("one number for each column of W", 70, (x.T @ d).sum(axis=0) * whole)
    yield Way("one number for all of W", 70, (x.T @ d).sum() * whole)
    yield Way("d without its input", 70, d.sum(axis=0) * whole)
    yield Way("each unit's own output times its delta", 50, (a * d).sum(axis=0) * whole)
    if x.shape == d.shape:
        yield Way("Σ a · d, elementwise", 52, (x * d).sum(axis=0) * whole)


def bias_gradients(p: Pass, l: int, d: Array) -> Iterator[Way]:
    """db of layer l."""
    b = p.b[l]
    assert b is not None
    if b.shape[0] != d.shape[1]:  # one number, shared by the layer
        yield Way("Σ of all d", None, np.full(b.shape, d.sum()))
        yield Way("the mean of the units' d of the last row", 62, d[-1:].sum(axis=1))
        return
    yield Way("Σ d over the rows", None, d.sum(axis=0))
    if d.shape[1] > 1:
        yield Way("Σ of all d, the same for each unit", 59, np.full(b.shape, d.sum()))
    if d.shape[0] == d.shape[1]:
        yield Way("Σ d over the units, the wrong axis", 60, d.sum(axis=1))
    yield Way("d of the last row alone", 62, d[-1])
    yield Way("d of the first row alone", 62, d[0])
    yield Way("the input's sum times d's", 60, p.inp[l].sum() * d.sum(axis=0))
    yield Way("the column sums of dW", 60, (p.inp[l].T @ d).sum(axis=0))
