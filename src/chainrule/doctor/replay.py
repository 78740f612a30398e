"""Which settings make the very steps that a program makes by itself.

Every guess is computed with our own gradients and held to the program's first steps, so that what
is trained afterwards is the program's network and not one that looks like it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from chainrule.checker.curves import CURVES
from chainrule.checker.observation import Layer, Step
from chainrule.core.activations import ACTIVATIONS, Activation
from chainrule.core.dense import Array
from chainrule.core.losses import LOSSES
from chainrule.core.optimizers import Adam, Momentum, Optimizer, Sgd
from chainrule.records import Params
from chainrule.spec import Conventions, Dense, Spec, Training
from chainrule.training.at_once import gradients

OFF = 1e-6  # of the largest number of a step: programs clip and add 1e-8 here and there
COARSE = 1e-3  # the same in float32
ROUNDING = 1e-13  # of the weights, which are 0.1 and 10: a step is the difference of two of them
UNTOLD = 0.1  # the learning rate where nothing moves and none is written
USUAL = ("sigmoid", "tanh", "ReLU", "identity")
OURS = {
    "ReLU": "relu", "leaky ReLU 0.01": "leaky_relu", "ELU 1": "elu", "swish": "silu",
    "GELU": "gelu", "GELU (tanh form)": "gelu_tanh",
}  # fmt: skip
SQUARED = {"squared", "half_squared"}

Tensors = dict[str, Array]


class Rule(NamedTuple):
    """How a step is made of the gradient of the sum over rows and outputs, squares halved."""

    optimizer: Optimizer
    learning_rate: float
    l2: float = 0.0


class Replay(NamedTuple):
    """The network and the rule that make the program's steps."""

    spec: Spec
    rule: Rule


def replay(steps: Sequence[Step], names: Sequence[str], rate: float | None = None) -> Replay | None:
    """The first guess that gives all steps. names: of the activations, in the checker's words.

    rate: of the program, for steps of length 0, which come of any rate.
    """
    for spec in _specs(steps, names):
        with np.errstate(all="ignore"):
            rule = _rule(spec, steps, rate or UNTOLD)
        if rule is not None:
            return Replay(spec, rule)
    return None


def named(spec: Spec, rule: Rule, rows: int, rate: float | None) -> tuple[Spec, Rule]:
    """The same steps in the words of the program: the mean or the sum, halved or not.

    rate: what the program calls its learning rate. Where no convention gives it, the sum stays.
    """
    if isinstance(rule.optimizer, Adam):
        close = rate is not None and abs(rate - rule.learning_rate) <= COARSE * rate
        return spec, rule._replace(learning_rate=rate) if close and rate else rule
    for changed, factor in _conventions(spec, rows):
        told = rule.learning_rate / factor
        if rate is not None and abs(told - rate) <= COARSE * abs(rate):
            return changed, Rule(rule.optimizer, rate, _short(rule.l2 * factor))
    return spec, rule._replace(learning_rate=_short(rule.learning_rate))


def params_of(spec: Spec, layers: Sequence[Layer]) -> Params:
    """Our names for a program's numbers."""
    found: Params = {}
    for (W, b), layer in zip(spec.names, layers, strict=True):
        found[W] = layer.W.astype(spec.dtype)
        if b in spec.shapes and layer.b is not None:
            found[b] = layer.b.astype(spec.dtype)
    return found


def answers(spec: Spec, y: Array) -> Array:
    """The targets as the loss takes them."""
    return y.argmax(axis=1) if spec.loss.targets == "labels" else y.astype(spec.dtype)


# --------------------------------------------------------------------------------- the guesses


def _specs(steps: Sequence[Step], names: Sequence[str]) -> Iterator[Spec]:
    """Networks of the program's sizes: the checker's activations first, then the usual ones."""
    hidden = len(steps[0].before) - 1
    told = [names[0]] * hidden if len(set(names[:-1])) == 1 else list(names[:-1])
    guesses = [told] if len(told) == hidden else []
    guesses += [[name] * hidden for name in USUAL[: None if hidden else 1]]
    lasts = dict.fromkeys([*names[-1:], *USUAL, "softmax"])
    seen = set()
    for inner in guesses:
        for last in lasts:
            for loss in _losses(last, steps):
                key = (*inner, last, loss)
                if key not in seen:
                    seen.add(key)
                    yield _spec(steps, [*inner, last], loss)


def _losses(last: str, steps: Sequence[Step]) -> list[str]:
    contained = [name for name, loss in LOSSES.items() if loss.last == last]
    one_hot = all((np.sort(step.y, axis=1)[:, :-1] == 0).all() for step in steps)
    known = [name for name in contained if LOSSES[name].targets != "labels" or one_hot]
    return ["half_squared", *known]


def _spec(steps: Sequence[Step], names: Sequence[str], loss: str) -> Spec:
    still = _still(steps)
    layers = []
    for l, (layer, name) in enumerate(zip(steps[0].before, names, strict=True)):
        units = layer.W.shape[1]
        bias = "none" if layer.b is None else "unit" if layer.b.size == units else "shared"
        frozen = tuple(part for part in ("W", "b") if f"{l}.{part}" in still)
        layers.append(Dense(units, _activation(name), bias, frozen))
    sum_of_all = Conventions(batch="sum", outputs="sum")
    return Spec(len(steps[0].before[0].W), tuple(layers), loss, "float64", sum_of_all)


def _still(steps: Sequence[Step]) -> set[str]:
    """What no step moves, though something else moves."""
    names = {f"{l}.{part}" for l, layer in enumerate(steps[0].before)
             for part, kept in layer._asdict().items() if kept is not None}  # fmt: skip
    moved = {name for step in steps for name, made in moves(step).items() if made.any()}
    return names - moved if moved else set()


def _activation(name: str) -> Activation:
    known = OURS.get(name, name)
    if known in ACTIVATIONS:
        return ACTIVATIONS[known]
    return Activation(name, CURVES[name].formula, CURVES[name].f, CURVES[name].slope)


# ----------------------------------------------------------------------------------- the rules


def moves(step: Step) -> Tensors:
    """after − before, by our names."""
    found: Tensors = {}
    for l, (old, new) in enumerate(zip(step.before, step.after, strict=True)):
        found[f"{l}.W"] = np.asarray(new.W - old.W, dtype=float)
        if old.b is not None and new.b is not None:
            found[f"{l}.b"] = np.asarray(new.b - old.b, dtype=float)
    return found


def _rule(spec: Spec, steps: Sequence[Step], rate: float) -> Rule | None:
    free = [name for name in spec.shapes if name not in spec.frozen]
    made = [_flat(moves(step), free) for step in steps]
    slopes = [_flat(_gradient(spec, step), free) for step in steps]
    weights = [_flat(_weights(spec, step), free) for step in steps]
    limits = [_limit(step, one) for step, one in zip(steps, made, strict=True)]
    if not all(np.isfinite(one).all() for one in chain(made, slopes)):
        return None
    if max(np.abs(one).max(initial=0.0) for one in chain(made, slopes)) <= ROUNDING:
        return Rule(Sgd(), rate)  # it stands where no step leads anywhere
    for guess in (_plain, _with_momentum, _adam):
        rule = guess(made, slopes, weights)
        if rule is not None and rule.learning_rate > 0 and _makes(
            rule, made, slopes, weights, limits
        ):  # fmt: skip
            return rule
    return None


def _plain(made: list[Array], slopes: list[Array], weights: list[Array]) -> Rule | None:
    """move = −rate (g + l2 W): what explains all steps best; l2 only where it is needed."""
    move, g = np.concatenate(made), np.concatenate(slopes)
    power = float(g @ g)
    if not power:
        return None
    rate = -float(g @ move) / power
    if np.abs(move + rate * g).max() <= OFF * np.abs(move).max():
        return Rule(Sgd(), rate)
    both = np.stack([g, np.concatenate(weights)], axis=1)
    (a, b), *_ = np.linalg.lstsq(both, -move, rcond=None)
    return Rule(Sgd(), float(a), float(b / a)) if a and b / a > 0 else Rule(Sgd(), rate)


def _with_momentum(made: list[Array], slopes: list[Array], _: list[Array]) -> Rule | None:
    power = float(slopes[0] @ slopes[0])
    if len(made) < 2 or not power:
        return None
    rate = -float(slopes[0] @ made[0]) / power
    rest = made[1] + rate * slopes[1]
    share = float(rest @ made[0]) / float(made[0] @ made[0] or 1)
    return Rule(Momentum(_short(share)), rate) if 0 < share < 1 else None


def _adam(made: list[Array], slopes: list[Array], _: list[Array]) -> Rule | None:
    return Rule(Adam(), float(np.abs(made[0]).max())) if len(made) > 1 else None


def _short(number: float) -> float:
    """A number as somebody would write it: it was found with rounding."""
    return float(f"{number:.6g}")


def _makes(
    rule: Rule, made: list[Array], slopes: list[Array], weights: list[Array], limits: list[float]
) -> bool:
    """The rule gives every step, one after the other."""
    memory = {name: np.zeros_like(slopes[0]) for name in rule.optimizer.keeps}
    for t, (move, g, W, limit) in enumerate(zip(made, slopes, weights, limits, strict=True), 1):
        zero = np.zeros_like(g)
        ours, memory = rule.optimizer.update(
            zero, g + rule.l2 * W, memory, t, rule.learning_rate, out=None
        )
        loose = 1e3 if isinstance(rule.optimizer, Adam) else 1.0  # its eps is added here or there
        if not np.abs(ours - move).max(initial=0.0) <= loose * limit:
            return False
    return True


def _limit(step: Step, move: Array) -> float:
    off = COARSE if step.before[0].W.dtype == np.float32 else OFF
    largest = max(float(np.abs(layer.W).max(initial=0.0)) for layer in step.before)
    return off * float(np.abs(move).max(initial=0.0)) + ROUNDING * max(largest, 1.0)


def _gradient(spec: Spec, step: Step) -> Params:
    params = {
        name: theta[None] if theta.ndim == 2 else theta[None, None, :]
        for name, theta in params_of(spec, step.before).items()
    }
    x = step.x.astype(float)[None]
    found = gradients(spec, Training(steps=1), params, x, answers(spec, step.y), None, len(step.x))
    return {name: theta[0] for name, theta in found.items()}


def _weights(spec: Spec, step: Step) -> Params:
    """W, and 0 in the place of b: what a penalty pulls at."""
    params = params_of(spec, step.before)
    return {name: theta if theta.ndim == 2 else 0 * theta for name, theta in params.items()}


def _flat(tensors: Any, names: Sequence[str]) -> Array:
    return np.concatenate([np.ravel(tensors[name]) for name in names])


def _conventions(spec: Spec, rows: int) -> Iterator[tuple[Spec, float]]:
    """The losses people write, and how long their gradient is beside that of the halved sum."""
    losses = ("half_squared", "squared") if spec.loss.name in SQUARED else (spec.loss.name,)
    for outputs in ("sum", "mean"):
        for loss in losses:
            for batch in ("mean", "sum"):
                factor = 2.0 if loss == "squared" else 1.0
                factor /= (rows if batch == "mean" else 1) * (
                    spec.outputs if outputs == "mean" else 1
                )
                how = Conventions(batch=batch, outputs=outputs)
                yield replace(spec, loss=loss, conventions=how), factor
