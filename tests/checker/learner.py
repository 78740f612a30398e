"""A learner's backpropagation for the judge's tests: right, but for the lines a test changes."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from chainrule.checker import probes
from chainrule.checker.observation import Call, Layer, Reading


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


RIGHT: dict[str, Callable[..., Any]] = {
    "f": lambda z: sigmoid(z),
    "last": lambda z: softmax(z),
    "z": lambda a, W, b: a @ W + b,
    "delta": lambda a, y, z: a - y,
    "da": lambda d, W, error: d @ W.T,
    "slope": lambda z, a: a * (1 - a),
    "dW": lambda below, d, z_below: below.T @ d,
    "db": lambda d: d.sum(axis=0),
    "scale": lambda l, m: 1 / m,
    "bias scale": lambda l, m: 1.0,
    "loss": lambda a, y: float(-(y * np.log(a)).sum() / len(y)),
}


def gradients(layers, x, y, lines):
    """dW and db of each layer, the answers and the loss, with the lines as they are given."""
    line = {**RIGHT, **lines}
    a, z = [x], []
    for l, (W, b) in enumerate(layers):
        z.append(line["z"](a[-1], W, b))
        a.append(line["last" if l == len(layers) - 1 else "f"](z[-1]))
    m, found = len(x), [None] * len(layers)
    d = error = line["delta"](a[-1], y, z[-1])
    for l in reversed(range(len(layers))):
        s = line["scale"](l, m)
        found[l] = Layer(
            line["dW"](a[l], d, z[l - 1] if l else x) * s,
            line["db"](d) * s * line["bias scale"](l, m),
        )
        if l:
            da = line["da"](d, layers[l][0], error)
            error = error @ layers[l][0].T
            d = da * line["slope"](z[l - 1], a[l])
    return tuple(found), a[-1], line["loss"](a[-1], y)


def reading(
    lines: dict[str, Callable[..., Any]] | None = None, *, answers: bool = True, loss: bool = False,
    names: tuple[str, ...] = ("distinct", "distinct", "fresh", "equal"), outputs: int = 3,
) -> Reading:  # fmt: skip
    """What a checker sees of that learner's gradient function."""
    return Reading(
        "gradient function", "backward(params, X, y)", {"samples": "rows"}, "one-hot",
        tuple(_call(name, lines or {}, answers, loss, outputs) for name in names),
        loss_is="returned" if loss else "",
    )  # fmt: skip


def _call(name, lines, answers, loss, outputs):
    probe = probes.PROBES[name]
    sizes = probes.sizes_of(probe, None, 2, None if outputs > 1 else 1)
    layers = probes.weights(
        probe, [((i, o), o) for i, o in itertools.pairwise(sizes)]
    )  # fmt: skip
    x = probes.inputs(probe, sizes[0])
    y = probes.one_hot(probes.labels(probe, max(sizes[-1], 2)), sizes[-1])
    found, a, value = gradients(layers, x, y, lines)
    return Call(
        name, x, y, layers, found, None,
        outputs=a if answers else None, loss=value if loss else None,
    )  # fmt: skip
