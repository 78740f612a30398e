"""What a program does with its own gradients, where it shows both these and the new weights."""

from __future__ import annotations

import re

import numpy as np

from chainrule.checker.case import Case
from chainrule.checker.factors import Odd
from chainrule.checker.fitting import NOISE, fit, near
from chainrule.checker.naming import Namer
from chainrule.checker.observation import Call
from chainrule.checker.rules import RuleFound, adaptive, momentum, shared_counter
from chainrule.checker.scale import Factor, Sizes
from chainrule.checker.tensors import a_turn_late, steps
from chainrule.checker.verdict import Mistake
from chainrule.core.dense import Array

BETA = re.compile(r"beta|momentum|mu|mom")
VELOCITY = re.compile(r"v_?[wWdD]|vel|prev_?d|mom\w*[_.]?[wW]")
Tensors = dict[str, tuple[Array, Array, Array]]  # "1.dW": its gradient, its step, what was there


def update_mistakes(case: Case, namer: Namer) -> tuple[str, list[Mistake]] | None:
    """The rule's name and its mistakes; None where gradients and steps are not both seen."""
    assert case.main is not None
    if case.of_step:
        return _repeated(case, namer) if case.reading.form == "script" else None
    calls = [
        call for call in case.calls
        if call.probe == case.main.probe and call.gradients is not None and call.after is not None
    ]  # fmt: skip
    if not calls:
        return None
    first = tensors(calls[0])
    if not first:
        return None
    moving = [any(step.any() for _, step, _ in tensors(call).values()) for call in calls]
    if a_turn_late(calls):
        late = "The first call changes nothing, the next one does: the step comes a call too late."
        return "momentum", [namer.mistake(71, None, late, theirs="W ← W − η v, with the v before")]
    if not any(moving):
        still = "After the call all weights are what they were."
        return "none", [namer.mistake(69, None, still, theirs="W ← W")]
    plain = _plain(case, calls[0], first, namer)
    if plain is not None:
        uphill = [mistake.id for mistake in plain] == [66]
        steady = _steady(case, calls, namer) if uphill or not plain else None
        if uphill and steady is not None:
            text = "The velocity gathers −η g, and is subtracted: uphill."
            return steady[0], [namer.mistake(71, None, text, theirs="v ← β v − η g,  W ← W − v")]
        return steady or ("SGD", plain)
    return _with_memory(case, calls, namer) or ("unknown", [])


def _repeated(case: Case, namer: Namer) -> tuple[str, list[Mistake]] | None:
    """The step is as many times a gradient of the program's as the batch has rows."""
    call = case.main
    if call is None or len(call.x) < 2 or not call.learning_rate or call.after is None:
        return None
    shown = [value for value in call.seen.values() if value.ndim == 2]
    for step in steps(call):
        if step is None or not step.W.any():
            return None
        sizes = (step.W.shape, step.W.T.shape)
        times = [fit(value if value.shape == step.W.shape else value.T, step.W)
                 for value in shown if value.shape in sizes and value.any()]  # fmt: skip
        if not any(t.off < 1e-6 and near(t.factor, len(call.x)) for t in times):
            return None
        if any(t.off < 1e-6 and near(t.factor, 1.0) for t in times):
            return None  # the sum is there under another name
    return "SGD", [
        namer.of_odd(Odd(68, None, "all", Factor(rows=1)), Sizes.of(call), "it should be")
    ]


def tensors(call: Call) -> Tensors:
    found: Tensors = {}
    for l, (old, new, grad) in enumerate(
        zip(call.before, call.after or (), call.gradients or (), strict=False)
    ):
        if grad is None:
            continue
        for kind, before, after, g in (
            ("dW", old.W, new.W, grad.W), ("db", old.b, new.b, grad.b)
        ):  # fmt: skip
            if before is None or after is None or g is None or before.shape != after.shape:
                continue
            if g.shape == before.shape:
                found[f"{l}.{kind}"] = g, before - after, before
    return found


def _plain(case: Case, call: Call, found: Tensors, namer: Namer) -> list[Mistake] | None:
    """Steps that are multiples of the gradients, perhaps with a part of the weights."""
    found = {name: each for name, each in found.items() if np.abs(each[0]).max(initial=0) > NOISE}
    if not found:
        return []
    fits = {name: fit(g, step) for name, (g, step, _) in found.items()}
    if max(how.off for how in fits.values()) > 1e-5:
        fits = {name: fit(g, step, old) for name, (g, step, old) in found.items()}
        if max(how.off for how in fits.values()) > 1e-5:
            return _constant(found, namer)
    factors = {name: how.factor for name, how in fits.items() if not np.isnan(how.factor)}
    rate = call.learning_rate
    mistakes = _of_factors(factors, rate, Sizes.of(call), namer)
    return mistakes + _of_decay(case, {n: how.extra for n, how in fits.items()}, rate, namer)


def unlike_their_gradients(case: Case) -> list[str]:
    """Tensors whose step is no multiple of their gradient, where those of others are."""
    call = case.main
    if call is None or case.of_step or call.after is None:
        return []
    found = tensors(call)
    odd = [name for name, (g, step, _) in found.items() if step.any() and fit(g, step).off > 1e-5]
    return odd if all(name.endswith("db") for name in odd) else []  # weights may decay, or be cut


def _constant(found: Tensors, namer: Namer) -> list[Mistake] | None:
    """One number subtracted from every weight of a row or a column."""
    for name, (g, step, _) in found.items():
        if step.ndim == 2 and min(step.shape) > 1 and step.any():
            for axis in (0, 1):
                largest = np.abs(step).max()
                all_alike = (
                    np.ptp(np.abs(step)) <= 1e-3 * largest
                )  # Adam's first step, but for signs
                if (
                    not all_alike
                    and np.ptp(step, axis=axis).max() <= 1e-9 * largest < np.abs(g).max()
                ):
                    text = f"The step of {namer.tensor(name)} is one number for a whole line of it."
                    return [namer.mistake(70, int(name.split(".")[0]), text)]
    return None


def _of_factors(
    factors: dict[str, float], rate: float | None, sizes: Sizes, namer: Namer
) -> list[Mistake]:
    biases = {n for n in factors if n.endswith("db")}
    weights = [f for n, f in factors.items() if n not in biases and f]
    usual = float(np.median(weights or [f for f in factors.values() if f] or [0.0]))
    found = []
    zero = {n for n, f in factors.items() if f == 0}
    odd = {n for n, f in factors.items() if f and not near(f, usual)}
    if biases and biases <= zero:
        found.append(Odd(58, None, "biases", 0.0))
    elif zero:
        whole = {n.split(".")[0] for n in zero if n.endswith("dW")}
        first = min(int(n.split(".")[0]) for n in whole or zero)
        found.append(Odd(55 if whole else 58, first, "layer", 0.0))
    if odd and odd <= biases and weights:
        found.append(Odd(64, None, "biases", factors[min(odd)] / usual))
    elif odd:
        found.append(Odd(67, int(min(odd).split(".")[0]), "layer", factors[min(odd)] / usual))
    found += _of_rate(usual, rate, sizes)
    return [namer.of_odd(each, sizes, "it should be") for each in found]


def _of_rate(usual: float, rate: float | None, sizes: Sizes) -> list[Odd]:
    if usual < 0:
        return [Odd(66, None, "all", -1.0)]
    if rate is None or near(usual, rate):
        return []
    ratio = usual / rate
    for power in (1, -1, -2):
        if near(ratio, rate**power):
            return [Odd(67, None, "all", ratio)]
    factor = sizes.name(ratio)
    if factor is not None and factor.rows == -1:
        return []  # sums, divided by the rows in the update
    if factor is not None and factor.rows == 1:
        return [Odd(68, None, "all", factor)]
    return [] if factor is None else [Odd(67, None, "all", factor)]


def _of_decay(
    case: Case, extras: dict[str, float], rate: float | None, namer: Namer
) -> list[Mistake]:
    """Weight decay in the update: c · W beside the gradient."""
    weights = [e for n, e in extras.items() if n.endswith("dW") and abs(e) > 1e-9]
    biases = [e for n, e in extras.items() if n.endswith("db") and abs(e) > 1e-9]
    strength = case.strength
    if not weights or not strength or not rate:
        return []
    sizes = Sizes.of(case.main) if case.main is not None else Sizes(1, 1, 1)
    c = weights[0] / rate
    over = (1, sizes.rows, sizes.all)
    fine = [strength * s / n for s in (1, 2) for n in over] + [strength / rate]
    found = []
    if not any(near(c, f, 1e-3) for f in fine):
        found.append(namer.mistake(
            73, None, f"A step holds {c:.4g} · η W, where λ = {strength:g}.",
            theirs=f"W ← W − η (dW + {c:.4g} W)",
        ))  # fmt: skip
    if biases:
        found.append(namer.mistake(65, None, "The biases shrink with the weights."))
    return found


def _steady(case: Case, calls: list[Call], namer: Namer) -> tuple[str, list[Mistake]] | None:
    """The first step is plain; the next may show a memory."""
    found = _momentum(case, calls) if case.remembers else None
    if found is not None and found.name == "SGD" and _keeps_velocity(case, calls[0]):
        text = "It keeps a velocity, and each step is η g alone: what was kept is lost."
        return "momentum", [namer.mistake(71, None, text, theirs="v ← 0 at each step, v ← β v + g")]
    if found is None or found.name == "SGD":
        return None
    return found.name, _named(found, namer)


def _with_memory(case: Case, calls: list[Call], namer: Namer) -> tuple[str, list[Mistake]] | None:
    steps, gradients = _series(calls)
    found = adaptive(steps, gradients, case.reading.settings) if len(calls) > 1 else None
    if found is None and case.remembers:
        found = _momentum(case, calls)
    if found is None and len(calls) > 1:
        found = shared_counter(_of_each(calls), case.reading.settings)
    return None if found is None else (found.name, _named(found, namer))


def _momentum(case: Case, calls: list[Call]) -> RuleFound | None:
    steps, gradients = _series(calls[:2])
    if len(steps) < 2 or not gradients[0].any() or steps[0].shape != gradients[0].shape:
        return None
    first = float(gradients[0] @ steps[0] / (gradients[0] @ gradients[0]))
    found = momentum(steps, gradients, first, case.reading.settings)
    rate = case.main.learning_rate if case.main is not None else None
    if found is not None and found.id is None and found.name != "SGD" and rate:
        known = [
            rate,
            *(rate * (1 - b) for b in _betas(case)),
            *(rate * (1 + b) for b in _betas(case)),
        ]
        if not any(near(first, k, 1e-4) for k in known):
            return RuleFound(found.name, 71, found.formula, first, found.off)
    return found


def _keeps_velocity(case: Case, call: Call) -> bool:
    """An object names β, and after a step it holds arrays with the name of a velocity."""
    named = any(BETA.fullmatch(n) and beta for n, beta in case.reading.settings.items())
    if case.reading.form != "object" or not named:
        return False
    shapes = {layer.W.shape for layer in call.before} | {layer.W.T.shape for layer in call.before}
    return any(
        VELOCITY.match(name) and value.shape in shapes and value.any()
        for name, value in call.seen.items()
    )


def _betas(case: Case) -> list[float]:
    return [v for v in case.reading.settings.values() if 0 < v < 1] or [0.9]


def _of_each(calls: list[Call]) -> list[tuple[list[Array], list[Array]]]:
    """Steps and gradients of each tensor, call after call."""
    both = [tensors(call) for call in calls]
    names = [name for name in both[0] if all(name in each for each in both)]
    return [([each[n][1] for each in both], [each[n][0] for each in both]) for n in names]


def _series(calls: list[Call]) -> tuple[list[Array], list[Array]]:
    both = [tensors(call) for call in calls]
    steps = [np.concatenate([s.ravel() for _, s, _ in each.values()]) for each in both if each]
    gradients = [np.concatenate([g.ravel() for g, _, _ in each.values()]) for each in both if each]
    return steps, gradients


def _named(rule: RuleFound, namer: Namer) -> list[Mistake]:
    if rule.id is None:
        return []
    evidence = f"The steps of several calls agree to {rule.off:.0e} with {rule.formula}."
    return [namer.mistake(rule.id, None, evidence, theirs=rule.formula)]
