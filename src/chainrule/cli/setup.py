"""From a problem and the options given to what is trained."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from chainrule.cli import own_file
from chainrule.cli.options import TrainOptions
from chainrule.cli.screen import Screen
from chainrule.core.activations import ACTIVATIONS, Activation
from chainrule.core.errors import UsageError
from chainrule.core.initializers import INITIALIZERS, Given, Initializer, NumpyLegacy, Zeros
from chainrule.core.losses import LOSSES, Loss
from chainrule.core.optimizers import OF_ONE_LENGTH, OPTIMIZERS
from chainrule.core.tables import look_up
from chainrule.data.parts import Data
from chainrule.data.problems import PROBLEMS, Problem, find, with_hidden
from chainrule.network import Network
from chainrule.spec import Spec, Training

ADAM_RATE = 0.01  # Adam's steps are about this long; the problems' own rates are for plain SGD
VALIDATION = 0.2  # of the training rows


class Setup(NamedTuple):
    problem: Problem
    network: Network
    data: Data
    training: Training


def set_up(name: str, given: TrainOptions, screen: Screen) -> Setup:
    """A built-in problem, or else a file; a file of a problem's name is ./name."""
    if name in PROBLEMS or not own_file.is_meant(name):
        own_file.refuse_options(name, given)
        return _built_in(name, given)
    made = own_file.problem(name, given, screen)
    training = training_of(made.problem, given)
    network = Network.start(spec_of(made.problem.spec, given), seed=training.seed)
    return Setup(made.problem, network, made.data, training)


def _built_in(name: str, given: TrainOptions) -> Setup:
    problem = find(name)
    training = training_of(problem, given)
    spec = spec_of(problem.spec, given)
    data = problem.data(training.seed)
    validation = validation_size(given, data.train.n)
    if given.test_size is not None or validation:
        data = data.cut(test_size=given.test_size, validation_size=validation, seed=training.seed)
    return Setup(problem, Network.start(spec, seed=training.seed), data, training)


def validation_size(given: TrainOptions, rows: int) -> float:
    """As given; patience alone takes a fifth of the rows, where there are enough."""
    if given.validation_size is not None:
        return given.validation_size
    return VALIDATION if given.patience is not None and rows >= 20 else 0


def training_of(problem: Problem, given: TrainOptions) -> Training:
    named = (
        "learning_rate",
        "schedule",
        "l1",
        "l2",
        "decay",
        "clip_norm",
        "seed",
        "patience",
        "threads",
    )
    changes: dict[str, Any] = {
        field: getattr(given, field) for field in named if getattr(given, field) is not None
    }
    if given.optimizer is not None:
        changes["optimizer"] = look_up(OPTIMIZERS, "optimizer", given.optimizer)
        if changes["optimizer"].name in OF_ONE_LENGTH:
            changes.setdefault("learning_rate", ADAM_RATE)
    if given.epochs is not None or given.steps is not None:
        changes |= {"epochs": given.epochs, "steps": given.steps}
    if given.batch_size is not None:
        changes["batch_size"] = _number("--batch-size", given.batch_size, "full", int)
    if given.class_weight is not None:
        changes["class_weight"] = _class_weight(given.class_weight)
    if given.stop_below is not None:
        changes["stop_below"] = _number("--stop-below", given.stop_below, "none", float)
    return replace(problem.training, **changes, engine=given.engine)


def spec_of(spec: Spec, given: TrainOptions) -> Spec:
    if given.hidden is not None:
        spec = with_hidden(spec, _sizes(given.hidden))
    if given.activation is not None:
        activation: Activation = look_up(ACTIVATIONS, "activation", given.activation)
        chosen = spec.layers[:-1] or spec.layers
        changed = tuple(replace(layer, activation=activation) for layer in chosen)
        spec = replace(spec, layers=changed + spec.layers[len(chosen) :])
    if given.init is not None:
        spec = _with_init(spec, given.init)
    if given.loss is not None:
        spec = _with_loss(spec, given.loss)
    if given.label_smoothing is not None:
        spec = _smoothed(spec, given.label_smoothing)
    if given.drop_probability is not None:
        spec = _with_dropout(spec, given.drop_probability)
    return spec if given.dtype is None else replace(spec, dtype=given.dtype)


def _with_init(spec: Spec, name: str) -> Spec:
    """Every layer's weights drawn like this, and its biases 0, as usual where a start is named."""
    drawn = {key: row for key, row in INITIALIZERS.items() if row not in (Given, NumpyLegacy)}
    init: Initializer = look_up(drawn, "initializer", name)
    layers = tuple(replace(layer, init=init, bias_init=Zeros()) for layer in spec.layers)
    return replace(spec, layers=layers)


def _with_loss(spec: Spec, name: str) -> Spec:
    """Another loss brings the activation that it contains, and an output for each class."""
    loss: Loss = look_up(LOSSES, "loss", name)
    last = spec.layers[-1]
    if loss.last is not None:
        last = replace(last, activation=loss.last)
    if loss.targets == "labels" and last.units == 1:
        last = replace(last, units=2)
    return replace(spec, layers=(*spec.layers[:-1], last), loss=loss)


def _smoothed(spec: Spec, label_smoothing: float) -> Spec:
    if not hasattr(spec.loss, "label_smoothing"):
        able = [name for name, loss in LOSSES.items() if hasattr(loss, "label_smoothing")]
        raise UsageError(
            "--label-smoothing", f"a loss on classes: {' or '.join(able)}", spec.loss.name,
            f"Add --loss {able[-1]}, or leave it out.",
        )  # fmt: skip
    loss: Any = spec.loss  # a frozen dataclass: the field is one of its settings
    return replace(spec, loss=replace(loss, label_smoothing=label_smoothing))


def _with_dropout(spec: Spec, drop_probability: float) -> Spec:
    *hidden, last = spec.layers
    if drop_probability and not hidden:
        raise UsageError(
            "--drop-probability", "hidden layers, for outputs are never dropped",
            f"the network {spec}", "Add --hidden 8, or leave it out.",
        )  # fmt: skip
    changed = (replace(layer, drop_probability=drop_probability) for layer in hidden)
    return replace(spec, layers=(*changed, last))


def _class_weight(text: str) -> str | list[float]:
    if text == "balanced":
        return text
    try:
        return [float(part) for part in text.split(",")]
    except ValueError as error:
        raise UsageError(
            f"--class-weight {text}", "balanced, or a number for each class with commas between",
            repr(text), "Try --class-weight balanced.",
        ) from error  # fmt: skip


def _sizes(text: str) -> tuple[int, ...]:
    try:
        return () if text == "none" else tuple(map(int, text.replace("-", ",").split(",")))
    except ValueError as error:
        raise UsageError(
            f"--hidden {text}",
            "whole numbers with commas between, or none",
            repr(text),
            "Try --hidden 4,8.",
        ) from error


def _number(option: str, text: str, word: str, kind: type) -> Any:
    if text == word:
        return None
    try:
        return kind(text)
    except ValueError as error:
        raise UsageError(
            f"{option} {text}", f"a number, or {word}", repr(text), f"Try {option} {word}."
        ) from error
