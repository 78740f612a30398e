"""A verdict on the screen: what is wrong, where, why we think so, and what to do next."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import Any, TextIO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from chainrule.checker.conventions import own_convention
from chainrule.checker.sandbox.words import clean
from chainrule.checker.verdict import AGREES, Mistake, Verdict

WIDTH = 100  # where nobody says how wide the screen is
SUM = "1 of the sum"
SCALE = ("factor", "batch", "outputs")  # of the conventions
COARSE = 1e-3  # of what is right: programs compute in float32, too
TITLES = {
    "right": ("green", "right"),
    "different": ("green", "right, in a convention of its own"),
    "wrong": ("red", "wrong"),
    "unknown": ("yellow", "not understood"),
    "error": ("red", "it can't be checked"),
}


def show(verdict: Verdict, path: str | None, hint: int | None, name: str = "") -> None:
    """All of it, or as much as the hint says. path: of the program; None: of plain numbers."""
    printed(lambda console: _show(console, verdict, path, hint, name))


def printed(draw: Callable[[Console], None]) -> None:
    """On stdout: in colour, as wide as a terminal is; elsewhere plain, without blanks at ends."""
    if sys.stdout.isatty():
        draw(_console(sys.stdout, None))
        return
    out = io.StringIO()
    draw(_console(out, WIDTH))
    print("\n".join(line.rstrip() for line in out.getvalue().splitlines()))


def _console(out: TextIO, width: int | None) -> Console:
    return Console(file=out, highlight=False, markup=False, emoji=False, width=width)


def _show(
    console: Console, verdict: Verdict, path: str | None, hint: int | None, name: str
) -> None:
    hint = None if verdict.is_right else hint  # of what is right there is nothing to hint at
    console.print(_title(verdict, path or name or "these numbers"))
    if verdict.form and path:
        _line(console, "read as", verdict.form)
    if verdict.is_right and verdict.agreement:
        _line(console, "evidence", agrees(verdict))
    for number, mistake in enumerate(verdict.mistakes, 1):
        console.print()
        _show_mistake(console, f"{number}." if not verdict.is_right else "Note:", mistake, hint)
    if verdict.message and not (hint and verdict.mistakes):
        console.print()
        _paragraph(console, verdict.message)
    if verdict.agreement and hint is None and verdict.status in ("wrong", "unknown"):
        console.print()
        console.print(Padding(agreement(verdict), (0, 0, 0, 2), expand=False))
        if verdict.ticks:
            _paragraph(console, verdict.ticks.replace("Right", "Agrees", 1))
    _show_rest(console, verdict, path, hint)


def _title(verdict: Verdict, name: str) -> Text:
    colour, title = TITLES[verdict.status]
    if verdict.form == "numbers" and verdict.status == "unknown":
        title = "not known"
    elif verdict.is_of_nothing:
        title = "nothing to check: no step of training was found in it"
    if verdict.status == "different" and verdict.conventions:
        title = f"{title}: {own_convention(verdict.conventions)}"
    elif verdict.status == "wrong" and len(verdict.mistakes) > 1:
        title = f"{title}: {len(verdict.mistakes)} mistakes; mend the first one first"
    return Text.assemble((f"{clean(name)}: ", "bold"), (title, f"bold {colour}"))


def agrees(verdict: Verdict) -> str:
    """All 4 gradients agree with the right ones to 2e-16 (1/m of the sum)."""
    found = verdict.agreement
    good = [off for off in found.values() if off is not None and off <= COARSE]
    if not good:
        return "No gradient was seen."
    factor = verdict.conventions.get("factor", "")
    tail = f"to {max(good):.0e}" + (f" ({factor})" if factor not in ("", SUM) else "")
    if len(found) == 1:
        return f"One gradient was seen, and agrees with the right one {tail}."
    which = f"All {len(good)}" if len(good) == len(found) else f"{len(good)} of {len(found)}"
    odd = [_name(verdict, key) for key, off in found.items() if off is not None and off > COARSE]
    rest = f"; not so {', '.join(odd)}" + ": see the notes" * bool(verdict.mistakes) if odd else ""
    return f"{which} gradients agree with the right ones {tail}{rest}."


def _name(verdict: Verdict, key: str) -> str:
    """What the learner calls it; else "1.dW" is dW2."""
    layer, kind = key.split(".")
    return verdict.names.get(key) or f"{kind}{int(layer) + 1}"


def _show_mistake(console: Console, number: str, mistake: Mistake, hint: int | None) -> None:
    head = f"{mistake.name}, {place(mistake)}" if hint != 1 else place(mistake)
    console.print(Text(f"  {number} {clean(head)}", style="bold"))
    if hint is None:
        _paragraph(console, mistake.sentence, left=5)
    if hint in (None, 3):
        _line(console, "right", mistake.formula_right, left=5)
        _line(console, "yours", mistake.formula_theirs, left=5)
    if hint is None:
        _line(console, "evidence", mistake.evidence, left=5)


def place(mistake: Mistake) -> str:
    """hidden delta of layer 1, d1 in line 23"""
    layer = "" if mistake.layer is None else f" of layer {mistake.layer + 1}"
    line = f", {mistake.sets} in line {mistake.line}" if mistake.line else ""
    return f"{mistake.where}{layer}{line}"


def agreement(verdict: Verdict) -> Table:
    """A row for each gradient, by the learner's own name: how far it is from the right one."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for head in ("gradient", "layer", "relative difference", ""):
        table.add_column(head)
    for key, difference in verdict.agreement.items():
        layer = int(key.split(".")[0]) + 1
        table.add_row(Text(clean(_name(verdict, key))), str(layer), *_seen(difference))
    return table


def _seen(difference: float | None) -> tuple[Text, Text]:
    if difference is None:
        return Text("-"), Text("not seen", style="dim")
    if difference <= AGREES:
        return Text(f"{difference:.0e}"), Text("agrees", style="green")
    return Text(f"{difference:.2g}"), Text("differs", style="red")


def _show_rest(console: Console, verdict: Verdict, path: str | None, hint: int | None) -> None:
    if verdict.conventions and path:
        console.print()
        for key, value in _told(verdict.conventions).items():
            _line(console, key, value)
    steps = _next(verdict, clean(path), hint) if path else ""
    if steps or not verdict.isolated:
        console.print()
    if steps:
        _line(console, "next", steps)
    if not verdict.isolated and verdict.status != "error":
        _line(
            console,
            "note",
            "not isolated: bubblewrap is not at work here. Run only what you trust.",
        )


def _next(verdict: Verdict, name: str, hint: int | None) -> str:
    if verdict.is_right:
        return ""
    if verdict.mistakes and hint is not None:
        more = f"--hint {hint + 1}" if hint < 3 else ""
        return f"chainrule check {name} {more}".strip() + " says more."
    if verdict.mistakes:
        return f"Mend this, then: chainrule check {name}"
    if verdict.status == "unknown" and "--template" not in verdict.message:
        return "chainrule check --template prints a form that is always understood."
    return ""


def _told(found: dict[str, Any]) -> dict[str, str]:
    """The conventions as lines; those of the factor in one."""
    is_whole = all(key in found for key in SCALE)
    lines = {k: _words(value) for k, value in found.items() if k not in SCALE or not is_whole}
    if is_whole:
        over = f"{found['batch']} over the rows, {found['outputs']} over the outputs"
        lines["gradient"] = over if found["factor"] == SUM else f"{found['factor']}: {over}"
    if lines.get("loss") == "unknown":
        lines["loss"] = "not seen"
    return lines


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_words(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_words, value))
    return str(value)


def _line(console: Console, label: str, text: str, left: int = 2) -> None:
    """A label, and its text beside it, indented where it goes on."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(width=11)
    grid.add_column()
    grid.add_row(Text(clean(label), style="dim"), Text(clean(text, 4000)))
    console.print(Padding(grid, (0, 0, 0, left), expand=False))


def _paragraph(console: Console, text: str, left: int = 2) -> None:
    console.print(Padding(Text(clean(text, 4000)), (0, 0, 0, left), expand=False))
