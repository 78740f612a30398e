"""A number's tree of formulas as a message: words, columns to lay out, keys to go on by."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice

from chainrule.core.checks import plural
from chainrule.core.errors import UsageError
from chainrule.trace.address import parse
from chainrule.trace.expression import Index, Quantity
from chainrule.trace.lookup import OF_A_ROW, split
from chainrule.trace.node import Node
from chainrule.view.columns import Columns
from chainrule.view.mathml import Typesetter
from chainrule.view.messages import Derivation
from chainrule.view.parts import TreeNode
from chainrule.view.titles import Names
from chainrule.view.why import Moment
from chainrule.view.words import short

NODES = 12  # of one derivation that are sent; deeper ones are asked for by their key
ROWS = 1000  # of the batch that are named
QUESTIONS = {
    "W": "Why is this weight moving?", "b": "Why is this bias moving?",
    "a": "Why does this unit answer so?", "z": "What comes into this unit?",
}  # fmt: skip


def derivation(re: int, at: Moment, key: str, also: Iterable[str] = ()) -> Derivation:
    """The tree of that number as far as it is sent; what is deeper has its key."""
    root = node_of(at, key)
    names = Names(at.made, at.inputs, at.noun)
    nodes = {key_of(node, at): node for node in (*_nearest(root), *_others(at, also))}
    found = {name: _told(node, at, names) for name, node in nodes.items()}
    title, question = _asked(root, at, names)
    return Derivation(
        re, at.branch, at.made.t, _when(at), at.sample, title, question, key_of(root, at), found,
        tuple(at.made.batch.rows[:ROWS].tolist()),
    )  # fmt: skip


def _when(at: Moment) -> str:
    """A step leads from the shown state to the next one; a part's error is of the shown one."""
    step = at.made.t - 1
    return f"At step {step:,}." if at.part else f"In the step from {step:,} to {step + 1:,}."


def key_of(node: Node, at: Moment) -> str:
    """Its address, and behind a # what the address alone doesn't mean.

    "1.W.next[2,5]#m̂" is a number on the way to that address; "1.W[2,5]#" the weight as it is
    before the step, where "1.W[2,5]" asks for its update. "1.z[:,2]" is the sample's: the next
    step has it at another place of its batch, and the key shall mean the same row there.
    """
    key = _of_sample(node.address or node.owner, at)
    if node.address is None:
        return f"{key}#{node.symbol}"
    return f"{key}#" if _kind(node) == "parameter" else key


def _of_sample(address: str, at: Moment) -> str:
    """ "1.z[7,2]" → "1.z[:,2]", where a sample is asked about"""
    name = address.partition("[")[0]
    if at.sample is None or not (name == "loss" or split(name)[1] in OF_A_ROW):
        return address
    return re.sub(r"\[\d+", "[:", address)


def node_of(at: Moment, key: str) -> Node:
    """The node with that key."""
    address, is_more, symbol = key.partition("#")
    if is_more and not symbol:
        asked = parse(address, at.trace.shapes, at.trace.names)
        if not any(isinstance(k, slice) for k in asked.place):
            return at.trace.of(Quantity(asked.name, asked.place))  # type: ignore[arg-type]
    found = at.trace.node(address)
    if not symbol:
        return found
    way = list(_on_the_way(found))
    for node in way:
        if node.symbol == symbol:
            return node
    known = ", ".join(node.symbol for node in way) or "none"
    raise UsageError(
        f"explain {key[:60]!r}", f"a number on the way to {address[:40]}: {known}",
        repr(symbol[:20]), "Ask for the whole of it.",
    )  # fmt: skip


def _on_the_way(node: Node) -> Iterator[Node]:
    """The numbers without an address in its formula, and in theirs."""
    for part in node.parts:
        if part.address is None:
            yield part
            yield from _on_the_way(part)


def _others(at: Moment, keys: Iterable[str]) -> Iterator[Node]:
    """Those of the keys that still name a number."""
    for key in islice(keys, NODES):
        with suppress(UsageError):
            yield node_of(at, key)


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


def _told(node: Node, at: Moment, names: Names) -> TreeNode:
    links = {part.address or part.symbol: key_of(part, at) for part in node.parts}
    typesetter = Typesetter(at.trace.symbols, links, at.made.batch.rows)
    several = isinstance(node.value, list)
    count, total = node.rest or (0, 0.0)
    groups = Columns(typesetter, names).groups(node.formula) if node.formula is not None else ()
    return TreeNode(
        node.address, _title(node, names), typesetter.name(node),
        None if several else float(node.value), "" if several else short(node.value),
        node.digits, _says(node, at), _kind(node),  # type: ignore[arg-type]
        typesetter.letters(node), groups,
        tuple(key_of(part, at) for part in node.parts), count, short(total),
    )  # fmt: skip


def _says(node: Node, at: Moment) -> str:
    if node.address is None and node.owner.partition("[")[0].endswith(".next"):
        return "a number on the way to the update"
    if node.address == "loss":
        return _whole_error(at)
    return node.says


def _whole_error(at: Moment) -> str:
    """Which mean or sum it is, and where the curve shows another number, why."""
    n = len(at.made.batch.x)
    if at.part is not None:
        return f"the mean error of all {plural(n, at.noun)}" if n > 1 else f"of one {at.noun}"
    if n == 1:
        return "the error of this step’s one point, before the update"
    whose = f"the errors of this step’s {n:,} points, before the update"
    if at.made.spec.conventions.batch == "mean":
        return f"the mean of {whose}"
    mean = at.made.loss.per_row.mean()
    return (
        f"the sum of {whose}, as “Gradient of a batch” is set to sum. The curve shows means: "
        f"the sum, divided by {n:,}, is {short(mean)}"
    )


def _title(node: Node, names: Names) -> str:
    if node.quantity is not None:
        return names.title(node.quantity)
    return names.on_the_way(node.symbol)[0] if node.formula is not None else node.symbol


def _kind(node: Node) -> str:
    if node.formula is not None or node.quantity is None:
        return "number"
    layer, name = split(node.quantity.name)
    if layer is None:
        return "data" if name in ("x", "y", "weight") else "setting"
    if name in ("W", "b"):
        return "parameter"
    return "memory" if name.partition(".")[2] else "number"


def _asked(root: Node, at: Moment, names: Names) -> tuple[str, str]:
    """The question, and what it is about in words."""
    name = root.quantity.name if root.quantity else (root.address or root.owner).partition("[")[0]
    place = root.quantity.place if root.quantity else ()
    layer, kind = split(name)
    row = _row(kind, place, at, names)
    if layer is None:
        title = {"loss": "Why is the error so large?"}.get(kind, "Where does this come from?")
        whole = f"the mean over all {len(at.made.batch.x):,} {at.noun}s"
        return title, row or (whole if at.part else "")
    what, _, after = kind.partition(".")
    title = "Where does this come from?"
    if after in ("next", "") and root.quantity is not None:
        title = QUESTIONS.get(what, title)
    where = f"unit {place[-1]} of layer {layer + 1}" if place else f"layer {layer + 1}"
    if what == "W" and len(place) == 2:
        below = names.below(layer, int(place[0]))
        below = f"{below} of layer {layer}" if layer else below
        where = f"from {below} to {where}"
    return title, ", ".join(filter(None, [where, row]))


def _row(kind: str, place: Index, at: Moment, names: Names) -> str:
    """Which row the question is about, if it is about one."""
    if at.alone:
        return f"for row {at.sample} alone, which is not in this step’s batch"
    of_one = place and (kind in OF_A_ROW or kind == "loss")
    return f"for {names.row(int(place[0]))}" if of_one else ""
