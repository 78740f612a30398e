"""What one call can't show: repeated calls and update rules, the start, extremes, side effects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from chainrule.checker.account import Account
from chainrule.checker.case import Case
from chainrule.checker.fitting import COARSE, fit, near
from chainrule.checker.forward import Pass
from chainrule.checker.naming import Namer
from chainrule.checker.observation import Call, Layer
from chainrule.checker.rules import RuleFound, adaptive, momentum, shared_counter
from chainrule.checker.search import again
from chainrule.checker.tensors import steps
from chainrule.checker.truth import right_gradients
from chainrule.checker.verdict import Mistake
from chainrule.core.dense import Array


@dataclass(frozen=True)
class Repeated:
    """What three calls in a row show."""

    name: str
    id: int | None
    evidence: str
    theirs: str
    adaptive: bool = False

    def mistakes(self, namer: Namer) -> list[Mistake]:
        if self.id is None:
            return []
        return [namer.mistake(self.id, None, self.evidence, theirs=self.theirs)]


def repeated(case: Case, account: Account | None) -> Repeated | None:
    """The rule of the updates; or gradients that grow from call to call."""
    assert case.main is not None
    calls = [call for call in case.calls if call.probe == case.main.probe]
    if len(calls) < 2:
        return None
    later = [call for call in calls if call is not case.main]
    own = case.main.gradients is not None and not case.by_steps
    if own and any(c.gradients or not c.after for c in later):
        return _accumulating(calls) if all(c.after is None for c in calls) else None
    with_steps = [call for call in calls if call.after is not None]
    if len(with_steps) < 2 or not _moving(with_steps):
        return None
    return _adaptive(case, with_steps) if account is None else _rule(case, account, with_steps)


def _accumulating(calls: list[Call]) -> Repeated | None:
    first, second = (_flat(call.gradients) for call in calls[:2])
    if first.shape == second.shape and first.any() and np.allclose(second, 2 * first, rtol=1e-6):
        return Repeated(
            "", 54, "The second call with the same numbers gives twice the gradients of the first.",
            "g ← g + new g",
        )  # fmt: skip
    return None


def _rule(case: Case, account: Account, calls: list[Call]) -> Repeated | None:
    """Steps against the gradients that the same formulas give at the weights of each call."""
    ours = []
    for call in calls[:2]:
        p = Pass(call, account.forward)
        ours.append(_flat(tuple(right_gradients(p, account.loss))))
    theirs = [_flat(steps(call)) for call in calls[:2]]
    if theirs[0].shape != ours[0].shape or not theirs[0].any():
        return None
    if account.wrong or account.forward.ids:
        second = again(account, calls[1], steps(calls[1]))
        plain = second is not None and all(
            near(f, account.factors.get(name, f), 1e-4) for name, f in second.factors.items()
        )
        return Repeated("SGD", None, "", "") if plain else None
    first = float(ours[0] @ theirs[0] / (ours[0] @ ours[0]))
    found = momentum(theirs, ours, first, case.reading.settings)
    if found is None or not (case.remembers or found.id == 54):
        return None
    return _said(found)


def _adaptive(case: Case, calls: list[Call]) -> Repeated | None:
    """Steps of nearly one size, everywhere or in each tensor, are those of Adam and its kin."""
    theirs = [_parts(steps(call)) for call in calls]
    all_of_it = np.concatenate(theirs[0] or [np.zeros(0)])
    if np.count_nonzero(all_of_it) < 4:
        return None
    together = _even(all_of_it)
    if not together and not all(map(_even, theirs[0])):
        return None
    best: RuleFound | None = None
    for made in _likely_gradients(case, calls):
        signs = zip(made[0], theirs[0], strict=False)
        if any(g.shape != s.shape or (np.sign(g) != np.sign(s)).any() for g, s in signs):
            continue
        found = None
        if together:
            flat = (
                [np.concatenate(part) for part in theirs],
                [np.concatenate(part) for part in made],
            )
            found = adaptive(*flat, case.reading.settings)
        if found is None:
            each = zip(zip(*theirs, strict=True), zip(*made, strict=True), strict=True)
            found = shared_counter([([*s], [*g]) for s, g in each], case.reading.settings)
        if found and (best is None or found.off < best.off):
            best = found
    return None if best is None else _said(best, adaptive=True)


def _even(numbers: Array) -> bool:
    """Nearly the same size, but for the sign."""
    sizes = np.abs(numbers[numbers != 0])
    return sizes.size > 0 and bool(sizes.max() <= 1.5 * np.median(sizes))


def _likely_gradients(case: Case, calls: list[Call]) -> Iterator[list[list[Array]]]:
    """Right gradients, tensor by tensor, in the usual ways to compute and to average them."""
    for way in case.usual_ways():
        for loss in ("cross-entropy", "squared error"):
            for scale in (1.0 / len(calls[0].x), 1.0):
                yield [
                    [scale * g for g in _parts(tuple(right_gradients(Pass(call, way), loss)))]
                    for call in calls
                ]


def _said(rule: RuleFound, adaptive: bool = False) -> Repeated:
    evidence = f"The steps of several calls agree to {rule.off:.0e} with {rule.formula}."
    return Repeated(rule.name, rule.id, evidence, rule.formula, adaptive)


def _moving(calls: list[Call]) -> bool:
    """Each call starts where the one before ended."""
    return all(
        old.after is not None and np.allclose(old.after[0].W, new.before[0].W)
        for old, new in pairwise(calls)
    )


def _flat(layers: tuple[Layer | None, ...] | None) -> Array:
    return np.concatenate(_parts(layers) or [np.zeros(0)])


def _parts(layers: tuple[Layer | None, ...] | None) -> list[Array]:
    """Every tensor, as one row of numbers."""
    return [
        numbers.ravel() for layer in layers or () if layer is not None
        for numbers in layer if numbers is not None
    ]  # fmt: skip


# --------------------------------------------------------------------------- cautions


def cautions(case: Case, namer: Namer, known: set[int]) -> list[tuple[Mistake, bool]]:
    """Mistakes beside the gradients, and whether they make the program wrong."""
    found: list[tuple[Mistake, bool]] = []
    found += _destroyed(case, namer)
    found += _start(case, namer)
    found += _shared_biases(case, namer)
    found += _extremes(case, namer)
    return [(mistake, severe) for mistake, severe in found if mistake.id not in known]


def _destroyed(case: Case, namer: Namer) -> list[tuple[Mistake, bool]]:
    """The data are not what they were before the call."""
    names = {name for call in case.calls for name in call.changed}
    data = sorted(names & {"x", "y"})
    if not data:
        return []
    text = f"One call changes the numbers of {' and '.join(data)}."
    return [(namer.mistake(57, None, text), True)]


def _start(case: Case, namer: Namer) -> list[tuple[Mistake, bool]]:
    start = case.reading.start
    if start is None or not start:
        return []
    if any(layer.W.dtype.kind in "iu" for layer in start):
        return [(namer.mistake(74, None, "The program's own weights are whole numbers."), True)]
    hidden = [
        (l, layer.W)
        for l, layer in enumerate(start[:-1])
        if layer.W.ndim == 2 and layer.W.shape[1] > 1
    ]
    same = [l for l, W in hidden if np.ptp(W, axis=1).max(initial=0.0) == 0]
    if same and all(np.ptp(W, axis=1).max(initial=0.0) == 0 for _, W in hidden):
        text = "All units of a layer start with the same weights, so they stay the same for ever."
        return [(namer.mistake(82, same[0], text), True)]
    found = []
    for l, (above, below) in enumerate(pairwise(start), 1):
        n = _same_draws(above.W, below.W)
        if n:
            text = f"Their first {n} numbers are the same draws, up to a factor."
            found.append((namer.mistake(85, l, text), False))
            break
    numbers = np.concatenate([layer.W.ravel() for layer in start])
    if numbers.size >= 8 and (numbers > 0).all():
        found.append((namer.mistake(83, None, f"All {numbers.size} weights are above 0."), False))
    return found


def _same_draws(one: Array, two: Array) -> int:
    """How many numbers of two layers are multiples of each other, in the order they were drawn."""
    n = min(one.size, two.size)
    for a, b in ((one, two), (one.T, two.T)):
        first, second = a.ravel()[:n], b.ravel()[:n]
        if n > 3 and np.ptp(first) and np.ptp(second) and fit(first, second).off < COARSE:
            return n
    return 0


def _shared_biases(case: Case, namer: Namer) -> list[tuple[Mistake, bool]]:
    """One number for a layer of several units: a choice, and seldom meant."""
    layers = case.main.before if case.main is not None else ()
    shared = [l for l, layer in enumerate(layers) if _shares(layer)]
    if not shared:
        return []
    text = f"It has {layers[shared[0]].W.shape[1]} units and one bias."
    found = [(namer.mistake(63, shared[0], text), False)]
    if fixed_biases(case):
        text = "Each layer's one bias stays as it is, as in Mazur's worked example."
        found.insert(0, (namer.mistake(58, None, text), False))
    return found


def _shares(layer: Layer) -> bool:
    return layer.b is not None and layer.b.size == 1 < layer.W.shape[1]


def fixed_biases(case: Case) -> bool:
    """Every layer of several units has one bias, a constant."""
    if case.main is None:
        return False
    wide = [layer for layer in case.main.before if layer.W.shape[1] > 1]
    moving = [g.b for g in case.theirs(case.main) or () if g is not None and g.b is not None]
    still = bool(moving) and not any(b.any() for b in moving)
    return bool(wide) and all(map(_shares, wide)) and still


def _extremes(case: Case, namer: Namer) -> list[tuple[Mistake, bool]]:
    call = next((c for c in case.reading.calls if c.probe == "extreme"), None)
    if call is None:
        return []
    if call.outputs is not None and np.isnan(call.outputs).any():
        return [(namer.mistake(6, None, "With z around 1000 the answers are nan."), False)]
    if call.loss is not None and not np.isfinite(call.loss):
        return [(namer.mistake(17, None, f"With sure answers the loss is {call.loss}."), False)]
    return []
