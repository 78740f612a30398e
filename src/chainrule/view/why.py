"""Why is this number what it is? Derivations of a step, and what another number would change."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.core.errors import UsageError
from chainrule.engine.batches import Batches
from chainrule.engine.protocol import rows_of
from chainrule.engine.rates import falls_of, rate_of
from chainrule.engine.reference import forward, loss_of, record
from chainrule.records import Batch, State, StepRecord
from chainrule.trace.address import parse
from chainrule.trace.lookup import split
from chainrule.trace.node import Node
from chainrule.trace.symbols import digits
from chainrule.trace.walk import Trace
from chainrule.view.mathml import Typesetter
from chainrule.view.messages import Derivation
from chainrule.view.parts import Pull, TreeNode
from chainrule.view.settings import Setup
from chainrule.view.words import short

NODES = 48  # of one derivation that are sent; deeper ones are asked for by their address
ROWS = 1000  # of the batch that are named
PULLS = 30
WORK = 2**24  # rows × units of a record


@dataclass(frozen=True, eq=False)
class Moment:
    """The step that leads on from a state, with every number."""

    made: StepRecord
    trace: Trace
    branch: str
    sample: int | None
    alone: bool = False  # the sample is not in the batch, and stands for itself


def moment(setup: Setup, batches: Batches, branch: str, state: State, sample: int | None) -> Moment:
    """That step's record; of a row that is not in its batch, the record of the row alone."""
    t = state.step + 1
    batch = batches(t)
    if len(batch.x) * sum(setup.spec.sizes) > WORK:
        raise UsageError(
            "explain", "a smaller batch", f"{len(batch.x):,} rows of {setup.spec}",
            "Choose a smaller batch under Setup.",
        )  # fmt: skip
    alone = sample is not None and sample not in batch.rows
    if sample is not None and alone:
        batch = _alone(setup, batches, sample)
    epoch = batches.epoch(t)
    rate = rate_of(setup.training, t, epoch, falls_of(state))
    with np.errstate(all="ignore"):
        made = record(setup.spec, setup.training, state, batch, epoch=epoch, learning_rate=rate)
    return Moment(made, _trace(setup, made, sample), branch, sample, alone)


def _trace(setup: Setup, made: StepRecord, sample: int | None) -> Trace:
    names = setup.source.data.names
    known = {name: address for name, address in names.items() if _has(made, address)}
    return Trace(made, sample=sample, names=known, writes=False)


def _has(made: StepRecord, address: str) -> bool:
    return address.partition("[")[0] in made.before.params


def _alone(setup: Setup, batches: Batches, sample: int) -> Batch:
    if not 0 <= sample < batches.n:
        raise UsageError(
            f"sample {sample}", f"a training row from 0 to {batches.n - 1}", str(sample),
            "Choose a point.",
        )  # fmt: skip
    rows = np.array([sample])
    return Batch(rows, *rows_of(batches.arrays, rows))


# ----------------------------------------------------------------------------------- derivation


def derivation(re: int, at: Moment, address: str) -> Derivation:
    """The tree of that number as far as it is sent; what is deeper has its address."""
    root = at.trace.node(address)
    nodes = _nearest(root)
    keys = {id(node): node.address or f"#{k}" for k, node in enumerate(nodes)}
    told = {
        keys[id(node)]: _told(node, keys, Typesetter(at.trace.symbols, _links(node, keys)))
        for node in nodes
    }
    title, question = _asked(root, at)
    return Derivation(
        re, at.branch, at.made.t, at.sample, title, question, keys[id(root)], told,
        tuple(at.made.batch.rows[:ROWS].tolist()),
    )  # fmt: skip


def _nearest(root: Node) -> list[Node]:
    """The nodes that are fewest steps from the root, each once."""
    found: list[Node] = []
    seen, waiting = {id(root)}, deque([root])
    while waiting and len(found) < NODES:
        node = waiting.popleft()
        found.append(node)
        for part in node.parts:
            if id(part) not in seen:
                seen.add(id(part))
                waiting.append(part)
    return found


def _links(node: Node, keys: dict[int, str]) -> dict[str, str]:
    """What stands in a node's formula, by address, or by letter where it has no address."""
    return {
        part.address or part.symbol: keys.get(id(part), part.address or "")
        for part in node.parts
        if part.address or id(part) in keys
    }


def _told(node: Node, keys: dict[int, str], typesetter: Typesetter) -> TreeNode:
    several = isinstance(node.value, list)
    count, total = node.rest or (0, 0.0)
    return TreeNode(
        node.address, typesetter.name(node), None if several else float(node.value),
        "" if several else short(node.value), node.digits, node.says, _kind(node),  # type: ignore[arg-type]
        typesetter.letters(node), typesetter.numbers(node),
        tuple(keys.get(id(part)) or str(part.address) for part in node.parts), count, short(total),
    )  # fmt: skip


def _kind(node: Node) -> str:
    if node.formula is not None or node.quantity is None:
        return "number"
    layer, name = split(node.quantity.name)
    if layer is None:
        return "data" if name in ("x", "y", "weight") else "setting"
    if name in ("W", "b"):
        return "parameter"
    return "memory" if name.partition(".")[2] else "number"


def _asked(root: Node, at: Moment) -> tuple[str, str]:
    """The question, and what it is about in words."""
    name = root.quantity.name if root.quantity else (root.address or "").partition("[")[0]
    layer, kind = split(name)
    alone = f"for row {at.sample} alone, which is not in this step's batch" if at.alone else ""
    place = root.quantity.place if root.quantity else ()
    if layer is None:
        return {"loss": "Why is the error so large?"}.get(kind, "Where does this come from?"), alone
    what, _, after = kind.partition(".")
    unit = f"unit {place[-1]} of layer {layer + 1}" if place else f"layer {layer + 1}"
    if what == "W" and len(place) == 2:
        below = f"input {place[0]}" if layer == 0 else f"unit {place[0]} of layer {layer}"
        where = f"from {below} to {unit}"
    else:
        where = unit
    title = {"W": "Why is this weight moving?", "b": "Why is this bias moving?"}.get(what)
    if title is None or after not in ("next", ""):
        title = {"a": "Why does this unit answer so?", "z": "What comes into this unit?"}.get(
            what, "Where does this come from?"
        )
    return title, ", ".join(filter(None, [where, alone]))


# ---------------------------------------------------------------------------------------- pulls


def pulls(at: Moment, address: str) -> tuple[list[Pull], int, float, float]:
    """The shares of the batch's rows in a gradient, the largest first; how many more, their sum;
    and all together."""
    shapes = {name: np.shape(theta) for name, theta in at.made.before.params.items()}
    asked = parse(address, shapes, at.trace.names)
    layer, kind = split(asked.name)
    here = at.made.layers[layer or 0]
    place = [0 if isinstance(k, slice) else k for k in asked.place]
    if kind == "W" and len(place) == 2:
        shares = here.x[:, place[0]] * here.dz[:, place[1]]
    elif kind == "b" and len(place) == 1:
        shared = shapes[asked.name] != (here.dz.shape[1],)
        shares = here.dz.sum(axis=1) if shared else here.dz[:, place[0]]
    else:
        raise UsageError(
            f"pulls on {address[:60]!r}", "a weight or a bias: 1.W[2,5]", "another number",
            "Click a line of the network.",
        )  # fmt: skip
    order = np.argsort(-np.abs(shares), kind="stable")
    shown, rest = order[:PULLS], order[PULLS:]
    found = [
        Pull(int(at.made.batch.rows[k]), int(k), float(shares[k]), short(shares[k])) for k in shown
    ]
    return found, len(rest), float(shares[rest].sum()), float(shares.sum())


# -------------------------------------------------------------------------------------- what if


def changed(setup: Setup, at: Moment, address: str, value: float) -> tuple[Moment, float]:
    """The same step with one number another one, and what that number is in truth."""
    made = at.made
    state, batch, rate = made.before, made.batch, made.learning_rate
    name, place = _one_number(at, address)
    if name == "learning_rate":
        was, rate = rate, value
    elif name in state.params:
        was = float(state.params[name][place])
        theta = _with(state.params[name], place, value)
        state = state._replace(params={**state.params, name: theta})
    else:
        was = float(getattr(batch, name)[place])
        batch = batch._replace(**{name: _with(getattr(batch, name), place, value)})
    with np.errstate(all="ignore"):
        other = record(
            setup.spec, setup.training, state, batch, learning_rate=rate, epoch=made.epoch
        )
    return Moment(other, _trace(setup, other, at.sample), at.branch, at.sample, at.alone), was


def _one_number(at: Moment, address: str) -> tuple[str, Any]:
    """What an address names, if it is one number that can be chosen or measured."""
    made = at.made
    shapes: dict[str, tuple[int, ...]] = {
        "learning_rate": (), "x": made.batch.x.shape, "y": made.batch.y.shape,
        **{name: theta.shape for name, theta in made.before.params.items()},
    }  # fmt: skip
    asked = parse(address, shapes, at.trace.names)
    whole = len(asked.place) == len(shapes[asked.name])
    if not whole or any(isinstance(k, slice) for k in asked.place):
        raise UsageError(f"what if {address[:60]!r}", "one number", "several", "Name one of them.")
    return asked.name, asked.place


def _with(array: Any, place: Any, value: float) -> Any:
    moved = np.array(array)
    if moved.dtype.kind in "iu" and (value != int(value) or value < 0):
        raise UsageError("what if", "a class number", f"{value:g}", "Classes count from 0.")
    moved[place] = value
    return moved


def loss_after(at: Moment, batch: Batch) -> str:
    """The mean loss of these rows after the step."""
    with np.errstate(all="ignore"):
        passed = forward(at.made.spec, at.made.after.params, batch.x)
        return short(loss_of(at.made.spec, passed, batch).per_row.mean())


def value_at(at: Moment, address: str) -> str:
    node = at.trace.node(address)
    return digits(node.digits) if not isinstance(node.value, list) else ""
