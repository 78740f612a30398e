"""Which mistake gives this figure? A worked example is computed anew with every known mistake.

A figure from paper has few digits: it agrees if ours, rounded to as many or cut off there, is the
same. With fewer than four digits it says little, and is answered with what it could be.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

from chainrule.checker.figures_read import Figure, read
from chainrule.checker.mistakes import table
from chainrule.checker.naming import product
from chainrule.checker.verdict import Mistake, Verdict
from chainrule.checker.worked import Variant, example, step, variants
from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.data.problems import Problem, Published, find
from chainrule.trace.address import parse
from chainrule.trace.published import wrong_figures

SURE = 4  # more mistakes than that give it: the figure has too few digits
DIGITS = 4  # of a figure that stands alone, at least
LISTED = 8  # numbers that a short figure could be
EARLY, AS_NAMED = 39, "already updated"  # a mistake, and how the problems name it
WORDS = {"loss": "the loss before the step", "loss.next": "the loss after the step"}
GIVEN = {"x": "the input", "y": "the right answer"}


class Place(NamedTuple):
    """A number of the example, and what it is."""

    words: str
    value: float
    how: str  # "rounded" or "cut", as the figure agrees with it


class Hit(NamedTuple):
    """A mistake that gives a figure."""

    variant: Variant
    place: Place


def numbers(text: str, problem: str = "mazur") -> list[tuple[Figure, Verdict]]:
    """A verdict on each figure of a text or a file: lines `address,number` or `number`.

    Where one mistake explains all that are wrong, the others are not named.
    """
    figures = read(text)
    found = [_hits(figure, problem) for figure in figures]
    wrong = [hits for hits in found if hits and hits[0].variant.id is not None]
    alike = set.intersection(*({hit.variant.id for hit in hits} for hits in wrong)) if wrong else ()
    return [
        (figure, _verdict(figure, [h for h in hits if h.variant.id in alike] or hits, problem))
        for figure, hits in zip(figures, found, strict=True)
    ]


@cache
def _computed(problem: str) -> list[tuple[Variant, dict[str, Array]]]:
    """The first step in every way, the right one first."""
    made, found = example(problem), []
    for variant in variants(made):
        with np.errstate(all="ignore"):
            try:
                all_numbers = step(made, variant, made.call.before)
            except ValueError:  # shapes that don't fit: no such program
                continue
        found.append((variant, {**all_numbers, "x": made.call.x, "y": made.call.y}))
    return found


def _hits(figure: Figure, problem: str) -> list[Hit]:
    """What gives the figure: the right way alone, if it does; else mistakes, well rounded first."""
    found = []
    for variant, computed in _computed(problem):
        places = [*_places(figure, computed, problem)]
        if places:
            best = min(places, key=lambda place: place.how != "rounded")
            found.append(Hit(variant, best))
            if variant.id is None:
                return found
    rounded = [hit for hit in found if hit.place.how == "rounded"]
    return rounded or found


def _places(figure: Figure, computed: dict[str, Array], problem: str) -> Iterator[Place]:
    """The numbers of one way that agree with the figure: all, or those of its address."""
    wanted = _wanted(figure, problem)
    for name, address, value in _all(computed):
        is_it = not wanted or wanted in (address, address.replace(".next", ""))  # w5 is both
        how = figure.agrees(value) if is_it else ""
        if how:
            yield Place(_words(name, address, find(problem)), value, how)


def _all(computed: dict[str, Array]) -> Iterator[tuple[str, str, float]]:
    """Quantity, address and value of every number."""
    for name, array in computed.items():
        for index in np.ndindex(array.shape):
            address = name + (f"[{','.join(map(str, index))}]" if index else "")
            yield name, address, float(array[index])


def _wanted(figure: Figure, problem: str) -> str:
    """The address in our own spelling; as it is written, where no number has it."""
    computed = _computed(problem)[0][1]
    if not figure.address or figure.address in WORDS:
        return figure.address
    shapes = {name: array.shape for name, array in computed.items()}
    try:
        asked = parse(figure.address, shapes, find(problem).names)
    except UsageError:
        return figure.address.replace(" ", "")
    return asked.name + (f"[{','.join(map(str, asked.place))}]" if asked.place else "")


def _words(name: str, address: str, problem: Problem) -> str:
    """ "1.dW[0,0]" as the source calls it: dw5."""
    if name in WORDS:
        return WORDS[name]
    if name in GIVEN:
        return f"{GIVEN[name]} {address}"
    own = {ours: theirs for theirs, ours in problem.names.items()}
    if name.endswith(".next"):
        plain = address.replace(".next", "")
        return f"{own.get(plain, plain)} after the step"
    parameter = own.get(address.replace(".d", ".", 1)) if ".dW" in name or ".db" in name else None
    return f"d{parameter}" if parameter else own.get(address, address)


# ----------------------------------------------------------------------------- the verdict


def _verdict(figure: Figure, hits: list[Hit], problem: str) -> Verdict:
    right = bool(hits) and hits[0].variant.id is None
    if figure.digits < DIGITS and not (figure.address and right):
        return _too_short(figure, problem)
    if right:
        return _right(hits[0].place, problem)
    printed = [each for each in find(problem).published if figure.agrees(float(each.figure))]
    if printed and not figure.address and printed[0].state > 1:
        return _published(printed[0], find(problem))
    if not hits:
        return _nothing(figure, problem)
    first = {hit.variant.id: hit for hit in reversed(hits)}
    ordered = sorted(first.values(), key=lambda hit: -len(table()[hit.variant.id or 0].frequency))
    return Verdict(
        "wrong", tuple(_mistake(hit, figure, problem) for hit in ordered),
        {"problem": problem, "quantity": ordered[0].place.words}, "numbers",
        message="" if len(ordered) <= SURE else "So few digits fit many mistakes: write more.",
    )  # fmt: skip


def _right(place: Place, problem: str) -> Verdict:
    how = "" if place.how == "rounded" else f" (cut off, not rounded: {place.value:.12g})"
    return Verdict(
        "right", form="numbers", message=f"It is {place.words} of {problem}, and right{how}.",
        conventions={"problem": problem, "quantity": place.words},
    )  # fmt: skip


def _too_short(figure: Figure, problem: str) -> Verdict:
    """What a figure of few digits could be, were it right: the nearest first."""
    digits = f"{figure.digits} digit{'s' * (figure.digits != 1)}"
    said = f"Too few digits to tell: {digits}."
    if figure.address:
        said += _told(figure, problem)
    else:
        found = [*_places(figure, _computed(problem)[0][1], problem)]
        found = [place for place in found if place.how == "rounded"] or found
        found.sort(key=lambda place: abs(place.value - float(figure.text)))
        listed = list(dict.fromkeys(f"{place.words} ({place.value:.6g})" for place in found))
        more = f", and {len(listed) - LISTED} more" if len(listed) > LISTED else ""
        none = f" No right number of the first step of {problem} begins so."
        said += f" It could be: {', '.join(listed[:LISTED])}{more}." if listed else none
    return _unknown(f"{said} Write {DIGITS} or more.", problem)


def _published(figure: Published, problem: Problem) -> Verdict:
    """A figure of the source itself, from a later step."""
    if not figure.wrong:
        return _right(Place(figure.what, float(figure.figure), "rounded"), problem.name)
    line = next(
        line for chapter in wrong_figures(problem) for line in chapter.lines
        if f"prints {figure.figure}," in line
    )  # fmt: skip
    named = {"problem": problem.name, "quantity": figure.what}
    if AS_NAMED not in figure.wrong:
        message = f"The source's own figure is wrong. {line[0].upper()}{line[1:]}: {figure.wrong}."
        return Verdict("wrong", (), named, "numbers", message=message)
    found = _of_table(EARLY, f"{line[0].upper()}{line[1:]}.", "d W_newᵀ")
    return Verdict("wrong", (found,), named, "numbers")


def _nothing(figure: Figure, problem: str) -> Verdict:
    return _unknown(
        f"No known mistake gives this in the first step of {problem}.{_told(figure, problem)} Is "
        f"it of another problem, or a later step? chainrule explain {problem} shows every right "
        "number.", problem,
    )  # fmt: skip


def _unknown(message: str, problem: str) -> Verdict:
    return Verdict("unknown", form="numbers", conventions={"problem": problem}, message=message)


def _told(figure: Figure, problem: str) -> str:
    """The right numbers of that address, before the step and after."""
    if not figure.address:
        return ""
    wanted, values = _wanted(figure, problem), []
    for name, address, value in _all(_computed(problem)[0][1]):
        if wanted in (address, address.replace(".next", "")):
            values.append(f"{_words(name, address, find(problem))} is {value:.12g}")
    return f" Right: {', '.join(values)}." if values else f" Nothing is called {figure.address}."


def _mistake(hit: Hit, figure: Figure, problem: str) -> Mistake:
    formula = product(hit.variant.formula)
    return _of_table(
        hit.variant.id or 0,
        f"With {formula}, {hit.place.words} of {problem} is {figure.text}.", formula,
    )  # fmt: skip


def _of_table(number: int, evidence: str, formula: str) -> Mistake:
    row = table()[number]
    words = {"layer": "a layer", "W": "W", "b": "b", "dW": "dW", "db": "db", "d": "d",
             "f": "f", "factor": "a factor"}  # fmt: skip
    return Mistake(
        row.id, row.name, row.where, None, row.sentence.format_map(words), evidence,
        row.right.format_map(words), formula,
    )  # fmt: skip
