"""A whole step in the order in which it happens: data, forward, loss, backward, update."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from chainrule.core.schedules import Constant
from chainrule.records import StepRecord
from chainrule.trace.expression import Quantity
from chainrule.trace.lookup import OF_A_ROW, split
from chainrule.trace.node import Node, table_of
from chainrule.trace.symbols import few_digits
from chainrule.trace.walk import Trace

SMALL = 400  # numbers: a step of so few is told whole
SHOWN = 60  # numbers of one explanation on the screen; the rest can be asked for


@dataclass(frozen=True)
class Chapter:
    """Some numbers that belong together, and a sentence before them."""

    title: str
    says: str
    nodes: tuple[Node, ...] = ()
    lines: tuple[str, ...] = ()  # said after them


@dataclass(frozen=True)
class Page:
    """What is shown: a step in chapters, or one number and where it comes from."""

    title: str
    says: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    trace: Trace
    root: Node | None = None

    def to_json(self) -> dict[str, Any]:
        """The nodes by key, as `Node.to_json` has them, and which of them make a chapter."""
        if self.root is not None:
            return table_of([self.root])
        told = [
            {
                "title": chapter.title, "says": chapter.says, "lines": list(chapter.lines),
                "nodes": [node.address for node in chapter.nodes if node.address],
            }
            for chapter in self.chapters
        ]  # fmt: skip
        nodes = [node for chapter in self.chapters for node in chapter.nodes]
        return {"title": self.title, "says": list(self.says), "chapters": told, **table_of(nodes)}


def one_number(
    trace: Trace, address: str, title: str, most: int = SHOWN, depth: int | None = None
) -> Page:
    """One number and what it comes from, the nearest first, as far as a page goes.

    depth: so many levels of formulas, the number's own the first; None: as many as there is room.
    """
    root = trace.node(address)
    shown = nearest_first(root, most, depth)
    total = sum(1 for _ in root.each())
    says = [legend(trace)] if len(shown) > 1 else []
    if total > len(shown):
        deeper = f"--depth {depth + 1} goes further; or ask" if depth is not None else "Ask"
        says.append(
            f"{total} numbers were looked up and evaluated; the {len(shown)} nearest are shown "
            f"with their formulas. {deeper} for one of the others by its address."
        )
    return Page(title, tuple(says), (Chapter("Back to the data", "", tuple(shown)),), trace, root)


def nearest_first(root: Node, most: int, depth: int | None = None) -> list[Node]:
    """So many nodes, level by level, then in the order in which a formula needs them."""
    level, chosen, levels = [root], {id(root)}, 1
    while level and len(chosen) < most and levels != depth:
        below = [part for node in level for part in node.parts if id(part) not in chosen]
        level = list({id(node): node for node in below}.values())[: most - len(chosen)]
        chosen |= {id(node) for node in level}
        levels += 1
    return [node for node in root.each() if id(node) in chosen]


def whole_step(trace: Trace, title: str, more: Iterable[Chapter] = ()) -> Page:
    """Every number of a small step, or of a large one the largest of each kind."""
    is_small = sum(len(list(_places(trace, name))) for name in trace.shapes) <= SMALL
    chapters = tuple(
        _told(trace, title, says, names, is_small) for title, says, names in _plan(trace)
    )
    says, made = [legend(trace)], trace.made
    if not is_small:
        count = sum(int(np.prod(shape)) for shape in trace.shapes.values())
        says.append(
            f"This step has {count:,} numbers; of each kind the largest is shown. Ask for any "
            f'other one by its address, as `--of "{_biggest_move(trace)}"` (the parameter that '
            f"moved most), or for one row of the data: `--sample {int(made.batch.rows[0])}`."
        )
    told = (chapter for chapter in (*chapters, *more) if chapter.nodes or chapter.lines)
    return Page(title, tuple(says), tuple(told), trace)


def _biggest_move(trace: Trace) -> str:
    """The parameter that this step moves furthest."""
    before, after = trace.made.before.params, trace.made.after.params
    moves = {name: np.abs(after[name] - theta) for name, theta in before.items()}
    name = max(moves, key=lambda n: float(moves[n].max()))
    place = np.unravel_index(int(moves[name].argmax()), moves[name].shape)
    return Quantity(name, tuple(int(i) for i in place)).address


def legend(trace: Trace) -> str:
    """How to read the names, and which place a sample has in them."""
    place = trace.position
    if trace.sample is None or place is None or place == trace.sample:
        return _legend(trace)
    return f"{_legend(trace)} Row {trace.sample} is place {place} of this step's batch."


def _legend(trace: Trace) -> str:
    entry = Quantity(f"{len(trace.made.layers) - 1}.W", (0, 0)).address
    layer = len(trace.made.layers)
    return (
        f"Addresses count from 0: `{entry}` is the weight from unit 0 to unit 0 of layer {layer}; "
        "sentences, and the number above a letter, count layers from 1. `dQ` is how the loss L "
        "moves when Q does."
    )


def _plan(trace: Trace) -> Iterator[tuple[str, str, list[str]]]:
    """Title, sentence and quantities of each chapter."""
    made = trace.made
    yield (
        "The data",
        "The inputs of each row, and its right answer.",
        ["x", "y", "weight", "class_weight"],
    )
    yield "The parameters", "As they are before this step.", list(made.before.params)
    yield from _forward(made)
    yield (
        f"The loss: {made.spec.loss.name}",
        "One number for how wrong the answers are. Training makes it smaller.",
        ["loss[]", "loss", *(["penalty"] if made.training.penalties else [])],
    )
    for l in reversed(range(len(made.layers))):
        kinds = ("da", "slope", "dz", "dW", "db")
        title = f"Backward through layer {l + 1} (`{l}`)"
        yield title, _backward(trace, l), [f"{l}.{kind}" for kind in kinds]
    names = [f"{name}.{kind}" for name in made.before.params for kind in ("grad", "next")]
    rate = [] if isinstance(made.training.schedule, Constant) else ["learning_rate"]
    yield (
        f"The update: {made.training.optimizer.name}",
        "Every parameter takes a step against its gradient. All of them use the gradients from "
        "above, and none uses a parameter that was already updated.",
        ["clip_scale", *rate, *(name for name in names if _is_told(trace, name))],
    )


def _is_told(trace: Trace, name: str) -> bool:
    """A gradient that the optimiser receives as the layer found it is not told twice."""
    return name.endswith("next") or trace.at.has_own_grad(name.removesuffix(".grad"))


def _forward(made: StepRecord) -> Iterator[tuple[str, str, list[str]]]:
    for l, layer in enumerate(made.spec.layers):
        yield (
            f"Forward through layer {l + 1} (`{l}`): {layer.activation.name}",
            "Each unit adds up inputs times weights, and its bias: that is z. "
            "The activation makes a of it, its answer.",
            [f"{l}.z", f"{l}.mask", f"{l}.a"],
        )


def _backward(trace: Trace, l: int) -> str:
    last = l == len(trace.made.layers) - 1
    if last and trace.made.spec.loss.on == "z":
        return "This loss contains the activation, so the first step back goes straight to z."
    start = "From the loss" if last else f"From layer {l + 2}, along the weights it used forward,"
    return f"{start} to this layer's a, through its slope to its z, and on to its weights."


def _told(trace: Trace, title: str, says: str, names: list[str], is_small: bool) -> Chapter:
    nodes: list[Node] = []
    for name in names:
        places = list(_places(trace, name))
        own = name.removesuffix("[]")
        if places and not is_small:
            array = trace.at.array(own, places[0])
            largest = max(places, key=lambda place: abs(float(array[place])))
            node = trace.of(Quantity(own, largest))
            nodes += [*_on_the_way(node), replace(node, says=_range(own, array))]
        else:
            told = [trace.of(Quantity(own, place)) for place in places]
            told = [*told[:1], *(replace(node, says="") for node in told[1:])]
            nodes += [each for node in told for each in (*_on_the_way(node), node)]
    return Chapter(title, says, tuple(nodes))


def _on_the_way(node: Node) -> Iterator[Node]:
    """The numbers without an address that lead to it, in the order of computing."""
    for part in node.parts:
        if part.address is None:
            yield from _on_the_way(part)
            yield part


def _range(name: str, array: Any) -> str:
    low, high = few_digits(np.min(array)), few_digits(np.max(array))
    if array.size == 1:
        return f"{name}: one number"
    return f"{name}: {' by '.join(map(str, array.shape))} numbers from {low} to {high}; the largest"


def _places(trace: Trace, name: str) -> Iterator[tuple[int, ...]]:
    """The places of a quantity that belong on a page: with a sample its own rows only."""
    if name == "loss[]":
        shape: tuple[int, ...] = (trace.at.rows,)
    elif name in trace.shapes:
        shape = trace.shapes[name]
    else:
        return
    axes: list[Iterable[int]] = [range(size) for size in shape]
    of_a_row = name == "loss[]" or split(name)[1] in OF_A_ROW
    if of_a_row and trace.position is not None:
        axes[0] = [trace.position]
    yield from product(*axes)
