"""The mathematics of many starts at once: axis 0 of every array is the start.

The rows of the core's tables do the work, on arrays with one axis more; only the products are
written anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.core.dense import Array
from chainrule.network import Network
from chainrule.records import Params
from chainrule.spec import Spec, Training


def stacked(networks: Sequence[Network]) -> Params:
    """W (starts, fan_in, units), b (starts, 1, units) or (starts, 1, 1)."""
    found = {}
    for name in networks[0].spec.shapes:
        theta = np.stack([network.params[name] for network in networks])
        found[name] = theta if theta.ndim == 3 else theta[:, None, :]
    return found


def forward(spec: Spec, params: Params, x: Array) -> list[tuple[Array, Array, Array]]:
    """x, z and a of each layer, (starts, n, ...)."""
    passed = []
    for W, b, activation in spec.stack:
        z = x @ params[W]
        z = z + params[b] if b in params else z
        a = activation.f(z.reshape(-1, z.shape[-1])).reshape(z.shape)
        passed.append((x, z, a))
        x = a
    return passed


def gradients(
    spec: Spec, training: Training, params: Params, x: Array, y: Array, share: Array | None,
    size: Any,
) -> Params:  # fmt: skip
    """The gradient by every parameter, start by start; as engine.reference.slopes."""
    passed = forward(spec, params, x)
    grads: Params = {}
    d = da = _loss_slope(spec, passed[-1], y, share, x.shape[1])
    for l in reversed(range(len(passed))):
        x, z, a = passed[l]
        W, b, activation = spec.stack[l]
        dz = d
        if l < len(passed) - 1 or spec.loss.on == "a":
            two = (-1, z.shape[-1])
            dz = activation.backward(da.reshape(two), z.reshape(two), a.reshape(two))
            dz = dz.reshape(z.shape)
        grads[W] = x.swapaxes(1, 2) @ dz
        if b in params:
            db = dz.sum(axis=1, keepdims=True)
            grads[b] = db if params[b].shape == db.shape else db.sum(axis=2, keepdims=True)
        if l > 0:
            da = dz @ params[W].swapaxes(1, 2)
    _add_penalties(spec, training, params, grads, size)
    return grads


def _add_penalties(
    spec: Spec, training: Training, params: Params, grads: Params, size: Any
) -> None:
    """What large weights cost, as engine.reference.penalty_of; size is Σ w of the batch."""
    for strength, penalty in training.penalties:
        share: Any = strength
        if spec.conventions.penalty_over_batch:
            whole = isinstance(size, int)  # rows without weights: a plain number keeps the dtype
            share = strength / size if whole else np.where(size > 0, strength / size, 0)
        for W, _ in spec.names:
            grads[W] = grads[W] + share * penalty.of(params[W])[1]


def _loss_slope(
    spec: Spec, last: tuple[Array, Array, Array], y: Array, share: Array | None, n: int
) -> Array:
    """The gradient of the batch's loss by the last z or a, (starts, n, outputs)."""
    _, z, a = last
    q = z if spec.loss.on == "z" else a
    flat, how = q.reshape(-1, q.shape[-1]), spec.conventions
    d = spec.loss(flat, y, share, batch="sum", outputs=how.outputs, value=False).d
    if share is None and how.batch == "mean" and n > 1:
        d = d / n
    return d.reshape(q.shape)


def repeated(y: Array, starts: int) -> Array:
    """The same answers for every start, one after the other."""
    return np.broadcast_to(y, (starts, *y.shape)).reshape(-1, *y.shape[1:])
