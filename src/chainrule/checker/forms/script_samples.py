"""The network of a turn: one batch, or samples that go through it one by one."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from chainrule.checker.forms.script_layers import Net, Numbers, split
from chainrule.checker.forms.script_reader import PRODUCTS, Reader
from chainrule.checker.forms.script_tape import Event, Tape


def read(tape: Tape, numbers: Numbers, changed: set[str]) -> Net | None:
    """The network of a turn. Samples that go through it one by one are rows of one batch."""
    whole = Reader(tape.events, numbers, changed).net()
    if whole is None or len(whole.layers[0].fed) != 1:
        return whole
    starts = [*_starts(tape.events, numbers, int(whole.layers[0].raw.flat[0])), len(tape.events)]
    nets: list[Net] = []
    for first, end in pairwise(starts):
        net = Reader(tape.events[first:end], numbers, changed).net()
        if net is None or net.y is None or not _same_weights(net, whole):
            continue
        if not any(np.array_equal(net.layers[0].raw_fed, each.layers[0].raw_fed) for each in nets):
            nets.append(net)
    return _batch(nets) if len(nets) > 1 else whole


def _starts(events: list[Event], numbers: Numbers, number: int) -> list[int]:
    """Where a weight of the first layer is multiplied, still as it was before the turn."""
    label = numbers.slot(number)
    return [
        at for at, event in enumerate(events)
        if event.op in PRODUCTS | {"multiply"}
        and any(one.slot == label and number in numbers.of(one) for one in event.operands)
    ]  # fmt: skip


def _same_weights(one: Net, other: Net) -> bool:
    return len(one.layers) == len(other.layers) and all(
        np.array_equal(a.raw, b.raw) for a, b in zip(one.layers, other.layers, strict=True)
    )


def _batch(nets: list[Net]) -> Net:
    """Single samples as the rows of one batch."""
    layers = []
    for at, one in enumerate(nets[0].layers):
        raw_fed = np.vstack([net.layers[at].raw_fed for net in nets])
        if one.bias is not None and one.inside is None:
            layers.append(one._replace(fed=raw_fed, raw_fed=raw_fed))
            continue
        steady = one.inside is not None and bool((raw_fed[:, one.inside] == 1).all())
        layers.append(split(one.raw, raw_fed, one.inside if steady else None))
    y = np.vstack([net.y for net in nets if net.y is not None])
    outputs = [net.outputs for net in nets if net.outputs is not None]
    return nets[0]._replace(
        layers=tuple(layers), y=y, outputs=np.vstack(outputs),
        x_slots=frozenset().union(*(net.x_slots for net in nets)),
        y_slots=frozenset().union(*(net.y_slots for net in nets)),
    )  # fmt: skip
