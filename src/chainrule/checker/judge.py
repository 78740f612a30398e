"""From what was seen of a program to a verdict.

1. Explain the numbers: search.py finds the formulas that give them, up to factors.
2. Explain the factors: by the learner's own loss where it is seen, else by what is usual.
3. Explain what one call can't show: repeated calls, update rules, starts, extremes.
A mistake is named only when the same formulas give the numbers of another probe, too.
"""

from __future__ import annotations

from time import process_time

from chainrule.checker.accounted import accounted, by_differences
from chainrule.checker.beyond import repeated
from chainrule.checker.case import SEARCHING, Case
from chainrule.checker.conclusion import verdict_of
from chainrule.checker.in_a_row import accumulated, late
from chainrule.checker.naming import Namer
from chainrule.checker.observation import Reading
from chainrule.checker.tensors import Tensors
from chainrule.checker.unaccounted import failed, finite, not_finite, unknown
from chainrule.checker.verdict import Verdict

RANK = {"right": 0, "different": 1, "wrong": 2, "unknown": 3, "error": 4}
STANDING_STILL = (55, 58)  # a layer, or its bias, that no step moves
SECONDS, AT_LEAST = 2.5, 0.3  # for all readings of a program, and for each
CANDIDATES = 12  # accounts that are confirmed on other probes, the cheapest first


def judge(readings: list[Reading]) -> Verdict:
    """The verdict of the reading that makes most sense."""
    found: list[tuple[Reading, Verdict]] = []
    end = process_time() + SECONDS
    for i, reading in enumerate(readings):
        verdict = judge_one(reading, _left(end))
        if verdict.status == "unknown" and _square(reading):
            turned = judge_one(_turned(reading), _left(end))
            verdict = turned if turned.status != "unknown" else verdict
        if verdict.status in ("right", "different"):
            if _without_biases(reading) and any(v.status == "wrong" for _, v in found):
                continue  # it says nothing of what another reading finds wrong
            found += [(other, judge_one(other, _left(end))) for other in readings[i + 1 :]
                      if _goes_further(other, reading)]  # fmt: skip
            return next((v for r, v in found if _stands(r, v, reading)), verdict)
        found.append((reading, verdict))
    nothing = Verdict("error", message="Nothing was handed over.")
    return min(found, key=_rank, default=(None, nothing))[1]


def _left(end: float) -> float:
    """Seconds for the next reading: those that are left, and a few in any case."""
    return min(SEARCHING, max(end - process_time(), AT_LEAST))


def _square(reading: Reading) -> bool:
    """Every W is square: it may be (units, fan_in) as well."""
    call = next(iter(reading.calls), None)
    return call is not None and all(layer.W.shape[0] == layer.W.shape[1] for layer in call.before)


def _turned(reading: Reading) -> Reading:
    """The same with every W the other way round."""

    def turn(layers: Tensors | None) -> Tensors | None:
        if layers is None:
            return None
        return tuple(None if layer is None else layer._replace(W=layer.W.T) for layer in layers)

    calls = [
        call._replace(
            before=tuple(layer._replace(W=layer.W.T) for layer in call.before),
            gradients=turn(call.gradients), numeric=turn(call.numeric),
            after=None if call.after is None else tuple(
                layer._replace(W=layer.W.T) for layer in call.after
            ),
        ) for call in reading.calls
    ]  # fmt: skip
    return reading._replace(calls=tuple(calls))


def _without_biases(reading: Reading) -> bool:
    """The program has biases, and the gradients that were seen are those of the weights alone."""
    main = Case(reading).main
    if main is None or main.gradients is None:
        return False
    beside = [g for g, layer in zip(main.gradients, main.before, strict=True)
              if layer.b is not None]  # fmt: skip
    return bool(beside) and all(g is None or g.b is None for g in beside)


def _goes_further(other: Reading, reading: Reading) -> bool:
    """It makes whole steps, by way of another function."""
    steps = any(call.after is not None for call in other.calls)
    rows = max((len(call.x) for call in other.calls), default=0)
    return steps and other.entry != reading.entry and rows > 1


def _stands(reading: Reading, verdict: Verdict, right: Reading) -> bool:
    """A verdict against the program that another reading, which is right, can't take back.

    One row alone hides mistakes that need several; gradients alone say nothing of the update.
    """
    case, other = Case(reading), Case(right)
    if case.main is None or other.main is None:
        return False
    fewer_rows = len(other.main.x) == 1 < len(case.main.x)
    fewer_outputs = other.main.y.shape[1] < case.main.y.shape[1]
    if fewer_rows and verdict.status in ("wrong", "unknown") and case.answers_known:
        return True
    ids = {m.id for m in verdict.mistakes}
    if ids & {27, 77} and reading.targets == "labels" != right.targets:
        return True  # what is made of labels is seen only by who hands over labels
    if ids == {14} and other.main.rows_in_all is None:
        return True  # with the whole data set for a batch it can't be seen
    by_loss = case.main.loss is not None and other.main.loss is None
    by_loss |= case.own_factor is not None and other.main.numeric is None
    if (fewer_outputs or by_loss) and verdict.status == "wrong" and case.answers_known:
        return True
    of_update = verdict.mistakes and all(
        m.where == "update" or m.id in STANDING_STILL for m in verdict.mistakes
    )
    return bool(of_update and case.main.after is not None and reading.entry != right.entry)


def _rank(found: tuple[Reading, Verdict]) -> tuple[float, ...]:
    """Named before unnamed; several rows before one; of these the first with fewest mistakes."""
    reading, verdict = found
    agreeing = sum(1 for off in verdict.agreement.values() if off is not None and off < 1e-6)
    one_row = all(len(call.x) == 1 for call in reading.calls)
    return RANK[verdict.status], one_row, len(verdict.mistakes), -agreeing


def judge_one(reading: Reading, seconds: float = SEARCHING) -> Verdict:
    """The verdict on one reading."""
    case = Case(reading, seconds)
    if case.main is None:
        return failed(case)
    if not case.chains:
        return Verdict("unknown", form=reading.form, message="Its weights don't lead from x to y.")
    early = repeated(case, None) if case.of_step else None
    if early is not None and early.adaptive:
        return verdict_of(
            case, None, [*early.mistakes(Namer(case, None))], {"optimizer": early.name}
        )
    if not finite(case):
        return not_finite(case)
    too_late = late(case)
    if too_late is not None:
        return too_late
    accounts = [account for account in case.accounts()[:CANDIDATES] if account.stuck is None]
    for account in accounts:
        if case.confirmed(account):
            return accounted(case, account)
    elsewhere = next(case.found_elsewhere(), None) if accounts else None
    if elsewhere is not None:
        return accounted(case, elsewhere)
    if case.own_factor is not None:
        return by_differences(case)
    return accumulated(case) or unknown(case)
