"""How far rounding may have moved the numbers of one step: γ bounds along its own record.

To first order, for each sum of k products γ_k = k u / (1 − k u) times the sum of the sizes of its
terms, u half a unit in the last place (Higham 2002, chapter 3). Each function of one number is
taken to be 4 units good, each Lipschitz constant to be 1.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from chainrule.records import StepRecord

U = 2.0**-53


def gamma(k: int) -> float:
    return k * U / (1 - k * U)


def bounds(made: StepRecord) -> dict[str, Any]:
    """For "outputs", "loss" and the gradient of each parameter: the most it may be off."""
    spec, params, batch = made.spec, made.before.params, made.batch
    off_x = np.zeros_like(batch.x)
    off_z, off_a = [], []
    for layer, record, (W, b) in zip(spec.layers, made.layers, spec.names, strict=True):
        size = np.abs(record.x) @ np.abs(params[W]) + np.abs(params.get(b, 0.0))
        off_z.append(off_x @ np.abs(params[W]) + gamma(len(params[W]) + 2) * size)
        off_x = off_z[-1] + 8 * U * np.abs(record.a)
        if layer.activation.slope is None:  # softmax: aⱼ moves by 2 aⱼ times the largest move
            most = off_z[-1].max(axis=1, keepdims=True) + np.abs(record.z).max() * 4 * U
            off_x = record.a * (2 * most + (layer.units + 16) * U)
        off_a.append(off_x)

    n, per_row = len(batch.x), made.loss.per_row
    share = np.full((n, 1), 1.0) if batch.weight is None else batch.weight[:, None]
    share = share / share.sum() if spec.conventions.batch == "mean" else share
    y = np.abs(batch.y) if spec.loss.targets == "columns" else 1.0
    q, off_q = made.layers[-1].z, off_z[-1]
    if spec.loss.on == "a":
        q, off_q = made.layers[-1].a, off_a[-1]
    terms = np.abs(per_row)[:, None] + (np.abs(q) * (1 + y)).sum(axis=1, keepdims=True)
    found: dict[str, Any] = {"outputs": off_a[-1]}
    found["loss"] = (np.abs(made.loss.d) * off_q).sum() + (
        gamma(n + q.shape[1] + 16) * (share * terms).sum()
    )
    # The slope of every loss is a − y, or twice that.
    off = 2 * share * (off_a[-1] + 4 * U * (np.abs(made.layers[-1].a) + y))
    off = off + gamma(n + 4) * np.abs(made.loss.d)

    for l in reversed(range(len(made.layers))):
        record, activation, (W, b) = made.layers[l], spec.layers[l].activation, spec.names[l]
        da, a = record.da, record.a
        if da is not None and activation.slope is not None:
            slope = np.abs(activation.slope(record.z, a))
            curved = activation.name not in ("identity", "relu")
            off = off * slope + np.abs(da) * (curved * (2 * off_a[l] + 4 * U) + U * slope)
        elif da is not None:
            mixed = (da * a).sum(axis=1, keepdims=True)
            sums = off * a + np.abs(da) * off_a[l] + gamma(a.shape[1] + 2) * np.abs(da * a)
            off = off_a[l] * np.abs(da - mixed) + a * (off + sums.sum(axis=1, keepdims=True))
            off = off + 4 * U * a * (np.abs(da) + np.abs(mixed))
        below = off_a[l - 1] if l > 0 else np.zeros_like(record.x)
        x, dz = np.abs(record.x), np.abs(record.dz)
        found[W] = x.T @ off + below.T @ dz + gamma(n) * (x.T @ dz)
        if record.db is not None:
            each = off.sum(axis=0) + gamma(n) * dz.sum(axis=0)
            shared = each.sum(keepdims=True) + gamma(each.size) * dz.sum()
            found[b] = each if record.db.shape == each.shape else shared
        off = off @ np.abs(params[W]).T + gamma(dz.shape[1]) * (dz @ np.abs(params[W]).T)
    return found
