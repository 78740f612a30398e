"""A verdict on the screen: what is wrong, where, why we think so, and what to do next."""

from __future__ import annotations

import sys
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from chainrule.checker.sandbox.words import clean
from chainrule.checker.verdict import Mistake, Verdict

WIDTH = 100  # where nobody says how wide the screen is
AGREES = 1e-7  # relative difference below which two gradients are the same for the eye
TITLES = {
    "right": ("green", "right"),
    "different": ("green", "right, in a convention of its own"),
    "wrong": ("red", "wrong"),
    "unknown": ("yellow", "not understood"),
    "error": ("red", "it can't be checked"),
}


def show(verdict: Verdict, path: str | None, hint: int | None) -> None:
    """All of it, or as much as the hint says. path: of the program; None: of plain numbers."""
    width = None if sys.stdout.isatty() else WIDTH
    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False, width=width)
    console.print(_title(verdict, path or "these numbers"))
    if verdict.form:
        _line(console, "read as", verdict.form)
    for number, mistake in enumerate(verdict.mistakes, 1):
        console.print()
        _show_mistake(console, number, mistake, hint)
    if verdict.message and not (hint and verdict.mistakes):
        console.print()
        _paragraph(console, verdict.message)
    if verdict.agreement and hint is None and verdict.status not in ("right", "error"):
        console.print()
        console.print(Padding(agreement(verdict.agreement), (0, 0, 0, 2), expand=False))
    _show_rest(console, verdict, path, hint)


def _title(verdict: Verdict, name: str) -> Text:
    colour, title = TITLES[verdict.status]
    if len(verdict.mistakes) > 1:
        title = f"{title}: {len(verdict.mistakes)} mistakes; mend the first one first"
    return Text.assemble((f"{clean(name)}: ", "bold"), (title, f"bold {colour}"))


def _show_mistake(console: Console, number: int, mistake: Mistake, hint: int | None) -> None:
    head = f"{mistake.name}, {place(mistake)}" if hint != 1 else place(mistake)
    console.print(Text(f"  {number}. {clean(head)}", style="bold"))
    if hint is None:
        _paragraph(console, mistake.sentence, left=5)
    if hint in (None, 3):
        _line(console, "right", mistake.formula_right, left=5)
        _line(console, "yours", mistake.formula_theirs, left=5)
    if hint is None:
        _line(console, "evidence", mistake.evidence, left=5)


def place(mistake: Mistake) -> str:
    """hidden delta of layer 1, line 23"""
    layer = "" if mistake.layer is None else f" of layer {mistake.layer + 1}"
    line = getattr(mistake, "line", None)
    return f"{mistake.where}{layer}" + (f", line {line}" if line else "")


def agreement(found: dict[str, float | None]) -> Table:
    """A row for each tensor: how far its numbers are from the truth, and a bar to see it by."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, difference in found.items():
        table.add_row(Text(clean(name)), *_seen(difference))
    return table


def _seen(difference: float | None) -> tuple[Text, Text]:
    if difference is None:
        return Text("-"), Text("not seen", style="dim")
    if difference <= AGREES:
        return Text(f"{difference:.0e}"), Text("agrees", style="green")
    return Text(f"{difference:.2g}"), Text("differs", style="red")


def _show_rest(console: Console, verdict: Verdict, path: str | None, hint: int | None) -> None:
    if verdict.conventions:
        console.print()
        for key, value in verdict.conventions.items():
            _line(console, str(key), _words(value))
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
    if verdict.mistakes and hint is not None:
        more = f"--hint {hint + 1}" if hint < 3 else ""
        return f"chainrule check {name} {more}".strip() + " says more."
    if verdict.mistakes:
        return f"Mend this, then: chainrule check {name}"
    if verdict.status == "unknown":
        return "chainrule check --template prints a form that is always understood."
    return ""


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
