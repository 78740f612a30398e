"""A factor on every gradient that may be one mistake, or two that cancel in part.

With four rows, 2 is a 2 too many; or a forgotten 1/m together with a forgotten 2, for 4/2 = 2.
"""

from __future__ import annotations

from dataclasses import replace

from chainrule.checker.case import Case
from chainrule.checker.expected import Expected
from chainrule.checker.naming import RATES
from chainrule.checker.scale import Factor, Sizes
from chainrule.checker.verdict import Mistake

OF_SIZES = RATES - {67, 68}
MOST = 4  # complexity: two mistakes at once
WORDS = {
    ("rows", 1): "a forgotten 1/m", ("rows", -1): "a 1/m too many",
    ("outputs", 1): "a forgotten 1/k", ("outputs", -1): "a 1/k too many",
    ("twos", 1): "a 2 too many", ("twos", -1): "a forgotten 2",
}  # fmt: skip
HEAD = "one factor on every gradient"


def with_readings(found: list[Mistake], wants: Expected, case: Case) -> list[Mistake]:
    """The factor's mistake said as what was measured, where several stories give that number."""
    stories = _stories(wants, case)
    loss = wants.loss
    if len(stories) < 2 or loss is None:
        return found
    ratio = abs(wants.base) / wants.sizes.value(loss.factor)
    own, right = _times(wants.sizes.name(wants.base) or wants.base), _times(loss.factor)
    beside = ", beside the other mistakes" if len(found) > 1 else ""
    told = "; or ".join(_told(story, wants.sizes) for story in stories)
    return [
        replace(
            each, name=HEAD,
            sentence=f"Every gradient is {ratio:.4g} times that of your loss{beside}. "
            f"With {wants.sizes.rows} rows this may be: {told}.",
            evidence=f"Your loss has for a gradient {right}; yours is {own}.",
            formula_right=right, formula_theirs=own,
        )
        if each.id in OF_SIZES and each.layer is None else each
        for each in found
    ]  # fmt: skip


def _times(factor: Factor | float) -> str:
    text = f"{factor:.4g}" if isinstance(factor, float) else str(factor)
    return "the sum over the rows" if text == "1" else f"{text} · the sum over the rows"


def _stories(wants: Expected, case: Case) -> list[Factor]:
    """Factors of single steps that give the measured one; that of the formulas themselves first."""
    loss, sizes = wants.loss, wants.sizes
    if loss is None or loss.id is not None or not wants.strict or _more_sizes(case):
        return []
    ratio = abs(wants.base) / sizes.value(loss.factor)
    found = [f for f in sizes.names(ratio) if f.complexity <= MOST and not f.all and _single(f)]
    own = sizes.name(abs(wants.base))
    return sorted(found, key=lambda f: own is None or f != _between(own, loss.factor))


def _between(own: Factor, right: Factor) -> Factor:
    return Factor(
        rows=own.rows - right.rows, outputs=own.outputs - right.outputs, twos=own.twos - right.twos
    )


def _single(factor: Factor) -> bool:
    powers = (factor.rows, factor.outputs, factor.twos)
    return any(powers) and all(abs(power) <= 1 for power in powers)


def _more_sizes(case: Case) -> bool:
    """Calls with other numbers of rows tell the stories apart."""
    return len({len(call.x) for call in case.calls}) > 1


def _told(story: Factor, sizes: Sizes) -> str:
    """ "a forgotten 1/m together with a forgotten 2 (m/2 = 2)"."""
    parts = [WORDS[name, power] for name in ("rows", "outputs", "twos")
             for power in [getattr(story, name)] if power]  # fmt: skip
    sized = f" ({story} = {sizes.value(story):.4g})" if story.rows or story.outputs else ""
    return " together with ".join(parts) + sized
