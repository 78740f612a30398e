"""Gradients and biases of another shape than they should have, as the reading tells of them.

With sizes that all differ they end the call; with equal sizes they may pass without a sign.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from chainrule.checker.case import Case
from chainrule.checker.naming import Namer
from chainrule.checker.probes import PROBES
from chainrule.checker.verdict import Mistake

Shape = tuple[int, ...]
STEP = re.compile(r"(\S+) has (\([\d, ]+\)), after the step it has (\([\d, ]+\))")
GRADIENT = re.compile(r"the gradient of (\S+) has shape (\([\d, ]*\)), \1 has (\([\d, ]+\))")


class Odd(NamedTuple):
    """One tensor's shape in one probe."""

    name: str
    wanted: Shape
    found: Shape
    rows: int  # samples of the probe
    text: str


def odd_shapes(case: Case) -> list[Odd]:
    """What the probes failed of, where it was a shape."""
    found = []
    handed = {call.probe: len(call.x) for call in case.reading.calls}
    for probe, text in case.reading.failed.items():
        step, gradient = STEP.search(text), GRADIENT.search(text)
        rows = handed.get(probe) or (PROBES[probe].rows if probe in PROBES else 0)
        if step:
            found.append(Odd(step[1], _shape(step[2]), _shape(step[3]), rows, text))
        elif gradient:
            found.append(Odd(gradient[1], _shape(gradient[3]), _shape(gradient[2]), rows, text))
    return found


def of_shapes(case: Case, namer: Namer) -> list[Mistake]:
    """Mistakes that a shape alone gives away, the same in every probe."""
    odd = odd_shapes(case)
    if not odd:
        return []
    first = odd[0]
    text = f"With {first.rows} samples, {first.text}."
    several = len({each.rows for each in odd}) > 1 or first.rows not in first.wanted
    if several and all(map(_a_row_each, odd)):
        layer = _layer(namer, first.name)
        theirs = f"{first.name} of {first.rows} rows"
        return [namer.mistake(62, layer, text, theirs=theirs)]
    if case.reading.layout.get("bias", "").startswith("inside") and all(map(_a_unit_more, odd)):
        return [namer.mistake(46, _layer(namer, first.name), text)]
    return []


def column_minus_row(case: Case) -> Odd | None:
    """All that has grown had one column, and has one for each sample: a (m, 1) less a (m,)."""
    odd = [
        Odd(name, _shape(wanted), _shape(found), 0, f"{name} has {wanted}, then {found}")
        for text in case.reading.failed.values() for name, wanted, found in STEP.findall(text)
    ]  # fmt: skip
    grown = {each.found[-1] for each in odd if each.wanted[-1] == 1 < each.found[-1]}
    matrices = [each for each in odd if each.wanted[0] > 1]
    return matrices[0] if matrices and len(grown) == 1 else None


def _layer(namer: Namer, name: str) -> int | None:
    return next((l for l in range(namer.layers) if name in namer.names(l)), None)


def _a_row_each(odd: Odd) -> bool:
    """The delta itself, where its sum over the samples belongs."""
    units = max(odd.wanted)
    return odd.rows > 1 and odd.found in ((odd.rows, units), (units, odd.rows))


def _a_unit_more(odd: Odd) -> bool:
    """The delta has a column for the 1 that feeds the bias."""
    more = [found - wanted for found, wanted in zip(odd.found, odd.wanted, strict=False)]
    return len(odd.found) == len(odd.wanted) == 2 and sorted(more) == [0, 1]


def _shape(text: str) -> Shape:
    return tuple(int(n) for n in re.findall(r"\d+", text))
