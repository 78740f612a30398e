"""Healthy runs, and the same runs made ill: what the doctor is held to.

Every case is drawn from a seed and a number. A healthy one has learnt, judged without the doctor:
on new rows it reaches 80 % of the skill that the noise of its data leaves possible. An ill one is
such a case with one thing changed (`ILLS`). Seeds from 1,000 up belong to the stated figures
(`FINAL`); thresholds were set on seeds below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from time import process_time
from typing import Any, NamedTuple

import numpy as np

from chainrule.core.initializers import HeNormal, Normal, Uniform, Zeros
from chainrule.data.parts import Data
from chainrule.data.problems import PROBLEMS
from chainrule.doctor.chart import constant_loss, measure
from chainrule.doctor.examine import chart_of, findings_of, first_state
from chainrule.doctor.findings import Diagnosis
from chainrule.doctor.looks import sample
from chainrule.network import Network
from chainrule.records import Ended, Evaluated
from chainrule.spec import Conventions, Dense, Spec, Training
from chainrule.training.evaluation import part_loss
from chainrule.training.history import History, Point
from chainrule.training.loop import train

FINAL = 1000
STEPS = 3000  # of a run at most
HEALTHY = 0.8  # of the skill that is possible
Rng = np.random.Generator


@dataclass(frozen=True)
class Case:
    """A run to be made, and the loss that the noise of its data leaves on new rows."""

    x: Any
    y: Any
    task: str
    spec: Spec
    training: Training
    least: float = 0.0
    test_size: int = 0
    validation_size: int = 0
    given: Data | None = None

    def data(self) -> Data:
        if self.given is not None:
            return self.given
        return Data.from_arrays(
            self.x, self.y, task=self.task, test_size=self.test_size,
            validation_size=self.validation_size,
        )  # fmt: skip


class Outcome(NamedTuple):
    case: Case
    diagnosis: Diagnosis
    skill: float  # of what is possible, on new rows where there are such
    ended: str
    training_seconds: float  # of the processor
    doctor_seconds: float

    @property
    def ids(self) -> list[str]:
        return [finding.id for finding in self.diagnosis.findings]

    @property
    def is_healthy(self) -> bool:
        """By its own measure, not by the doctor's."""
        return self.skill >= HEALTHY

    @property
    def cost(self) -> float:
        """The doctor's time in what it may take: 3 % of the training's, or 50 ms if more."""
        return self.doctor_seconds / max(0.03 * self.training_seconds, 0.05)


def outcome(case: Case) -> Outcome:
    """Train, then ask the doctor, both on the clock."""
    data, network = case.data(), Network.start(case.spec, seed=case.training.seed)
    points, clock = [], process_time()
    with np.errstate(all="ignore"):
        for event in train(network, data, case.training):
            if isinstance(event, Evaluated):
                points.append(Point.of(event))
    assert isinstance(event, Ended)
    trained = process_time()
    states = [first_state(network, case.training)]
    states += [event.state] * (event.state.step > 0)
    chart = chart_of(
        case.spec, case.training, data, History(points), states, event.reason,
        str(event.error or ""),
    )  # fmt: skip
    diagnosis = findings_of(chart)
    done = process_time()
    fitted = data.fitted(case.spec)
    part = fitted.test or fitted.validation or fitted.train
    loss = part_loss(case.spec, event.state.params, part)[0]
    rows = sample(part, part.n)
    first = part_loss(case.spec, network.params, part)[0]
    constant = measure(constant_loss(case.spec, rows), rows, first)
    skill = (constant - loss) / max(constant - case.least, 1e-12)
    return Outcome(case, diagnosis, skill, event.reason, trained - clock, done - trained)


# ------------------------------------------------------------------------------------ healthy


def healthy(number: int, seed: int) -> Case:
    """Case `number` of a seed: data, network and settings as a careful person takes them; each
    tenth is a built-in problem, from a start of its own."""
    rng = np.random.default_rng([seed, number])
    if number % 10 == 9:
        return _built_in(rng)
    return (_numbers if rng.random() < 0.45 else _classes)(rng)


def _built_in(rng: Rng) -> Case:
    problem = PROBLEMS[str(rng.choice(["circles", "xor", "mazur", "three-layer"]))]
    training = replace(problem.training, seed=int(rng.integers(0, 10_000)))
    if training.steps:
        training = replace(training, steps=STEPS)
    return Case(None, None, "", problem.spec, training, given=problem.data())


def _numbers(rng: Rng, *, bends: bool | None = None, noise: float | None = None) -> Case:
    n, inputs = int(rng.integers(60, 600)), int(rng.integers(1, 7))
    bends = bool(rng.random() < 0.75) if bends is None else bends
    x = rng.normal(size=(n + 300, inputs)) * np.exp(rng.uniform(-0.7, 0.9))
    x = x + rng.normal(size=inputs) * rng.choice([0, 0.5])
    w = rng.normal(size=(inputs, 2)) / np.sqrt(inputs) / max(1.0, float(x.std()))
    clean = x @ w
    clean = np.sin(1.5 * clean[:, :1]) + 0.5 * clean[:, 1:] if bends else clean[:, :1]
    clean = clean / clean.std()
    level = float(rng.choice([0, 0.1, 0.3, 0.6])) if noise is None else noise
    scale, shift = float(np.exp(rng.uniform(-0.7, 0.7))), float(rng.normal())
    y = scale * (clean + level * rng.normal(size=clean.shape)) + shift
    loss = str(rng.choice(["half_squared", "squared"]))
    least = (level * scale) ** 2 * (0.5 if loss == "half_squared" else 1)
    spec = _network(rng, inputs, 1, loss, "identity", bends=bends)
    case = Case(x, y, "numbers", spec, _training(rng, spec, n), least, test_size=300)
    return _limited(case, n, level)


def _classes(rng: Rng, *, bends: bool | None = None, k: int | None = None) -> Case:
    n = int(rng.integers(80, 600))
    k = int(rng.choice([2, 2, 2, 3, 5])) if k is None else k
    bends = bool(rng.random() < 0.7) if bends is None else bends
    x, y, inputs = (_rings if bends and k == 2 else _clouds)(rng, n + 300, k)
    flips = float(rng.choice([0, 0, 0.05, 0.15]))
    flipped = rng.random(len(y)) < flips
    y = np.where(flipped, (y + rng.integers(1, k, len(y))) % k, y)
    x = x * np.exp(rng.uniform(-0.5, 0.9))
    loss = "softmax_cross_entropy" if k > 2 else str(
        rng.choice(["binary_cross_entropy", "squared", "half_squared"])
    )  # fmt: skip
    last = {"softmax_cross_entropy": "softmax"}.get(loss, "sigmoid")
    spec = _network(rng, inputs, k if k > 2 else 1, loss, last, bends=bends or k > 2)
    least = _least(loss, flips, k)
    case = Case(x, y, "classes", spec, _training(rng, spec, n), least, test_size=300)
    return _limited(case, n, flips)


def _least(loss: str, flips: float, k: int) -> float:
    """The expected loss of who knows all but the flips."""
    if loss.endswith("cross_entropy"):
        p = np.array([1 - flips, *[flips / (k - 1)] * (k - 1)])
        return float(-(p * np.log(np.maximum(p, 1e-300))).sum())
    return flips * (1 - flips) * (0.5 if loss == "half_squared" else 1)


def _limited(case: Case, n: int, noise: float) -> Case:
    """Few rows and much noise: a careful person takes fewer steps and few units."""
    if noise < 0.1:
        return case
    hidden = tuple(replace(layer, units=min(layer.units, 8)) for layer in case.spec.layers[:-1])
    spec = replace(case.spec, layers=(*hidden[:1], case.spec.layers[-1]))
    return replace(case, spec=spec, training=replace(case.training, steps=STEPS // 2))


def _rings(rng: Rng, n: int, k: int) -> tuple[Any, Any, int]:
    kind = rng.choice(["circles", "moons", "corners"])
    y = rng.integers(0, 2, n)
    if kind == "circles":
        angle, radius = rng.uniform(0, 2 * np.pi, n), np.where(y == 1, 0.5, 1.2)
        x = np.c_[np.cos(angle), np.sin(angle)] * radius[:, None]
    elif kind == "moons":
        angle = rng.uniform(0, np.pi, n)
        side = np.where(y == 1, -1, 1)
        x = np.c_[np.cos(angle) * side + (1 - side) / 2, np.sin(angle) * side + (1 - side) / 4]
    else:
        signs = rng.choice([-1, 1], (n, 2))
        y, x = (signs.prod(axis=1) > 0).astype(int), signs.astype(float)
    return x + rng.normal(size=x.shape) * rng.uniform(0.05, 0.2), y, 2


def _clouds(rng: Rng, n: int, k: int) -> tuple[Any, Any, int]:
    inputs = int(rng.integers(2, 8))
    y = rng.integers(0, k, n)
    middles = np.linalg.qr(rng.normal(size=(max(k, inputs),) * 2))[0][:k, :inputs]
    if k > inputs:
        angle = 2 * np.pi * np.arange(k) / k
        middles = np.zeros((k, inputs))
        middles[:, :2] = 2 * np.c_[np.cos(angle), np.sin(angle)]
    return 2 * middles[y] + rng.normal(size=(n, inputs)) * rng.uniform(0.2, 0.4), y, inputs


def _network(rng: Rng, inputs: int, outputs: int, loss: str, last: str, *, bends: bool) -> Spec:
    activation = str(rng.choice(["sigmoid", "tanh", "relu"]))
    depth = int(rng.integers(1, 4 if activation != "sigmoid" else 3))
    if not bends:
        depth = int(rng.integers(0, 3))
        activation = str(rng.choice(["tanh", "relu", "identity"]))
    sizes = [inputs, *(int(rng.choice([8, 12, 16, 32])) for _ in range(depth)), outputs]
    init = HeNormal() if activation == "relu" else str(
        rng.choice(["glorot_uniform", "glorot_normal"])
    )  # fmt: skip
    batch = str(rng.choice(["mean", "mean", "sum"]))
    return Spec.chain(
        sizes, activation, last=last, loss=loss, init=init, conventions=Conventions(batch=batch)
    )


def _training(rng: Rng, spec: Spec, n: int) -> Training:
    optimizer = str(rng.choice(["sgd", "momentum", "adam"]))
    rates = {"sgd": (0.05, 0.3), "momentum": (0.01, 0.05), "adam": (0.003, 0.02)}
    low, high = rates[optimizer]
    rate = float(np.exp(rng.uniform(np.log(low), np.log(high))))
    if optimizer != "adam":
        if any(layer.activation.name == "sigmoid" for layer in spec.layers):
            rate *= 3  # slopes of a sigmoid are a quarter at most
        if spec.loss.name == "squared":
            rate /= 2
    batch = [None, 8, 32][int(rng.integers(0, 3))]
    if spec.conventions.batch == "sum" and optimizer != "adam":
        rate /= n if batch is None else batch
    return Training(
        optimizer, rate, batch_size=batch, steps=STEPS, seed=int(rng.integers(1, 10_000)),
        l2=float(rng.choice([0, 0, 1e-4, 1e-3])) if spec.conventions.batch == "mean" else 0.0,
    )  # fmt: skip


# ----------------------------------------------------------------------------------------- ill


def _base(rng: Rng, **how: Any) -> Case:
    """A case that learns well: little noise."""
    return _numbers(rng, noise=0.1, **how) if rng.random() < 0.5 else _classes(rng, **how)


def _hidden(case: Case, **changes: Any) -> Case:
    """The same, with changes to every hidden layer, of which there is one at least."""
    layers = case.spec.layers[:-1] or (Dense(12, "tanh"),)
    changed = tuple(replace(layer, **changes) for layer in layers)
    return replace(case, spec=replace(case.spec, layers=(*changed, case.spec.layers[-1])))


def _deep(case: Case, depth: int, **changes: Any) -> Case:
    layers = tuple(Dense(16, **changes) for _ in range(depth))
    return replace(case, spec=replace(case.spec, layers=(*layers, case.spec.layers[-1])))


def _trained(case: Case, **changes: Any) -> Case:
    return replace(case, training=replace(case.training, **changes))


def _slower(case: Case, factor: float) -> Case:
    return _trained(case, learning_rate=case.training.learning_rate * factor)


def saturated_units(rng: Rng) -> Case:
    case = _base(rng, bends=True)
    return _hidden(
        case, activation=str(rng.choice(["sigmoid", "tanh"])),
        init=Normal(0, float(rng.uniform(15, 60))), bias_init=Uniform(-5, 5),
    )  # fmt: skip


def dead_relus(rng: Rng) -> Case:
    case, low = _base(rng), -float(rng.uniform(8, 20)) * 3
    return _hidden(case, activation="relu", init=HeNormal(), bias_init=Uniform(low, low / 2))


def vanishing_gradients(rng: Rng) -> Case:
    case = _trained(_base(rng), optimizer="sgd", learning_rate=0.1)
    case = replace(case, spec=replace(case.spec, conventions=Conventions()))
    return _deep(case, int(rng.integers(6, 12)), activation="sigmoid")


def exploding_gradients(rng: Rng) -> Case:
    case = _deep(
        _base(rng), int(rng.integers(5, 9)), activation="relu",
        init=Normal(0, float(rng.uniform(1.5, 4))),
    )  # fmt: skip
    return _trained(case, optimizer=str(rng.choice(["sgd", "momentum"])))


def symmetric_start(rng: Rng) -> Case:
    case = _hidden(_base(rng, bends=True))
    value = float(rng.choice([0, 0.1, 0.5, 1]))
    init = Zeros() if value == 0 else Uniform(value, value)
    layers = tuple(replace(layer, init=init, bias_init=Zeros()) for layer in case.spec.layers)
    return replace(case, spec=replace(case.spec, layers=layers))


def rate_too_high(rng: Rng) -> Case:
    case = _hidden(_base(rng))
    rates = {"sgd": (100, 1000), "momentum": (100, 1000), "adam": (300, 3000)}
    low, high = rates[case.training.optimizer.name]
    return _slower(case, float(np.exp(rng.uniform(np.log(low), np.log(high)))))


def rate_too_low(rng: Rng) -> Case:
    case = _base(rng, bends=True)
    return _slower(case, float(10 ** rng.uniform(-5, -3.5)))


def unscaled_inputs(rng: Rng) -> Case:
    case = _hidden(_base(rng, bends=True))
    x, scale = case.x, float(10 ** rng.uniform(2, 4))
    kind = rng.choice(["large", "shifted", "mixed"])
    if kind == "large" or x.shape[1] == 1:
        x = x * scale
    elif kind == "shifted":
        x = x + scale
    else:
        x = x * np.where(np.arange(x.shape[1]) % 2, 1, scale)
    return _trained(replace(case, x=x), optimizer="sgd")


def label_imbalance(rng: Rng) -> Case:
    n, share = int(rng.integers(200, 600)), float(rng.uniform(0.01, 0.05))
    y = (rng.random(n + 300) < share).astype(int)
    y[:4] = y[-4:] = [0, 1, 0, 1]
    x = rng.normal(size=(len(y), 3)) + 0.7 * y[:, None]
    case = _classes(rng, k=2, bends=False)
    hidden = _network(rng, 3, 1, case.spec.loss.name, "sigmoid", bends=False)
    hidden = replace(
        hidden, layers=(*(replace(h, units=4) for h in hidden.layers[:-1][:1]), hidden.layers[-1])
    )
    training = replace(case.training, steps=400)
    return replace(case, x=x, y=y, spec=hidden, training=training)


def out_of_reach(rng: Rng) -> Case:
    case = _numbers(rng, noise=0.1)
    y = (case.y - case.y.mean()) / case.y.std() * rng.uniform(1.5, 5) + rng.uniform(-1, 3)
    last = replace(case.spec.layers[-1], activation=str(rng.choice(["sigmoid", "tanh"])))
    return replace(case, y=y, spec=replace(case.spec, layers=(*case.spec.layers[:-1], last)))


def unscaled_answers(rng: Rng) -> Case:
    case = _numbers(rng, noise=0.1, bends=True)
    scale = float(10 ** rng.uniform(2, 4))
    y = case.y * scale if rng.random() < 0.5 else case.y + scale
    return _trained(replace(case, y=y), steps=1000)


def overfitting(rng: Rng) -> Case:
    n, inputs = int(rng.integers(15, 35)), int(rng.integers(2, 6))
    x = rng.normal(size=(n + 150, inputs))
    y = x[:, :1] + rng.normal(size=(n + 150, 1))
    spec = Spec.chain([inputs, 48, 48, 1], str(rng.choice(["tanh", "relu"])), last="identity")
    training = Training("adam", 0.01, steps=1000, seed=int(rng.integers(1, 10_000)))
    part = {"validation_size": 150} if rng.random() < 0.5 else {"test_size": 150}
    return Case(x, y, "numbers", spec, training, **part)


def penalty_too_strong(rng: Rng) -> Case:
    case = _trained(_hidden(_base(rng)), optimizer="sgd", learning_rate=0.05)
    case = replace(case, spec=replace(case.spec, conventions=Conventions()))
    return _trained(case, l2=float(10 ** rng.uniform(0, 1)))


def loud_start(rng: Rng) -> Case:
    case = _classes(rng, k=int(rng.choice([3, 5])))
    last = replace(case.spec.layers[-1], init=Normal(0, float(rng.uniform(8, 30))))
    return replace(case, spec=replace(case.spec, layers=(*case.spec.layers[:-1], last)))


def inputs_ignored(rng: Rng) -> Case:
    """The rows of x and y were mixed up: nothing belongs together any more."""
    case = _numbers(rng, bends=False) if rng.random() < 0.5 else _classes(rng, k=2, bends=False)
    n = 500
    rows = rng.integers(0, len(case.x), n + 300)
    case = replace(
        case, x=case.x[rows], y=rng.permutation(case.y)[rng.permutation(len(rows)) % len(case.y)]
    )
    spec = replace(case.spec, layers=(Dense(2, "tanh"), case.spec.layers[-1]))
    return _trained(replace(case, spec=spec), steps=1000)


def not_finite(rng: Rng) -> Case:
    case = _numbers(rng, noise=0.1)
    case = _hidden(case, activation=str(rng.choice(["relu", "identity"])))
    return _slower(_trained(case, optimizer="sgd"), float(10 ** rng.uniform(4, 6)))


def constant_target(rng: Rng) -> Case:
    case = _numbers(rng, noise=0.1)
    y = np.full(case.y.shape, float(rng.normal() * 3)) * (1 + 1e-5 * rng.normal(size=case.y.shape))
    return _trained(replace(case, y=y), steps=500)


def constant_predictions(rng: Rng) -> Case:
    """The last layer is relu and starts dead: every output is 0."""
    case = _numbers(rng, noise=0.1)
    y = np.abs(case.y)
    last = replace(
        case.spec.layers[-1], activation="relu", bias_init=Uniform(-40.0, -20.0),
    )  # fmt: skip
    return replace(case, y=y, spec=replace(case.spec, layers=(*case.spec.layers[:-1], last)))


def linear_network(rng: Rng) -> Case:
    x, y, _ = _rings(rng, int(rng.integers(200, 600)), 2)
    angle, radius = rng.uniform(0, 2 * np.pi, len(y)), np.where(y == 1, 0.5, 1.2)
    x = np.c_[np.cos(angle), np.sin(angle)] * radius[:, None] + rng.normal(size=x.shape) * 0.1
    case = _hidden(replace(_classes(rng, k=2, bends=True), x=x, y=y, test_size=50))
    return _hidden(case, activation="identity")


def stuck(rng: Rng) -> Case:
    """A known bad start of XOR."""
    x = np.array([[1, 0], [1, 1], [0, 0], [0, 1]], dtype=float)
    spec = Spec.chain([2, 2, 1], "sigmoid", init=Uniform(-1, 1), bias_init=Uniform(0, 1))
    seed = int(rng.choice(STUCK))
    training = Training("sgd", 0.5, batch_size=1, shuffle=False, epochs=6000, stop_below=0.001,
                        seed=seed)  # fmt: skip
    return Case(x, np.array([1, 0, 0, 1]), "classes", spec, training)


def unfinished(rng: Rng) -> Case:
    """A run that a careful person would make, stopped after a small part of it."""
    case = _base(rng, bends=True)
    return _trained(case, steps=int(np.exp(rng.uniform(np.log(10), np.log(300)))))


STUCK = (0, 1, 2, 17, 29, 30, 35, 36, 37, 41, 63, 66, 67, 68, 72, 76, 79, 84, 87, 88, 92, 95, 96)

ILLS: dict[str, Callable[[Rng], Case]] = {
    make.__name__: make
    for make in (
        saturated_units, dead_relus, vanishing_gradients, exploding_gradients, symmetric_start,
        rate_too_high, rate_too_low, unscaled_inputs, unscaled_answers, label_imbalance,
        constant_target, out_of_reach, constant_predictions, inputs_ignored, overfitting,
        penalty_too_strong, loud_start, not_finite, linear_network, stuck, unfinished,
    )
}  # fmt: skip


HARMED = {  # ill by what becomes of them: a change that did no harm is no illness
    "vanishing_gradients", "exploding_gradients", "rate_too_high", "rate_too_low",
    "unscaled_inputs", "unscaled_answers", "penalty_too_strong", "overfitting", "inputs_ignored",
    "unfinished",
}  # fmt: skip


UNLEARNT = {"unfinished": 0.4}  # the skill below which it is ill, where that is not HEALTHY


def ill(name: str, number: int, seed: int) -> Outcome:
    """Run `number` with that illness; of those that may do no harm, the first that did some."""
    rng = np.random.default_rng([seed, number, 1 + list(ILLS).index(name)])
    while True:
        made = outcome(ILLS[name](rng))
        blew_up = name == "unfinished" and made.ended == "not finite"
        if not blew_up and (name not in HARMED or made.skill < UNLEARNT.get(name, HEALTHY)):
            return made


def healthy_outcomes(count: int, seed: int) -> Iterator[Outcome]:
    """Outcomes until `count` of them are healthy; those that are not are among them."""
    number = found = 0
    while found < count:
        made = outcome(healthy(number, seed))
        found, number = found + made.is_healthy, number + 1
        yield made
