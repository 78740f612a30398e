"""L2 penalties: what is added to the gradients, against what the learner's own loss asks for."""

from __future__ import annotations

from chainrule.checker.account import Account
from chainrule.checker.case import Case
from chainrule.checker.expected import Expected
from chainrule.checker.fitting import fit, near
from chainrule.checker.naming import Namer
from chainrule.checker.verdict import Mistake
from chainrule.core.dense import Array

SEEN_SINGLE = 1e-5  # of programs in single precision
SEEN = 1e-7  # a strength below is rounding of the numeric derivative


def of_penalty(case: Case, account: Account, wants: Expected, namer: Namer) -> list[Mistake]:
    """L2: what is added to the gradients, against what the loss or λ asks for."""
    least = SEEN if case.tolerance < 1e-4 else SEEN_SINGLE
    extras = {n: found.extra if abs(found.extra) > least else 0.0 for n, found in account.fits}
    weights = [extra for name, extra in extras.items() if name.endswith("dW")]
    if account.added == "1":
        return _number_alone(weights, namer)
    biases = [extra for name, extra in extras.items() if name.endswith("db") and extra]
    if case.main is not None and case.main.numeric is not None and not account.wrong:
        return _missing_penalty(case, extras, namer)
    if not any(weights) and not wants.penalty:
        return []
    strength = case.strength or 0.0
    if wants.penalty and not any(weights):
        return [namer.mistake(18, None, "The loss holds the penalty and no gradient does.")]
    found = []
    m = account.sizes.rows
    fine = [wants.penalty] if wants.penalty else [
        strength * s / over for s in (1, 2) for over in (1, m, account.sizes.all)
    ]  # fmt: skip
    odd = [c for c in weights if c and not any(near(c, w, 1e-3) for w in fine if w)]
    if not strength:
        odd = [c for c in weights if c < 0 < wants.base]
    for c in odd[:1]:
        text = f"{c:.4g} · W is added to dW"
        text += f", where λ = {strength:g}." if strength else ": weights grow, and should shrink."
        found.append(namer.mistake(73, None, text, theirs=f"dW + {c:.4g} W"))
    meant = wants.loss is not None and wants.loss.of_biases
    known = strength or (case.main is not None and case.main.numeric is not None)
    if biases and known and not meant:
        found.append(namer.mistake(65, None, f"{biases[0]:.4g} · b is added to db."))
    return found


def _number_alone(extras: list[float], namer: Namer) -> list[Mistake]:
    """λ in the place of λ W."""
    c = max(extras, key=abs, default=0.0)
    if abs(c) < SEEN:
        return []
    text = f"{c:.4g} is added to every number of dW, whatever the weight is."
    return [namer.mistake(73, None, text, theirs=f"dW + {c:.4g}")]


def _missing_penalty(case: Case, extras: dict[str, float], namer: Namer) -> list[Mistake]:
    """What the derivative of the program's own loss has, beside its gradients: c · W, c · b."""
    assert case.main is not None
    of_weights: dict[int, float] = {}
    of_biases: dict[int, float] = {}
    both = zip(
        case.main.before, case.theirs(case.main) or (), case.main.numeric or (), strict=False
    )
    for l, (layer, mine, own) in enumerate(both):
        if mine is None or own is None:
            continue
        of_weights[l] = _share(layer.W, own.W - mine.W)
        if layer.b is not None and layer.b.size > 2 and mine.b is not None and own.b is not None:
            of_biases[l] = _share(layer.b, own.b - mine.b)
    found = []
    layers = [l for l, share in of_weights.items() if share]
    if layers:
        had = {l: extras.get(f"{l}.dW", 0.0) for l in layers}
        only = layers[-1] if len(layers) < len(of_weights) else None
        first = layers[-1]
        found.append(_of_weights(had[first], of_weights[first], only, namer))
    for l, share in [(l, share) for l, share in of_biases.items() if share][:1]:
        text = f"{-share:.4g} · b is added to db, and your loss has none of it."
        found.append(namer.mistake(65 if share < 0 else 18, l, text))
    return list({mistake.id: mistake for mistake in found}.values())


def _share(numbers: Array, rest: Array) -> float:
    """c, where the rest is c · numbers; else 0."""
    found = fit(numbers, rest)
    return found.factor if found.off < 1e-3 and abs(found.factor) > SEEN else 0.0


def _of_weights(had: float, missing: float, layer: int | None, namer: Namer) -> Mistake:
    """dW holds had · W; the loss asks for had + missing. One of the two is 0: 18; else 73."""
    wanted = had + missing
    one_sided = abs(had) < SEEN or abs(wanted) < SEEN
    there = f"there is {had:.4g} · W" if abs(had) > SEEN else "there is none of it"
    text = f"Your loss asks for {wanted:.4g} · W in dW; {there}."
    theirs = f"dW + {had:.4g} W" if abs(had) > SEEN else "dW without the penalty"
    return namer.mistake(18 if one_sided else 73, layer, text, theirs=theirs)
