"""The right gradients in the learner's network, beside theirs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from chainrule.checker.account import Account
from chainrule.checker.backward import (
    Delta,
    Way,
    bias_gradients,
    carried,
    deltas,
    output_deltas,
    weight_gradients,
)
from chainrule.checker.case import Case
from chainrule.checker.fitting import fit
from chainrule.checker.forward import Pass, right_ways
from chainrule.checker.loss_values import find_loss
from chainrule.checker.observation import Layer
from chainrule.checker.scale import Sizes

Agreement = dict[str, float | None]


def right_gradients(p: Pass, loss: str) -> list[Layer]:
    """Backpropagation, up to a factor: every piece the first of its ways."""
    made: list[Layer] = []
    top = [way for way in output_deltas(p) if way.id is None]
    way = next((way for way in top if way.loss == loss), top[0])
    above = Delta(way.value, p.error)
    for l in range(p.top, -1, -1):
        if l < p.top:
            da = _first(carried(p, l, above))
            above = Delta(_first(deltas(p, l, da)), da)
        b = None if p.b[l] is None else _first(bias_gradients(p, l, above.d))
        made.insert(0, Layer(_first(weight_gradients(p, l, above.d)), b))
    return made


def _first(ways: Iterator[Way]) -> np.ndarray:
    return next(ways).value


def agreement(case: Case, account: Account, base: float | None) -> Agreement:
    """How far each tensor is from the right one, relative to the largest number of it."""
    assert case.main is not None
    theirs = case.theirs(case.main)
    assert theirs is not None
    found: Agreement = {}
    with np.errstate(all="ignore"):
        right = right_gradients(Pass(case.main, account.forward), account.loss)
        if base:
            right = _penalised(right, case, account, base)
        for l in range(len(right) - 1, -1, -1):
            layer = theirs[l]
            for kind, mine in (("dW", right[l].W), ("db", right[l].b)):
                own = None if layer is None else layer.W if kind == "dW" else layer.b
                if mine is not None and own is not None and mine.shape == own.shape:
                    factor = base if base is not None else fit(mine, own).factor
                    size = float(np.abs(mine).max(initial=0.0)) * abs(factor) or 1.0
                    found[f"{l}.{kind}"] = float(np.abs(own - factor * mine).max()) / size
                elif mine is not None:
                    found[f"{l}.{kind}"] = None
    return found


def _penalised(right: list[Layer], case: Case, account: Account, base: float) -> list[Layer]:
    """With the penalty's share, where the program's loss has one; as multiples of base."""
    assert case.main is not None
    loss = find_loss(case.main, account.forward, case.strength)
    if loss is None or not loss.penalty:
        return right
    c = loss.penalty / base
    return [
        Layer(dW + c * W, db + c * b if loss.of_biases and db is not None and b is not None else db)
        for (dW, db), (W, b) in zip(right, case.main.before, strict=True)
    ]


def truth(case: Case) -> tuple[Account, Agreement] | None:
    """The right network that most of the learner's tensors agree with."""
    assert case.main is not None
    best: tuple[int, Account, Agreement] | None = None
    for way in right_ways(len(case.main.before) - 1):
        if case.main.outputs is not None and not case.answers_agree(way):
            continue
        p = Pass(case.main, way)
        for loss in {w.loss for w in output_deltas(p) if w.id is None and w.loss}:
            account = Account(way, Sizes.of(case.main), loss=loss)
            found = agreement(case, account, None)
            good = sum(1 for off in found.values() if off is not None and off < 1e-5)
            if best is None or good > best[0]:
                best = (good, account, found)
    return None if best is None else best[1:]
