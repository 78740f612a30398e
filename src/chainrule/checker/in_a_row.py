"""What several calls in a row show of the gradients: added up, or a call too late."""

from __future__ import annotations

from itertools import pairwise
from time import process_time

from chainrule.checker.account import Account
from chainrule.checker.case import Case
from chainrule.checker.conclusion import verdict_of
from chainrule.checker.fitting import near
from chainrule.checker.naming import Namer
from chainrule.checker.observation import Layer
from chainrule.checker.search import again
from chainrule.checker.tensors import Tensors, a_turn_late
from chainrule.checker.verdict import Verdict

GROWING = "A call gives its own gradients and those of the call before, added up."


def late(case: Case) -> Verdict | None:
    """Steps that come a turn too late: the second one is made of the first gradient."""
    assert case.main is not None
    calls = [c for c in case.calls if c.probe == case.main.probe and c.after is not None]
    if not case.of_step or not a_turn_late(calls):
        return None
    left = max(case.deadline - process_time(), 0.3)
    second = Case(case.reading._replace(calls=(calls[1],)), left)
    account = next((a for a in second.accounts() if a.stuck is None), None)
    if account is None:
        return None
    namer = Namer(second, account)
    text = "The first turn changes nothing, the next one does: the step comes a turn too late."
    stale = namer.mistake(71, None, text, theirs="W ← W − η v, with the v before")
    return verdict_of(second, account, [*namer.of_pieces(account), stale], {})


def grows(case: Case, account: Account) -> bool:
    """The next call's gradients, less those of the first, are its own."""
    assert case.main is not None
    calls = [c for c in case.calls if c.probe == case.main.probe][:2]
    if len(calls) < 2:
        return False
    old, new = (case.theirs(call) for call in calls)
    if old is None or new is None or None in old or None in new:
        return False
    alone = again(account, calls[1], new)
    less = again(account, calls[1], _difference(old, new))
    limit = case.tolerance * 100
    if alone is None or less is None or not less.off <= limit < alone.off:
        return False
    if any(near(number, 1.0, 1e-2) for number in case.reading.settings.values() if number != 1):
        return False  # a momentum of 0.9995 nearly adds up, and may
    return all(near(f, account.factors.get(n, f), 1e-3) for n, f in less.factors.items())


def accumulated(case: Case) -> Verdict | None:
    """Gradients, or steps, that contain those of the calls before: bug 54."""
    calls = [c for c in case.calls if case.main is not None and c.probe == case.main.probe]
    for first, second in pairwise(calls):
        old, new = case.theirs(first), case.theirs(second)
        if old is None or new is None or None in old or None in new:
            continue
        grown = second._replace(gradients=_difference(old, new), after=None)
        inner = Case(case.reading._replace(calls=(grown,)))
        inner.deadline = max(case.deadline, process_time()) + 0.2
        for account in inner.accounts()[:2]:
            if account.stuck is None and account.fits and any(account.factors.values()):
                namer = Namer(inner, account)
                found = [namer.mistake(54, None, GROWING, theirs="g ← g + new g")]
                return verdict_of(inner, account, [*namer.of_pieces(account), *found], {})
    return None


def _difference(old: Tensors, new: Tensors) -> tuple[Layer, ...]:
    return tuple(
        Layer(b.W - a.W, None if a.b is None or b.b is None else b.b - a.b)
        for a, b in zip(old, new, strict=True) if a is not None and b is not None
    )  # fmt: skip
