"""Engines that break the contract, each in one way: the suite has to catch every one of them.

Here those whose products or steps are wrong; broken_calls.py has the others.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any
from unittest import mock

import numpy as np

from chainrule.core import activations, dense, random
from chainrule.core.dropout import drop_mask
from chainrule.engine import reference
from chainrule.engine.reference import Reference

Change = Callable[[], AbstractContextManager[Any]]


class Broken(Reference):
    """The reference while some of its functions are replaced."""

    name = "broken"

    def __init__(self, *changes: Change) -> None:
        self.changes = changes

    def _while_changed(self, method: str, *given: Any) -> Any:
        with ExitStack() as changed:
            for change in self.changes:
                changed.enter_context(change())
            return getattr(super(), method)(*given)

    def predict(self, *given: Any) -> Any:
        return self._while_changed("predict", *given)

    def gradients(self, *given: Any) -> Any:
        return self._while_changed("gradients", *given)

    def train(self, *given: Any) -> Any:
        return self._while_changed("train", *given)


def instead(name: str, other: Any, place: Any = reference) -> Broken:
    return Broken(lambda: mock.patch.object(place, name, other))


def row(name: str, **changed: Any) -> Broken:
    """An activation with other functions. Rows are frozen; their dictionaries are not."""
    return Broken(lambda: mock.patch.dict(vars(activations.ACTIVATIONS[name]), changed))


# ------------------------------------------------------------------------------------- products


def _last_term_dropped(x: Any, W: Any, b: Any) -> Any:
    return dense.dense(x[:, :-1], W[:-1], b)


def _bias_left_out_of_the_last_unit(x: Any, W: Any, b: Any) -> Any:
    z = dense.dense(x, W, b)
    if b is not None:
        z[:, -1] -= b[-1]
    return z


def _in_single(x: Any, W: Any, b: Any) -> Any:
    single = [None if part is None else part.astype("float32") for part in (x, W, b)]
    return dense.dense(*single).astype(x.dtype)


def _backward(change: Callable[..., Any]) -> Broken:
    def other(dz: Any, x: Any, W: Any, b: Any, *, needs_dx: bool = True) -> Any:
        return change(dense.dense_backward(dz, x, W, b, needs_dx=needs_dx), dz, x, W, b)

    return instead("dense_backward", other)


def _dx_in_single(g: Any, dz: Any, x: Any, W: Any, b: Any) -> Any:
    if g.dx is None:
        return g
    return g._replace(dx=(dz.astype("f4") @ W.T.astype("f4")).astype(dz.dtype))


def _db_averaged(g: Any, dz: Any, x: Any, W: Any, b: Any) -> Any:
    shared = b is not None and b.shape != dz.shape[1:]
    return g._replace(db=g.db / dz.shape[1]) if shared else g


PRODUCTS = {
    "the last term of a product": instead("dense", _last_term_dropped),
    "the last row of dW": _backward(lambda g, dz, x, W, b: g._replace(dW=x[:-1].T @ dz[:-1])),
    "the last unit of dx": _backward(
        lambda g, dz, x, W, b: g._replace(dx=None if g.dx is None else dz[:, :-1] @ W[:, :-1].T)
    ),
    "the last row of db": _backward(
        lambda g, dz, x, W, b: g if g.db is None or len(g.db) < dz.shape[1] else
        g._replace(db=dz[:-1].sum(axis=0))
    ),
    "the bias of the last unit": instead("dense", _bias_left_out_of_the_last_unit),
    "sums of doubles in single precision": instead("dense", _in_single),
    "sums of doubles in single precision, backwards": _backward(_dx_in_single),
}  # fmt: skip


# ------------------------------------------------------------------------------------ the step


def _with(name: str, change: Callable[..., Any]) -> Broken:
    """`change(function, *arguments)` in place of one of the reference's functions."""
    original = getattr(reference, name)
    return instead(name, lambda *given, **how: change(original, *given, **how))


def _summed(f: Any, spec: Any, passed: Any, batch: Any, **how: Any) -> Any:
    """Where a mean was asked for, its 1/n is missing."""
    found = f(spec, passed, batch, **how)
    n = len(batch.x) if spec.conventions.batch == "mean" and batch.counts is None else 1
    return found._replace(d=found.d * n)


def _stale(f: Any, spec: Any, params: Any, passed: Any, d: Any, **how: Any) -> Any:
    """The layers below see weights that were moved already."""
    layers = f(spec, params, passed, d, **how)
    last = spec.names[-1][0]
    moved = {**params, last: params[last] - 0.01 * layers[-1].dW}
    return f(spec, moved, passed, d, **how)


def _no_mask_on_the_way_back(f: Any, *given: Any, masks: Any, **how: Any) -> Any:
    return f(*given, masks={}, **how)


def _later(f: Any, training: Any, params: Any, memories: Any, grads: Any, t: int, rate: float):
    return f(training, params, memories, grads, t + 1, rate)


def _rate_in_memory(f: Any, training: Any, params: Any, memories: Any, grads: Any, t: int, rate):
    return f(training, params, memories, {k: g * rate for k, g in grads.items()}, t, 1.0)


def _frozen_moves(f: Any, training: Any, params: Any, memories: Any, grads: Any, t: int, rate):
    for name in set(params) - set(memories):
        params[name] -= rate * grads[name]
    return f(training, params, memories, grads, t, rate)


def _decay_of_biases(f: Any, training: Any, params: Any, memories: Any, grads: Any, t: int, rate):
    for name in memories:
        if name.endswith(".b"):
            params[name] *= 1 - rate * training.decay
    return f(training, params, memories, grads, t, rate)


def _decay_after(f: Any, training: Any, params: Any, memories: Any, grads: Any, t: int, rate):
    before = {name: params[name].copy() for name in memories if name.endswith(".W")}
    f(training, params, memories, grads, t, rate)
    kept = 1 - rate * training.decay
    for name, theta in before.items():
        params[name][...] = kept * (params[name] + (1 - kept) * theta)


def _penalty_of_biases(f: Any, spec: Any, training: Any, params: Any, batch: Any) -> Any:
    value, grads = f(spec, training, params, batch)
    biases = {name: training.l2 * b for name, b in params.items() if name.endswith(".b")}
    return value, {**grads, **(biases if training.l2 else {})}


def _penalty_halved(f: Any, spec: Any, training: Any, params: Any, batch: Any) -> Any:
    value, grads = f(spec, training, params, batch)
    return value, {name: g / 2 for name, g in grads.items()}


def _clipped_one_by_one(f: Any, gradients: Any, clip_norm: float) -> float:
    return min(f([g], clip_norm) for g in gradients)


def _mask(change: Callable[[Any], Any]) -> Broken:
    def other(f: Any, spec: Any, training: Any, t: int, n: int) -> Any:
        return {l: change(mask) for l, mask in f(spec, training, t, n).items()}

    return _with("masks_of", other)


def _by_columns(bits: Any, n: int, units: int, p: float, dtype: str) -> Any:
    return drop_mask(bits, units, n, p, dtype).T


def _masks_of_their_rows(f: Any, spec: Any, training: Any, t: int, n: int) -> Any:
    """The stream stands where the rows of this very batch would have it."""
    masks = {}
    for l, p in spec.drops:
        units = spec.layers[l].units
        bits = random.stream(training.seed, random.dropout_of_layer(l), (t - 1) * n * units)
        masks[l] = drop_mask(bits, n, units, p, spec.dtype)
    return masks


def _labels_not_smoothed(f: Any, spec: Any, passed: Any, batch: Any, **how: Any) -> Any:
    if not getattr(spec.loss, "label_smoothing", 0):
        return f(spec, passed, batch, **how)
    return _Plain(spec).loss_of(f, passed, batch, how)


class _Plain:
    """A specification whose loss has no smoothing."""

    def __init__(self, spec: Any) -> None:
        self.loss, self.conventions = type(spec.loss)(0.0), spec.conventions

    def loss_of(self, f: Any, passed: Any, batch: Any, how: Any) -> Any:
        return f(self, passed, batch, **how)


def _weights_counted_twice(f: Any, spec: Any, passed: Any, batch: Any, **how: Any) -> Any:
    twice = batch if batch.weight is None else batch._replace(weight=batch.weight**2)
    return f(spec, passed, twice, **how)


def _classes_forgotten(f: Any, spec: Any, passed: Any, batch: Any, **how: Any) -> Any:
    return f(spec, passed, batch._replace(class_weight=None), **how)


def _outputs_forgotten(f: Any, spec: Any, passed: Any, batch: Any, **how: Any) -> Any:
    found = f(spec, passed, batch, **how)
    mean = spec.conventions.outputs == "mean" and spec.loss.targets == "columns"
    return found._replace(d=found.d * spec.outputs) if mean else found


STEPS = {
    "1/n": _with("loss_of", _summed),
    "a stale weight": _with("backward", _stale),
    "adam's t is one late": _with("move", _later),
    "the rate stands inside the memory": _with("move", _rate_in_memory),
    "what is frozen moves": _with("move", _frozen_moves),
    "decay of biases": _with("move", _decay_of_biases),
    "decay after the update": _with("move", _decay_after),
    "a penalty of biases": _with("penalty_of", _penalty_of_biases),
    "half the penalty": _with("penalty_of", _penalty_halved),
    "no clipping": instead("clip_scale", lambda *_: 1.0),
    "each gradient clipped by itself": _with("clip_scale", _clipped_one_by_one),
    "a shared bias is averaged": _backward(_db_averaged),
    "masks drawn column by column": instead("drop_mask", _by_columns),
    "masks of a smaller last batch": _with("masks_of", _masks_of_their_rows),
    "masks without their scale": _mask(lambda mask: (mask > 0).astype(mask.dtype)),
    "no mask on the way back": _with("backward", _no_mask_on_the_way_back),
    "labels are not smoothed": _with("loss_of", _labels_not_smoothed),
    "weights count twice": _with("loss_of", _weights_counted_twice),
    "classes are not weighed": _with("loss_of", _classes_forgotten),
    "not divided by the outputs": _with("loss_of", _outputs_forgotten),
    "the last row left out of the loss": _with(
        "loss_of", lambda f, spec, passed, batch, **how: _but_the_last_row(f(spec, passed, batch,
                                                                            **how))
    ),
    "tanh good to four digits": row("tanh", f=lambda z: np.tanh(z) * (1 + 1e-4)),
    "the slope of tanh is sigmoid's": row("tanh", slope=lambda z, a: a * (1 - a)),
    "gelu sloped as its other form": row("gelu", slope=activations._gelu_tanh_slope),
    "elu's slope below 0 is a": row("elu", slope=lambda z, a: np.where(z.real > 0, 1, a)),
    "softmax's slope is its diagonal": row("softmax", slope=lambda z, a: a * (1 - a)),
}  # fmt: skip


def _but_the_last_row(found: Any) -> Any:
    d = found.d.copy()
    d[-1] = 0
    return found._replace(d=d)
