"""Reads the network off a tape: products, sums, biases, answers and what they are compared with."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from chainrule.checker.forms.script_layers import Net, Numbers, Piece, layer_of
from chainrule.checker.forms.script_meeting import Meeting, Sum, is_bare, is_sum
from chainrule.checker.forms.script_names import SETTING, last_name
from chainrule.checker.forms.script_shapes import as_rows, chained, groups, shaped
from chainrule.checker.forms.script_tape import Event, Operand
from chainrule.core.dense import Array

PRODUCTS = {"matmul", "dot", "inner"}
MEETINGS = {
    "subtract",
    "multiply",
    "true_divide",
    "divide",
    "power",
    "add",
    "where",
    "dot",
    "matmul",
}
WEIGHT = re.compile(r"(?i)(^|[._\[\]'])(w|u|v|syn|weight|theta|coef|wh|hidden_w|output_w)")
TRIVIAL = {0.0, 1.0, 2.0, 0.5, -1.0}


class Reader:
    """Reads one tape. `changed` are the slots that the turn updates."""

    def __init__(self, events: list[Event], numbers: Numbers, changed: set[str]) -> None:
        self.events, self.numbers, self.changed = events, numbers, changed
        self.used: set[int] = set()  # weights, by their first product
        self.biases: set[int] = set()  # the same may be added in several places
        self.fed: set[str] = set()  # slots that were multiplied by weights: data
        self.pieces: list[Piece] = []
        self.sums: dict[int, Sum] = {}
        self.negated: dict[int, Operand] = {}
        self.weights: set[str] | None = None  # the slots of all pieces

    def net(self) -> Net | None:
        for at, event in enumerate(self.events):
            if event.op == "negative":
                self.negated[event.out.at] = event.operands[0]
            self._product(at, event)
            self._scalar(at, event)
        self.pieces += [unit.piece() for unit in self._units()]
        self.pieces.sort(key=lambda piece: piece.at)
        stacked = self._stacked(groups(self.pieces))
        layers = [layer_of(group) for group in stacked]
        if not layers or not chained(layers):
            return None
        y, labels, outputs, y_slots = self._ends(stacked[-1])
        sources = [piece.source.needs for piece in stacked[0]]
        return Net(
            tuple(layers), stacked[-1][0].columns, y, labels, outputs,
            frozenset().union(*sources), y_slots,
        )  # fmt: skip

    def _stacked(self, groups: list[list[Piece]]) -> list[list[Piece]]:
        """As many layers as are fed by the layer below; the rest is no network (momentum, ...)."""
        for at in range(1, len(groups)):
            below = {self.numbers.slot(n) for piece in groups[at - 1] for n in piece.ids.ravel()}
            if not all(piece.source.needs & below for piece in groups[at]):
                return groups[:at]
        return groups

    # ------------------------------------------------------------------ products of whole arrays

    def _product(self, at: int, event: Event) -> None:
        if event.op not in PRODUCTS or len(event.operands) != 2:
            return
        left, right = (self._positive(one) for one in event.operands)
        weight = self._weight(left, right)
        if weight is None or max(left.value.ndim, right.value.ndim) == 0:
            return
        other = right if weight is left else left
        parts = shaped(self.numbers.of(weight), weight is right, other.value)
        if parts is None:
            return
        ids, partner, columns = parts
        if event.op == "inner" and min(left.value.ndim, right.value.ndim) > 1:
            return
        self.used.update(ids.ravel().tolist())
        if other.slot:
            self.fed.add(other.slot)
        bias, z = self._bias(at, event, ids.shape[1])
        self.pieces.append(Piece(ids, bias, partner, other, columns, z, at))

    def _positive(self, one: Operand) -> Operand:
        """exp(-x @ W): the sign belongs to the sum."""
        if one.node is None or one.where is not None:
            return one
        return self.negated.get(one.node.at, one)

    def _weight(self, left: Operand, right: Operand) -> Operand | None:
        able = [
            one for one, other in ((left, right), (right, left)) if self._may_be_weight(one, other)
        ]
        return min(able, key=lambda one: one.slot not in self.changed) if able else None

    def _may_be_weight(self, one: Operand, other: Operand) -> bool:
        if not one.slot or one.slot in self.fed or one.slot == other.slot:
            return False
        if (self.used | self.biases).intersection(self.numbers.of(one).ravel().tolist()):
            return False
        return one.slot in self.changed or bool(WEIGHT.search(one.slot))

    def _bias(self, at: int, event: Event, units: int) -> tuple[Array | None, int]:
        """The part of a slot that is added to the sums, and the node of the sums afterwards."""
        z = event.out.at
        for later in self.events[at + 1 :]:
            inside = [one for one in later.operands if one.node is not None and one.node.at == z]
            if not inside:
                continue
            others = [one for one in later.operands if one is not inside[0]]
            if later.op == "add" and len(others) == 1 and self._is_bias(others[0], units):
                ids = self.numbers.of(others[0]).ravel()
                self.biases.update(ids.tolist())
                return ids, later.out.at
            return None, z
        return None, z

    def _is_bias(self, one: Operand, units: int) -> bool:
        if not one.slot or one.value.size not in (1, units) or one.slot in self.fed:
            return False
        return not self.used.intersection(self.numbers.of(one).ravel().tolist())

    # ------------------------------------------------------------------ products of single numbers

    def _scalar(self, at: int, event: Event) -> None:
        if len(event.operands) != 2 or any(one.value.ndim for one in event.operands):
            return
        left, right = event.operands
        if event.op == "multiply":
            self._multiply(at, event, left, right)
        elif event.op == "add":
            self._add(at, event, left, right)

    def _multiply(self, at: int, event: Event, left: Operand, right: Operand) -> None:
        for one, other in ((left, right), (right, left)):
            if other.node is None and float(other.value) == 1.0 and self._is_bias(one, 1):
                number = int(self.numbers.of(one))  # b * 1
                self.biases.add(number)
                self.sums[event.out.at] = Sum(at, [], [], [number])
                return
        weight = self._weight(left, right)
        if weight is not None:
            number = int(self.numbers.of(weight))
            self.used.add(number)
            other = right if weight is left else left
            self.sums[event.out.at] = Sum(at, [number], [other], [])

    def _add(self, at: int, event: Event, left: Operand, right: Operand) -> None:
        known = [self.sums.get(one.node.at) if one.node else None for one in (left, right)]
        if known[0] and known[1]:
            self.sums[event.out.at] = Sum(
                min(known[0].at, known[1].at), known[0].ids + known[1].ids,
                known[0].partners + known[1].partners, known[0].bias + known[1].bias,
            )  # fmt: skip
        elif known[0] or known[1]:
            mine, other = (known[0], right) if known[0] else (known[1], left)
            assert mine is not None
            bias = list(mine.bias)
            if self._is_bias(other, 1):
                bias.append(int(self.numbers.of(other)))
                self.biases.update(bias)
            elif float(other.value) != 0.0 or other.needs:
                return
            self.sums[event.out.at] = mine._replace(bias=bias)
        else:
            return
        for one in (left, right):
            if one.node:
                self.sums.pop(one.node.at, None)

    def _units(self) -> list[Sum]:
        return [each._replace(z=z) for z, each in self.sums.items() if each.ids]

    # ------------------------------------------------------------------ the answers and the targets

    def _ends(
        self, last: Sequence[Piece]
    ) -> tuple[Array | None, bool, Array | None, frozenset[str]]:
        """y, whether it is labels, the outputs, and the slots y comes from."""
        found: list[Meeting] = []
        taken: set[int] = set()  # answers of other units: a softmax mixes them
        for piece in last:
            met = self._meeting(piece, taken)
            if met is not None:
                found.append(met)
                taken |= {met.made.node.at} if met.made.node and piece.ids.shape[1] == 1 else set()
        if len(found) < len(last):
            return None, False, None, frozenset()
        if any(met.bare and not met.doubtful for met in found):
            found = [met.first or met for met in found]
        units, rows, columns = (
            sum(p.ids.shape[1] for p in last),
            len(last[0].partner),
            last[0].columns,
        )
        both = [*zip(found, last, strict=True)]
        outputs = [as_rows(met.made.value, rows, p.ids.shape[1], columns) for met, p in both]
        labels = found[0].labels
        if labels:
            y = np.eye(units)[found[0].target.value.astype(int).ravel()]
        else:
            y = np.hstack([as_rows(m.target.value, rows, p.ids.shape[1], columns) for m, p in both])
        slots = frozenset().union(*(met.target.needs for met in found))
        return y, labels, np.hstack(outputs), slots

    def _meeting(self, piece: Piece, taken: set[int]) -> Meeting | None:
        """Where something made of these sums first meets something that no weight made."""
        reach: set[int] = {piece.z}
        logs: dict[int, Operand] = {}  # log(a) → a
        first: Meeting | None = None
        for event in self.events[piece.at + 1 :]:
            mine = [one for one in event.operands if one.node is not None and one.node.at in reach]
            if not mine or mine[0].node is None:
                continue
            made, at = mine[0], mine[0].node.at
            others = [] if at in taken else [one for one in event.operands if one is not made]
            if others and self._picks(event, others[-1], piece):
                return Meeting(made, others[-1], labels=True)
            if others and self._compares(event, made, others[0], piece):
                target = self._unsigned(event, others[0])
                return Meeting(logs.get(at, made), target, first=first)
            if others and first is None and is_bare(event, others[0]):
                doubtful = event.operands[0] is not made and float(others[0].value) == 1.0
                first = Meeting(made, others[0], bare=True, doubtful=doubtful)
                if not doubtful:
                    return first
            reach.add(event.out.at)
            if event.op in ("log", "log2", "clip", "maximum"):
                logs[event.out.at] = logs.get(at, made)
        return first

    def _unsigned(self, event: Event, target: Operand) -> Operand:
        """a + (-y), -y * log(a): the target is y."""
        known = self.negated.get(target.node.at) if target.node and not target.slot else None
        if event.op == "multiply":
            hot = np.isin(target.value, (0, -1)).all() and target.value.any()
            return known or (target._replace(value=-target.value, where=None) if hot else target)
        if event.op != "add":
            return target
        return known or target._replace(value=-target.value, where=None)

    def _picks(self, event: Event, key: Operand, piece: Piece) -> bool:
        """p[range(m), y]: one output of each row, by its label."""
        rows, units = len(piece.partner), piece.ids.shape[1]
        if event.op not in ("getitem", "setitem") or units == 1:
            return False
        whole = key.value.dtype.kind in "iu" and key.value.size == rows
        return whole and (rows > 1 or key.node is not None) and self._foreign(key)

    def _compares(self, event: Event, made: Operand, target: Operand, piece: Piece) -> bool:
        """a - y, y * log(a), ...: two of the outputs' size."""
        rows, units = len(piece.partner), piece.ids.shape[1]
        if event.op not in MEETINGS or len(event.operands) != 2:
            return False
        fits = target.value.size == made.value.size == rows * units
        told = target.node or target.value.ndim or float(target.value) not in TRIVIAL
        return bool(fits and told and self._foreign(target))

    def _foreign(self, one: Operand) -> bool:
        """Made without weights, and no setting."""
        name = last_name(one.slot)
        if one.slot and one.value.ndim == 0 and (SETTING.search(name) or is_sum(one.slot)):
            return False
        if self.weights is None:
            ids = (number for piece in self.pieces for number in piece.ids.ravel().tolist())
            self.weights = {self.numbers.slot(number) for number in ids}
        return not (one.needs & self.weights)
