"""The verdict where formulas are known that give all of a program's numbers."""

from __future__ import annotations

from dataclasses import replace

from chainrule.checker.account import Account
from chainrule.checker.beyond import fixed_biases, repeated
from chainrule.checker.case import Case
from chainrule.checker.conclusion import verdict_of
from chainrule.checker.expected import Expected, expected
from chainrule.checker.factors import is_a_mean, odd_base, odd_factors, repeated_for_rows
from chainrule.checker.fitting import near
from chainrule.checker.in_a_row import GROWING, grows
from chainrule.checker.naming import Namer
from chainrule.checker.penalties import SEEN, of_penalty
from chainrule.checker.readings import with_readings
from chainrule.checker.scale import Sizes
from chainrule.checker.signs import of_sign
from chainrule.checker.updates import unlike_their_gradients, update_mistakes
from chainrule.checker.verdict import Mistake, Verdict


def accounted(case: Case, account: Account) -> Verdict:
    assert case.main is not None
    wants = expected(case, account)
    namer = Namer(case, account)
    if case.own_factor is None:
        mistakes = [*namer.of_forward(account), *namer.of_pieces(account), *_of_loss(wants, namer)]
        mistakes += _of_factors(case, account, wants, namer)
        mistakes += of_penalty(case, account, wants, namer)
    else:  # the gradients are those of the program's own loss, so the formulas are right
        mistakes = [m for m in _of_loss(wants, namer) if m.where == "loss"]
        mistakes += _of_own_factor(case, namer, wants.base)
    mistakes = with_readings(mistakes, wants, case)
    conventions = wants.conventions(account)
    if case.main.gradients is not None and not case.by_steps and grows(case, account):
        mistakes.append(namer.mistake(54, None, GROWING, theirs="g ← g + new g"))
    own = update_mistakes(case, namer)
    after = repeated(case, account) if own is None or own == ("SGD", []) else None
    if own is not None:
        conventions["optimizer"], more = own
        mistakes += more
        turned = [m for m in mistakes if m.id in (25, 66) and m.layer is None]
        if len({m.id for m in turned}) == 2:  # y − a, and then added: downhill
            mistakes = [mistake for mistake in mistakes if mistake not in turned]
    if after is not None:
        mistakes += after.mistakes(namer)
        conventions["optimizer"] = after.name
    found = verdict_of(case, account, mistakes, conventions, wants)
    odd = [] if mistakes else unlike_their_gradients(case)
    if odd and own == ("unknown", []):
        message = (
            f"The gradients are right. The steps of {', '.join(map(namer.tensor, odd))} are not."
        )
        return replace(found, status="unknown", message=message)
    return found


def _of_loss(wants: Expected, namer: Namer) -> list[Mistake]:
    """What the value of the loss alone shows."""
    if wants.loss is None:
        return []
    if wants.loss.id is not None:
        return [namer.mistake(
            wants.loss.id, None, f"The loss is {wants.value} = {wants.loss.formula}.", where="loss",
            theirs=f"L = {wants.loss.formula}",
        )]  # fmt: skip
    if wants.mismatch is not None:
        return [namer.mistake(
            wants.mismatch, namer.layers - 1,
            f"The loss is that of the {wants.loss.kind}, and the delta that of the "
            f"{wants.account_loss}.", where="output delta",
        )]  # fmt: skip
    return []


def _of_factors(case: Case, account: Account, wants: Expected, namer: Namer) -> list[Mistake]:
    found = odd_factors(account, wants.base)
    if fixed_biases(case):  # one constant a layer: cautions() speaks of it
        found = [odd for odd in found if odd.id != 58]
    if any(abs(fit.extra) > SEEN for _, fit in account.fits):  # the small are fitted without it
        tensors = case.theirs(case.main) if case.main is not None else None
        small = {l for l, layer in enumerate(tensors or ())
                 if layer is not None and layer.b is not None and layer.b.size < 3}  # fmt: skip
        found = [odd for odd in found if odd.where != "biases" or odd.layer not in small]
    if any(odd.id == 69 for odd in found):
        return [namer.of_odd(odd, account.sizes) for odd in found]
    if wants.factor is not None and not case.free_scale:
        base = odd_base(wants.base, wants.factor, account.sizes, case.rate)
        if base is not None:
            base = repeated_for_rows(base, wants.base, account.sizes)
        mean = base is not None and is_a_mean(base, wants.base, account.sizes)
        if base is not None and not mean and (wants.strict or base.id in (25, 12, 14, 67)):
            number = 66 if base.id == 25 and case.of_step else base.id
            if number:
                found.append(replace(base, id=number))
    elif case.free_scale and wants.base < 0:
        minus = odd_base(-1.0, 1.0, account.sizes, None)
        assert minus is not None
        found.append(replace(minus, id=66))
    what = "your loss has for a gradient" if wants.strict else ""
    return [
        of_sign(case, account, wants.base, odd, namer) or namer.of_odd(odd, account.sizes, what)
        for odd in found
    ]


def _of_own_factor(case: Case, namer: Namer, base: float | None = None) -> list[Mistake]:
    """All gradients are a multiple of the derivative of the program's own loss.

    base: what they are times the sum's gradient, where the formulas are known.
    """
    assert case.main is not None
    sizes = Sizes.of(case.main)
    factor = case.own_factor or 1.0
    if case.sums_up and sizes.all > sizes.rows and near(base or factor, 1 / sizes.all):
        factor = sizes.rows / sizes.all  # the mean of this batch would be 1/m of its sum
    elif case.free_scale or case.sums_up:
        factor = 1.0 if factor > 0 else -1.0
    odd = odd_base(factor, 1.0, sizes, case.rate)
    if odd is None or odd.id == 0 or is_a_mean(odd, base, sizes):
        return []
    odd = repeated_for_rows(odd, base, sizes)
    number = 66 if odd.id == 25 and case.of_step else odd.id
    return [namer.of_odd(replace(odd, id=number), sizes, "your loss has for a gradient")]


def by_differences(case: Case) -> Verdict:
    """No formula we know, but the gradients are those of the program's own loss."""
    namer = Namer(case, None)
    mistakes = _of_own_factor(case, namer)
    own = update_mistakes(case, namer)
    if own is not None:
        mistakes += own[1]
    conventions: dict[str, object] = {
        "loss": "its own", "checked by": "differences of the program's own loss",
    }  # fmt: skip
    found = verdict_of(case, None, mistakes, conventions)
    return found if mistakes else replace(found, status="different")
