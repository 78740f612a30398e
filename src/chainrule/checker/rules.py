"""Update rules: what a program does with its gradients, read off three steps in a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from chainrule.checker.fitting import near
from chainrule.core.dense import Array

BETAS = ("beta", "momentum", "mu", "gamma", "beta1")
USUAL_EPS = (1e-10, 1e-8, 1e-7, 1e-6, 1e-5)
Rule = Callable[[list[Array]], list[Array]]  # gradients of the steps -> the steps, up to a factor


@dataclass(frozen=True)
class RuleFound:
    """The rule that gives the learner's steps."""

    name: str
    id: int | None  # the mistake it is
    formula: str
    factor: float  # steps = factor · rule(gradients)
    off: float


@dataclass(frozen=True)
class AdamLike:
    """m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g²; a step is m̂ / (√v̂ + ε)."""

    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    correction: str = "t"  # "none" | "1" | "t-1" | "t+1" | "m only" | "v only"
    root: bool = True
    eps_inside: bool = False
    swapped: bool = False
    turn: int = 0  # of the tensors that share one counter, this is the one with that number
    tensors: int = 1

    def __call__(self, gradients: list[Array]) -> list[Array]:
        b1, b2 = self.beta1, self.beta2
        if self.swapped:
            b1, b2 = 1 - b1, 1 - b2
        m = np.zeros_like(gradients[0])
        v = np.zeros_like(m)
        made = []
        for call, g in enumerate(gradients):
            t = call * self.tensors + self.turn + 1
            m = b1 * m + (1 - b1) * g
            v = b2 * v + (1 - b2) * g * g
            m_hat = m / self._undo(b1, t, "m")
            v_hat = v / self._undo(b2, t, "v")
            below = v_hat + self.eps * self.eps_inside
            made.append(m_hat / ((np.sqrt(below) if self.root else below) + self.eps))
        return made

    def _undo(self, beta: float, t: int, which: str) -> float:
        if self.correction == "none" or self.correction == ("v only" if which == "m" else "m only"):
            return 1.0
        at = {"1": 1, "t-1": t - 1, "t+1": t + 1}.get(self.correction, t)
        return float(1 - beta**at) or 1.0


def adam_rules(settings: dict[str, float]) -> list[tuple[str, int | None, str, Rule]]:
    b1 = _setting(settings, ("beta1", "beta_1", "b1"), 0.9)
    b2 = _setting(settings, ("beta2", "beta_2", "b2"), 0.999)
    eps = _setting(settings, ("eps", "epsilon"), 1e-8)

    def made(**wrong: object) -> AdamLike:
        return AdamLike(b1, b2, eps, **wrong)  # type: ignore[arg-type]

    right = "m̂ / (√v̂ + ε)"
    return [
        *(("Adam", None, right, AdamLike(b1, b2, e)) for e in sorted({eps, *USUAL_EPS})),
        ("Adam with ε inside the root", 72, "m̂ / √(v̂ + ε)", made(eps_inside=True)),
        ("Adam without bias correction", 72, "m / (√v + ε)", made(correction="none")),
        ("Adam with t stuck at 1", 72, "m̂ with 1 − β¹ at every step", made(correction="1")),
        ("Adam with t one too large", 72, "m̂ with 1 − βᵗ⁺¹", made(correction="t+1")),
        ("Adam correcting m only", 72, "m̂ / (√v + ε)", made(correction="m only")),
        ("Adam correcting v only", 72, "m / (√v̂ + ε)", made(correction="v only")),
        ("Adam without the root", 72, "m̂ / (v̂ + ε)", made(root=False)),
        ("Adam with β and 1 − β exchanged", 72, "m ← (1 − β) m + β g", made(swapped=True)),
        *((f"RMSprop ({rho:g})", None, "g / (√v + ε)", _rmsprop(rho, eps))
          for rho in sorted({0.9, 0.99, 0.999, b2})),
        ("AdaGrad", None, "g / (√Σg² + ε)", _adagrad(eps)),
    ]  # fmt: skip


def _rmsprop(rho: float, eps: float) -> Rule:
    def rule(gradients: list[Array]) -> list[Array]:
        v, made = np.zeros_like(gradients[0]), []
        for g in gradients:
            v = rho * v + (1 - rho) * g * g
            made.append(g / (np.sqrt(v) + eps))
        return made

    return rule


def _adagrad(eps: float) -> Rule:
    def rule(gradients: list[Array]) -> list[Array]:
        v, made = np.zeros_like(gradients[0]), []
        for g in gradients:
            v = v + g * g
            made.append(g / (np.sqrt(v) + eps))
        return made

    return rule


def _setting(settings: dict[str, float], names: tuple[str, ...], usual: float) -> float:
    found = [v for k, v in settings.items() if k.lower() in names]
    return found[0] if found else usual


def adaptive(steps: list[Array], gradients: list[Array], settings: dict[str, float]) -> (
    RuleFound | None
):  # fmt: skip
    """Which rule of the Adam family made these steps from these gradients."""
    found = []
    with np.errstate(all="ignore"):
        for name, id, formula, rule in adam_rules(settings):
            made = np.concatenate([u.ravel() for u in rule(gradients)])
            theirs = np.concatenate([s.ravel() for s in steps])
            if not np.isfinite(made).all() or not (made @ made):
                continue
            factor = float(made @ theirs / (made @ made))
            off = float(np.abs(theirs - factor * made).max() / np.abs(theirs).max())
            found.append(RuleFound(name, id, formula, factor, off))
    best = min(found, key=lambda rule: rule.off, default=None)
    if best is None or best.off > 1e-3:
        return None
    close = [rule for rule in found if rule.off < max(best.off * 3, 1e-8)]
    return next((rule for rule in close if rule.id is None), best)


def shared_counter(
    series: list[tuple[list[Array], list[Array]]], settings: dict[str, float]
) -> RuleFound | None:
    """Adam whose t goes up for each tensor. series: steps and gradients of each tensor."""
    turns: list[int] = []
    factors: list[float] = []
    off = 0.0
    for steps, gradients in series:
        fits = []
        for turn in range(len(series)):
            with np.errstate(all="ignore"):
                rule = _usual_adam(settings, turn, len(series))
                made = np.concatenate([u.ravel() for u in rule(gradients)])
            theirs = np.concatenate([s.ravel() for s in steps])
            if not np.isfinite(made).all() or not made.any() or not theirs.any():
                return None
            factor = float(made @ theirs / (made @ made))
            error = float(np.abs(theirs - factor * made).max() / np.abs(theirs).max())
            fits.append((error, turn, factor))
        best, turn, factor = min(fits)
        turns, factors, off = [*turns, turn], [*factors, factor], max(off, best)
    even = all(near(factor, factors[0], 1e-3) for factor in factors)
    if off > 1e-4 or not even or len(series) < 2 or sorted(turns) != [*range(len(series))]:
        return None
    formula = "m̂ and v̂ with a t that goes up for each array, not for each step"
    return RuleFound("Adam with one counter for all arrays", 72, formula, factors[0], off)


def _usual_adam(settings: dict[str, float], turn: int, tensors: int) -> AdamLike:
    b1 = _setting(settings, ("beta1", "beta_1", "b1"), 0.9)
    b2 = _setting(settings, ("beta2", "beta_2", "b2"), 0.999)
    return AdamLike(b1, b2, turn=turn, tensors=tensors)


def momentum(
    steps: list[Array], gradients: list[Array], first: float, settings: dict[str, float]
) -> RuleFound | None:
    """step₂ = c · g₂ + β · step₁, with c and β read off; c must be the factor of the first step."""
    basis = np.stack([gradients[1].ravel(), steps[0].ravel()], axis=1)
    theirs = steps[1].ravel()
    if not np.isfinite(basis).all() or not basis.any(axis=0).all() or not theirs.any():
        return None
    (c, beta), *_ = np.linalg.lstsq(basis, theirs, rcond=None)
    off = float(np.abs(theirs - basis @ (c, beta)).max() / np.abs(theirs).max())
    if off > 1e-5 or abs(c) < 1e-6 * abs(first) or not first:
        return None
    formula = f"step ← {beta:.4g} · (step before) + {c / first:.4g} · η g"
    if abs(beta) < 1e-3:  # rounding, of single precision too
        beta = 0.0
    called = [v for k, v in settings.items() if k.lower() in BETAS and v]
    named = min(called, key=lambda v: abs(v - beta), default=0.0)
    right = near(c, first, 1e-3) and -1e-6 <= beta < 1 and (not named or near(beta, named, 1e-3))
    if near(c, first, 1e-3) and near(beta, 1.0, 1e-6) and not near(named, 1.0, 1e-6):
        return RuleFound("adds up the gradients of all calls", 54, formula, first, off)
    if beta == 0.0:
        right = True  # nothing is remembered from call to call; the rate may change
    if named and near(beta, named**2 / (1 + named), 1e-3):
        right = True  # Nesterov's form, written with the weights at the point ahead
    name = "SGD" if abs(beta) < 1e-6 and right else f"momentum {beta:.3g}"
    return RuleFound(name, None if right else 71, formula, first, off)
