"""chainrule check --gallery [NAME]: known mistakes, each with its program and its verdict."""

from __future__ import annotations

import dataclasses
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from chainrule.checker.gallery import Exhibit, exhibits, find
from chainrule.checker.mistakes import table
from chainrule.cli.screen import Screen
from chainrule.cli.verdict import printed

INDENT = (0, 0, 0, 2)


def gallery(screen: Screen, name: str | None) -> int:
    """The list, or one program with its verdict. 0: it is not your program that is wrong."""
    if name is None:
        screen.give(programs=[listed(each) for each in exhibits().values()])
        if not (screen.as_json or screen.quiet):
            printed(_show_all)
        return 0
    _one(screen, find(name))
    return 0


def listed(exhibit: Exhibit) -> dict[str, Any]:
    return {**dataclasses.asdict(exhibit), "file": exhibit.file, "lines": exhibit.lines}


def _one(screen: Screen, exhibit: Exhibit) -> None:
    from chainrule.checker.api import check
    from chainrule.cli.verdict import show

    verdict = check(exhibit.text)
    screen.give(
        **listed(exhibit), program=exhibit.text,
        verdict={key: value for key, value in verdict.to_json().items() if key != "schema"},
    )  # fmt: skip
    if screen.as_json or screen.quiet:
        return
    printed(lambda console: _show_program(console, exhibit))
    screen.say()
    show(verdict, exhibit.file, None)
    if exhibit.unseen:
        screen.say()
        printed(
            lambda console: console.print(Padding(Text(exhibit.unseen, style="yellow"), INDENT))
        )


def _show_all(console: Console) -> None:
    for exhibit in exhibits().values():
        console.print(Text.assemble((exhibit.name, "bold"), f"  {exhibit.title}"))
        console.print(Padding(Text(exhibit.story), INDENT))
        console.print(Padding(_facts(exhibit), INDENT, expand=False))
        console.print()
    console.print("chainrule check --gallery NAME shows the program, and what check says of it.")


def _facts(exhibit: Exhibit) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(width=8)
    grid.add_column()
    lines = exhibit.text.splitlines()
    for number in exhibit.lines:
        grid.add_row(f"line {number}", Text(lines[number - 1].strip(), style="red"))
    grid.add_row("check", Text(answer(exhibit), style="bold"))
    if exhibit.unseen:
        grid.add_row("", Text(exhibit.unseen))
    return grid


def answer(exhibit: Exhibit) -> str:
    """What check says, in a line."""
    names = ", ".join(f"{table()[id].name} ({id})" for id in exhibit.ids)
    title = {"unknown": "not understood", "right": "right"}.get(exhibit.status, exhibit.status)
    return f"{title}{': ' if names else ''}{names}"


def _show_program(console: Console, exhibit: Exhibit) -> None:
    console.print(Text.assemble((exhibit.file, "bold"), f"  {exhibit.title}"))
    console.print(Padding(Text(exhibit.story), INDENT))
    console.print(Padding(Text(f"Met in: {exhibit.source}", style="dim"), INDENT))
    console.print()
    for number, line in enumerate(exhibit.text.splitlines(), 1):
        is_wrong = number in exhibit.lines
        mark, style = ("✗", "bold red") if is_wrong else (" ", "")
        console.print(Text(f"{mark} {number:>3}  {line}", style=style))
