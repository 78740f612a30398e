"""From what was seen of a program to a verdict.

1. Explain the numbers: search.py finds the formulas that give them, up to factors.
2. Explain the factors: by the learner's own loss where it is seen, else by what is usual.
3. Explain what one call can't show: repeated calls, update rules, starts, extremes.
A mistake is named only when the same formulas give the numbers of another probe, too.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from time import process_time

import numpy as np

from chainrule.checker.beyond import cautions, fixed_biases, repeated
from chainrule.checker.case import SEARCHING, Case, steps
from chainrule.checker.expected import Expected, expected
from chainrule.checker.factors import is_a_mean, odd_base, odd_factors, repeated_for_rows
from chainrule.checker.fitting import near
from chainrule.checker.naming import Namer, in_order
from chainrule.checker.observation import Call, Layer, Reading
from chainrule.checker.penalties import of_penalty
from chainrule.checker.scale import Sizes
from chainrule.checker.search import Account, Tensors, again
from chainrule.checker.shapes import column_minus_row, odd_shapes, of_shapes
from chainrule.checker.truth import agreement, truth
from chainrule.checker.updates import unlike_their_gradients, update_mistakes
from chainrule.checker.verdict import Mistake, Verdict

RANK = {"right": 0, "different": 1, "wrong": 2, "unknown": 3, "error": 4}
STANDING_STILL = (55, 58)  # a layer, or its bias, that no step moves
GROWING = "A call gives its own gradients and those of the call before, added up."
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
        return _failed(case)
    if not case.chains:
        return Verdict("unknown", form=reading.form, message="Its weights don't lead from x to y.")
    early = repeated(case, None) if case.of_step else None
    if early is not None and early.adaptive:
        return _verdict(case, None, [*early.mistakes(Namer(case, None))], {"optimizer": early.name})
    if not _finite(case):
        return _not_finite(case)
    late = _late(case)
    if late is not None:
        return late
    accounts = [account for account in case.accounts()[:CANDIDATES] if account.stuck is None]
    for account in accounts:
        if case.confirmed(account):
            return _accounted(case, account)
    elsewhere = next(case.found_elsewhere(), None) if accounts else None
    if elsewhere is not None:
        return _accounted(case, elsewhere)
    if case.own_factor is not None:
        return _by_differences(case)
    return _accumulated(case) or _unknown(case)


def _late(case: Case) -> Verdict | None:
    """The first step changes nothing, and the second is made of the gradient of the first."""
    assert case.main is not None
    calls = [c for c in case.calls if c.probe == case.main.probe and c.after is not None][:2]
    if not case.of_step or len(calls) < 2 or _moves(calls[0]) or not _moves(calls[1]):
        return None
    second = Case(case.reading._replace(calls=(calls[1],)))
    account = next((a for a in second.accounts() if a.stuck is None), None)
    if account is None:
        return None
    namer = Namer(second, account)
    text = "The first turn changes nothing, the next one does: the step comes a turn too late."
    late = namer.mistake(71, None, text, theirs="W ← W − η v, with the v before")
    return _verdict(second, account, [*namer.of_pieces(account), late], {})


def _moves(call: Call) -> bool:
    return any(
        numbers is not None and numbers.any()
        for step in steps(call) if step is not None
        for numbers in step
    )  # fmt: skip


def _grows(case: Case, account: Account) -> bool:
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
    return all(near(f, account.factors[name], 1e-3) for name, f in less.factors.items())


def _accumulated(case: Case) -> Verdict | None:
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
                return _verdict(inner, account, [*namer.of_pieces(account), *found], {})
    return None


def _difference(old: Tensors, new: Tensors) -> tuple[Layer, ...]:
    return tuple(
        Layer(b.W - a.W, None if a.b is None or b.b is None else b.b - a.b)
        for a, b in zip(old, new, strict=True) if a is not None and b is not None
    )  # fmt: skip


def _accounted(case: Case, account: Account) -> Verdict:
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
    conventions = wants.conventions(account)
    if case.main.gradients is not None and not case.by_steps and _grows(case, account):
        mistakes.append(namer.mistake(54, None, GROWING, theirs="g ← g + new g"))
    own = update_mistakes(case, namer)
    after = repeated(case, account) if own is None or own == ("SGD", []) else None
    if own is not None:
        conventions["optimizer"], more = own
        mistakes += more
        if {25, 66} <= {mistake.id for mistake in mistakes}:  # y − a, and then added: downhill
            mistakes = [mistake for mistake in mistakes if mistake.id not in (25, 66)]
    if after is not None:
        mistakes += after.mistakes(namer)
        conventions["optimizer"] = after.name
    found = _verdict(case, account, mistakes, conventions, wants)
    odd = [] if mistakes else unlike_their_gradients(case)
    if odd and own == ("unknown", []):
        message = (
            f"The gradients are right. The steps of {', '.join(map(namer.tensor, odd))} are not."
        )
        return replace(found, status="unknown", message=message)
    return found


def _verdict(
    case: Case, account: Account | None, mistakes: list[Mistake], conventions: dict[str, object],
    wants: Expected | None = None,
) -> Verdict:  # fmt: skip
    found = list({mistake.id: mistake for mistake in reversed(mistakes)}.values())[::-1]
    extra = cautions(case, Namer(case, account), {mistake.id for mistake in found})
    found += [mistake for mistake, severe in extra if severe]
    if not any(mistake.where == "bias gradient" for mistake in found):
        found += of_shapes(case, Namer(case, account))
    if not found and odd_shapes(case):
        return _misshapen(case)
    status = "wrong" if found else "right" if wants is None or wants.ours(account) else "different"
    if not found:
        found = [mistake for mistake, _ in extra]
        status = "different" if {58, 63} & {mistake.id for mistake in found} else status
    if account is None:
        return Verdict(status, in_order(found), conventions, case.reading.form)
    return Verdict(
        status,
        in_order(found),
        {**conventions, "samples": case.reading.layout.get("samples", "rows")},
        case.reading.form,
        agreement=agreement(case, account, wants.base if wants else None),
    )


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
    if case.penalised(account):  # a penalty on one or two biases looks like a factor
        tensors = case.theirs(case.main) if case.main is not None else None
        small = {f"{l}" for l, layer in enumerate(tensors or ())
                 if layer is not None and layer.b is not None and layer.b.size < 3}  # fmt: skip
        found = [odd for odd in found if odd.where != "biases" or str(odd.layer) not in small]
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
    return [namer.of_odd(odd, account.sizes, what) for odd in found]


# ------------------------------------------------------------------------- no account


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


def _by_differences(case: Case) -> Verdict:
    """No formula we know, but the gradients are those of the program's own loss."""
    namer = Namer(case, None)
    mistakes = _of_own_factor(case, namer)
    own = update_mistakes(case, namer)
    if own is not None:
        mistakes += own[1]
    conventions: dict[str, object] = {
        "loss": "its own", "checked by": "differences of the program's own loss",
    }  # fmt: skip
    found = _verdict(case, None, mistakes, conventions)
    return found if mistakes else replace(found, status="different")


def _finite(case: Case) -> bool:
    assert case.main is not None
    layers = case.theirs(case.main) or ()
    return all(
        np.isfinite(numbers).all()
        for layer in layers if layer is not None
        for numbers in layer if numbers is not None
    )  # fmt: skip


def _not_finite(case: Case) -> Verdict:
    return Verdict(
        "unknown", form=case.reading.form,
        message="Your gradients hold nan or inf for ordinary numbers (weights and inputs around 1)."
        " Look for a logarithm of 0, a division by 0, or exp of something large.",
    )  # fmt: skip


def _misshapen(case: Case) -> Verdict:
    """Right where all sizes are equal; elsewhere the shapes are wrong."""
    return Verdict(
        "unknown", form=case.reading.form,
        message=f"Your numbers are right where all sizes are equal. With other sizes, "
        f"{odd_shapes(case)[0].text}.",
    )  # fmt: skip


def _failed(case: Case) -> Verdict:
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


def _unknown(case: Case) -> Verdict:
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
    if good:
        right = ", ".join(map(namer.tensor, good))
        message = f"{right}: right. Layer {layer + 1} is where it goes wrong. {message}"
    else:
        message = f"Already layer {layer + 1}, the last, differs. {message}"
    if case.main.outputs is not None and case.answers_agree(account.forward):
        message += " Your answers are right: look at the backward pass."
    return Verdict("unknown", form=case.reading.form, message=message, agreement=found)
