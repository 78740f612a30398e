"""The verdict where no formulas are known for a program's numbers, and what can be said of them."""

from __future__ import annotations

import numpy as np

from chainrule.checker.case import Case
from chainrule.checker.naming import Namer
from chainrule.checker.shapes import column_minus_row, odd_shapes
from chainrule.checker.truth import truth
from chainrule.checker.verdict import Verdict


def finite(case: Case) -> bool:
    assert case.main is not None
    layers = case.theirs(case.main) or ()
    return all(
        np.isfinite(numbers).all()
        for layer in layers if layer is not None
        for numbers in layer if numbers is not None
    )  # fmt: skip


def not_finite(case: Case) -> Verdict:
    return Verdict(
        "unknown", form=case.reading.form,
        message="Your gradients hold nan or inf for ordinary numbers (weights and inputs around 1)."
        " Look for a logarithm of 0, a division by 0, or exp of something large.",
    )  # fmt: skip


def misshapen(case: Case) -> Verdict:
    """Right where all sizes are equal; elsewhere the shapes are wrong."""
    return Verdict(
        "unknown", form=case.reading.form,
        message=f"Your numbers are right where all sizes are equal. With other sizes, "
        f"{odd_shapes(case)[0].text}.",
    )  # fmt: skip


def failed(case: Case) -> Verdict:
    reading, odd = case.reading, column_minus_row(case)
    if odd is not None:
        found = Namer(case, None).mistake(28, None, f"After a step, {odd.text}.")
        return Verdict("wrong", (found,), form=reading.form)
    said = next(iter(reading.failed.values()), "no gradients and no step were seen")
    return Verdict(
        "error", form=reading.form,
        message=f"{reading.entry}: needs to run on numbers of the probe, got {said}."
        " Run it on small arrays of different sizes yourself, or use chainrule check --template.",
    )  # fmt: skip


def unknown(case: Case) -> Verdict:
    """Wrong, and none of the known mistakes: how far the numbers are right."""
    assert case.main is not None
    best = truth(case)
    message = "None of the known mistakes gives your numbers."
    stops = case.reading.failed.get("distinct", "")
    if stops and case.main.probe == "equal":
        message += f" It runs where all sizes are equal; with others: {stops}."
    if best is None:
        return Verdict("unknown", form=case.reading.form, message=message)
    account, found = best
    good = sorted({name for name, off in found.items() if off is not None and off < 1e-5})
    namer = Namer(case, account)
    bad = [name for name in found if name not in good]
    layer = max((int(name.split(".")[0]) for name in bad), default=0)
    if not bad:
        message = "Your numbers are right in one call, and others in another one. " + message
    elif good:
        right = ", ".join(map(namer.tensor, good))
        message = f"{right}: right. Layer {layer + 1} is where it goes wrong. {message}"
    else:
        message = f"Already layer {layer + 1}, the last, differs. {message}"
    if case.main.outputs is not None and case.answers_agree(account.forward):
        message += " Your answers are right: look at the backward pass."
    return Verdict("unknown", form=case.reading.form, message=message, agreement=found)
