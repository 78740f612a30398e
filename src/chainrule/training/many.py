"""Many networks of one kind in one call: from many seeds, with many learning rates, or both."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from time import monotonic

import numpy as np

from chainrule.core.checks import number, whole
from chainrule.core.errors import UsageError
from chainrule.core.initializers import Given, NumpyLegacy, Zeros
from chainrule.data.parts import Data
from chainrule.network import Network
from chainrule.records import Event, Progress, State
from chainrule.spec import Spec, Training
from chainrule.training import arguments
from chainrule.training.crowd import alone
from chainrule.training.evaluation import evaluate
from chainrule.training.loop import Consumer, Interrupts, fit
from chainrule.training.not_finite import NotFinite
from chainrule.training.starts import TELL, Many, Report, Stop, train_starts


def train_many(
    network: Network | Spec, data: Data, training: Training,
    *, seeds: Iterable[int] | None = None, learning_rates: Iterable[float] | None = None,
    report: Report = lambda *_: None, stop: Stop = lambda: False,
) -> Many:  # fmt: skip
    """Train one network from every seed, with every learning rate: each as `fit` would train it.

    network: a Spec, then each seed draws a start of its own; or a Network, from whose numbers all
    start, and a seed orders the rows. seeds and learning_rates: by default the training's own; of
    both all pairs are trained, in the order of `for seed in seeds: for rate in learning_rates`.
    report(steps made, steps in all, networks that have ended) is called about 20 times a second.
    stop() true, or Ctrl-C: all are returned, those under way as far as they are and those not
    reached as they started, ended "interrupted".
    """
    arguments.check("train_many", network, data, training, or_spec=True)
    spec = network if isinstance(network, Spec) else network.spec
    each, rates = _asked(training, seeds, learning_rates)
    pairs = [(seed, rate) for seed in each for rate in rates]
    starts = {seed: network if isinstance(network, Network) else start(spec, seed) for seed in each}
    networks = [starts[seed] for seed, _ in pairs]
    with Interrupts() as interrupts:
        return train_all(
            networks, data.fitted(spec), training, [seed for seed, _ in pairs],
            [rate for _, rate in pairs],
            report=report, stop=lambda: interrupts.received is not None or bool(stop()),
        )  # fmt: skip


def _asked(
    training: Training, seeds: Iterable[int] | None, rates: Iterable[float] | None
) -> tuple[list[int], list[float]]:
    found = [
        _several("seeds", [training.seed] if seeds is None else seeds),
        _several("learning_rates", [training.learning_rate] if rates is None else rates),
    ]
    return (
        [whole("train_many", "a seed", seed, least=0) for seed in found[0]],
        [number("train_many", "a learning rate", rate, above=0) for rate in found[1]],
    )


def _several(name: str, values: object) -> list[object]:
    listed = list(values) if isinstance(values, Iterable) and not isinstance(values, str) else []
    if not listed:
        raise UsageError(
            "train_many", f"{name}: at least one number in a list, range or array", repr(values),
            "Try seeds=range(100), learning_rates=[0.1, 0.3].",
        )  # fmt: skip
    return listed


def train_all(
    networks: Sequence[Network], data: Data, training: Training, seeds: Sequence[int],
    rates: Sequence[float] | None = None,
    *, report: Report = lambda *_: None, stop: Stop = lambda: False,
) -> Many:  # fmt: skip
    """Together where they can be, else one after the other. data is fitted."""
    spec = networks[0].spec
    way = _one_by_one if alone(spec, training, data.train) else train_starts
    return way(networks, data, training, seeds, rates, report=report, stop=stop)


def _one_by_one(
    networks: Sequence[Network], data: Data, training: Training, seeds: Sequence[int],
    rates: Sequence[float] | None, *, report: Report, stop: Stop,
) -> Many:  # fmt: skip
    """Network k is `fit` with its seed and rate; those that a stop comes before are as started."""
    own = [training.learning_rate] * len(seeds) if rates is None else list(rates)
    spec, count, total = networks[0].spec, len(seeds), training.total_steps(data.train.n)
    ended, losses, steps = ["interrupted"] * count, np.full(count, math.nan), np.zeros(count, int)
    params = {name: np.stack([each.params[name] for each in networks]) for name in spec.shapes}
    for k, (network, seed, rate) in enumerate(zip(networks, seeds, own, strict=True)):
        report(total * k // count, total, k)
        mine = replace(training, seed=seed, learning_rate=rate)
        consumers: list[Consumer] = [_teller(report, k, total, count), _Stopper(stop)]
        ended[k], losses[k], state = _alone(network, data, mine, consumers)
        steps[k] = state.step
        for name, theta in state.params.items():
            params[name][k] = theta
        if ended[k] == "interrupted":
            break
    else:
        report(total, total, count)
    return Many(spec, np.array(seeds), np.array(own), losses, tuple(ended), steps, params)


def _alone(
    network: Network, data: Data, training: Training, consumers: list[Consumer]
) -> tuple[str, float, State]:
    """Why the run ended, and the loss of the state to use, which a stop may leave unjudged."""
    try:
        made = fit(network, data, training, consumers=consumers)
    except NotFinite as error:
        return "not finite", math.inf, error.state
    state = made.ended.state
    judged = {point.step: point.train for point in made.history}
    if state.step not in judged:
        loss = evaluate(network.spec, state.params, data)[0]["train"]
        judged[state.step] = loss if math.isfinite(loss) else math.inf
    return made.ended.reason, judged[state.step], state


class _Stopper:
    """A consumer that ends a run when stop() is true, within a step as well."""

    def __init__(self, stop: Stop) -> None:
        self.halts = stop

    def __call__(self, event: Event) -> bool:
        return self.halts()


def _teller(report: Report, k: int, total: int, count: int) -> Consumer:
    """Reports the steps of run k of so many, as often as those are told that train together."""
    next_look = monotonic() + TELL

    def tell(event: Event) -> None:
        nonlocal next_look
        if isinstance(event, Progress) and monotonic() > next_look:
            report((total * k + event.state.step) // count, total, k)
            next_look = monotonic() + TELL

    return tell


def start(spec: Spec, seed: int) -> Network:
    """The start that this seed draws, whatever seed a layer's start has of its own."""
    return Network.start(with_seed(spec, seed), seed=seed)


def is_drawn(spec: Spec) -> bool:
    """Whether another seed gives other starting weights."""
    return not all(isinstance(layer.init, Given | Zeros) for layer in spec.layers)


def with_seed(spec: Spec, seed: int) -> Spec:
    """The same, where a layer's start has a seed of its own, with that seed."""
    layers = tuple(
        replace(layer, init=replace(layer.init, seed=seed))
        if isinstance(layer.init, NumpyLegacy)
        else layer
        for layer in spec.layers
    )
    return replace(spec, layers=layers)
