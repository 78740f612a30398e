"""A verdict as a picture: which gradients agree with the truth, and where the first mistake is."""

from __future__ import annotations

from html import escape

from chainrule.checker.verdict import AGREES, Mistake, Verdict
from chainrule.core.errors import UsageError
from chainrule.draw import WORDS, Mark, network_svg

ZERO = 1e-9  # a gradient of zeros is off by exactly 1
TITLES = {
    "right": "right",
    "different": "right, in a convention of its own",
    "wrong": "wrong",
    "unknown": "none of the known mistakes",
    "error": "it can't be checked",
}
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }}
body {{ max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }}
svg {{ max-width: 100%; height: auto; }} code {{ white-space: pre-wrap; }}
td, th {{ padding: 0.1rem 1rem 0.1rem 0; text-align: left; vertical-align: top; }}
</style>
<h1>{title}</h1>
{svg}
{body}
</html>
"""


def picture(verdict: Verdict, name: str = "your program", *, tells: bool = True) -> str:
    """SVG: the network, its gradients marked right or wrong. tells: with the first mistake's words.

    UsageError where no numbers of a network were seen.
    """
    sizes = _sizes(verdict)
    first = verdict.mistakes[0] if verdict.mistakes else None
    return network_svg(
        sizes,
        {key: _mark(verdict, key) for key in verdict.shapes},
        title=_title(verdict, name),
        heading=_title(verdict, name),
        description=" ".join([*_said(verdict), _caption(verdict, tells=tells)]).strip(),
        caption=_caption(verdict, tells=tells),
        spot=first.layer if first is not None and not verdict.is_right else None,
    )


def page(verdict: Verdict, name: str = "your program", *, tells: bool = True) -> str:
    """The picture in a page of its own, with the mistakes in words."""
    svg = picture(verdict, name, tells=tells)
    words = "".join(_in_words(m) for m in verdict.mistakes) if tells else ""
    rows = "".join(
        f"<tr><td>{_name(key)}<td>{WORDS[_mark(verdict, key).kind]}<td>{_mark(verdict, key).label}"
        for key in verdict.shapes
    )
    table = f"<table><tr><th>gradient<th>is<th>relative difference{rows}</table>"
    return PAGE.format(title=escape(_title(verdict, name)), svg=svg, body=words + table)


def _sizes(verdict: Verdict) -> list[int]:
    weights = [shape for key, shape in verdict.shapes.items() if key.endswith(".W")]
    if not weights:
        raise UsageError(
            "check --picture", "a program whose network was seen", verdict.message or "none",
            "Without --picture the verdict says more.",
        )  # fmt: skip
    return [weights[0][0], *(shape[1] for shape in weights)]


def _mark(verdict: Verdict, key: str) -> Mark:
    """ "1.W" -> how the gradient of these weights is."""
    layer, letter = key.split(".")
    off = verdict.agreement.get(f"{layer}.d{letter}")
    if off is None:
        if verdict.status in ("right", "different") and not verdict.agreement:
            return Mark("right", "", _name(key))
        return Mark("unseen", "", _name(key))
    if off <= AGREES:
        return Mark("right", f"{off:.0e}", _name(key))
    if abs(off - 1) < ZERO:
        return Mark("zero", "", _name(key))
    return Mark("wrong", f"{off:.2g}", _name(key))


def _name(key: str) -> str:
    layer, letter = key.split(".")
    return f"d{letter}{int(layer) + 1}"


def _title(verdict: Verdict, name: str) -> str:
    return f"{name}: {TITLES[verdict.status]}"


def _caption(verdict: Verdict, *, tells: bool) -> str:
    if not verdict.mistakes:
        return verdict.message
    first = verdict.mistakes[0]
    where = f" in layer {first.layer + 1}" if first.layer is not None else ""
    if verdict.is_right:
        return f"Note: {first.sentence}"
    said = first.sentence if tells else f"Look at the {first.where}{where}."
    return f"{said} {verdict.ticks}".strip()


def _said(verdict: Verdict) -> list[str]:
    """The picture in words: "dW1 is wrong, dW2 is right."."""
    kinds = {key: WORDS[_mark(verdict, key).kind] for key in verdict.shapes}
    return [", ".join(f"{_name(key)} is {kind}" for key, kind in kinds.items()) + "."]


def _in_words(mistake: Mistake) -> str:
    return (
        f"<h2>{escape(mistake.name)}</h2><p>{escape(mistake.sentence)}</p><table>"
        f"<tr><td>right<td><code>{escape(mistake.formula_right)}</code>"
        f"<tr><td>yours<td><code>{escape(mistake.formula_theirs)}</code>"
        f"<tr><td>evidence<td>{escape(mistake.evidence)}</table>"
    )
