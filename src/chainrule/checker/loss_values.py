"""Which loss a program computes, from its value: the kind, and the factor in front of the sum."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from chainrule.checker.fitting import near
from chainrule.checker.forward import Forward, Pass
from chainrule.checker.observation import Call
from chainrule.checker.scale import Factor, Sizes
from chainrule.core.dense import Array

HUBER = (1.0, 0.5, 1.345)  # widths of Huber's loss
CLIPPED = 1e-5  # learners clip probabilities, or add 1e-8 inside the logarithm


class LossFound(NamedTuple):
    """value = factor · Σ share (+ penalty · ½ Σ W²)"""

    kind: str  # "squared error" | "cross-entropy" | "absolute error" | ...
    factor: Factor
    id: int | None = None  # the mistake it is
    formula: str = ""
    penalty: float = 0.0
    of_biases: bool = False  # the penalty is on them, too


def shares(p: Pass) -> Iterator[tuple[str, int | None, str, float]]:
    """Each known loss: kind, mistake, formula, and its sum over rows and outputs."""
    a, y, e = p.a[-1], p.call.y, p.error
    with np.errstate(all="ignore"):
        yield "squared error", None, "½ Σ (a − y)²", float((e * e).sum() / 2)
        log_a, log_b = np.log(a), np.log(1 - a)
        one = float(-(y * log_a).sum())
        both = float(-(y * log_a + (1 - y) * log_b).sum())
        if p.way.last.name == "softmax":
            yield "cross-entropy", None, "−Σ y log a", one
            yield (
                "binary cross-entropy of each output",
                None,
                "−Σ y log a + (1 − y) log(1 − a)",
                both,
            )
        else:
            yield "cross-entropy", None, "−Σ y log a + (1 − y) log(1 − a)", both
            if y.shape[1] > 1:
                yield "cross-entropy", None, "−Σ y log a", one
            else:
                yield "one term", 26, "−Σ y log a", one
        yield "absolute error", None, "Σ |a − y|", float(abs(e).sum())
        if p.way.last.name == "exp":
            yield "Poisson", None, "Σ a − y log a", float((a - y * log_a).sum())
        if p.way.last.name == "identity":
            yield from _of_scores(a, y)
        yield (
            "sign",
            16,
            "Σ −y log a + (1 − y) log(1 − a)",
            float((-y * log_a + (1 - y) * log_b).sum()),
        )
        if y.shape[1] == 1:
            pairs = a - y.T
            yield "all pairs", 28, "½ Σ Σ (aᵢ − yⱼ)²", float((pairs * pairs).sum() / 2)
            of_pairs = -float((y.T * log_a + (1 - y.T) * log_b).sum())
            yield "all pairs", 28, "−Σ Σ yⱼ log aᵢ + (1 − yⱼ) log(1 − aᵢ)", of_pairs
        yield "root", None, "√ Σ (a − y)²", float(np.sqrt((e * e).sum()))


def _of_scores(a: Array, y: Array) -> Iterator[tuple[str, int | None, str, float]]:
    """Losses of an output that is any number."""
    size = abs(a - y)
    for width in HUBER:
        shares = np.where(size <= width, size * size / 2, width * (size - width / 2))
        yield (
            "Huber",
            None,
            f"Σ of (a − y)²/2, and of a line beyond ±{width:g}",
            float(shares.sum()),
        )
    for name, s in signs(y):
        yield "hinge", None, f"Σ max(0, 1 − s a), {name}", float(np.maximum(0, 1 - s * a).sum())


def signs(y: Array) -> list[tuple[str, Array]]:
    """The ±1 that a hinge loss takes: the answers themselves, or made of answers 0 and 1."""
    return [("s = 2 y − 1", 2 * y - 1), ("s = y", y)]


def find_loss(call: Call, way: Forward, strength: float | None) -> LossFound | None:
    """The loss whose value this is. `strength` is the λ the program names, if it names one."""
    if call.loss is None or not np.isfinite(call.loss):
        return None
    p = Pass(call, way)
    sizes = Sizes.of(call)
    for kind, id, formula, total in shares(p):
        if not np.isfinite(total) or total == 0:
            continue
        factor = _plain(sizes, call.loss / total)
        if factor is not None:
            return LossFound(kind, factor, id, formula)
    return _with_penalty(call, p, sizes, strength) if strength else None


USUAL = [
    Factor(sign, rows, outputs, twos)
    for sign in (1, -1)
    for rows in (-1, 0)
    for outputs in (0, -1)
    for twos in (0, 1, -1, 2)
]


def _plain(sizes: Sizes, ratio: float) -> Factor | None:
    """One of the usual factors in front of a loss."""
    usual = [*USUAL, Factor(rows=-2), Factor(rows=-1, all=-1), Factor(all=-1)]
    return next((f for f in usual if near(sizes.value(f), ratio, CLIPPED)), None)


def _with_penalty(call: Call, p: Pass, sizes: Sizes, strength: float) -> LossFound | None:
    squares = [sum(float((W * W).sum()) for W in p.W)]
    squares.append(squares[0] + sum(float((b * b).sum()) for b in p.b if b is not None))
    for kind, id, formula, total in shares(p):
        for factor in USUAL[:12]:
            rest = (call.loss or 0.0) - sizes.value(factor) * total
            for of_biases, square in enumerate(squares):
                ratio = rest / (strength * square / 2)
                if any(near(ratio, c / d, CLIPPED) for c in (1, 2, 0.5) for d in (1, len(call.x))):
                    return LossFound(kind, factor, id, formula, ratio * strength, bool(of_biases))
    return None
