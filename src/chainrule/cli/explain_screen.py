"""An explanation on the screen: chapters, or one number with a tree of what it comes from."""

from __future__ import annotations

import io
import sys
from typing import Any

from rich.console import Console, Group
from rich.padding import Padding
from rich.text import Text
from rich.tree import Tree

from chainrule.trace.node import Node
from chainrule.trace.story import Chapter, Page
from chainrule.trace.styles import Text as PlainText
from chainrule.trace.symbols import Symbols
from chainrule.trace.typeset import Writer

COLOURS = {"Forward": "blue", "The loss": "yellow", "Backward": "red", "The update": "green"}
NUMBERS = Writer(PlainText(Symbols()))  # numbers need no names
WIDE = 10_000  # where nobody looks, lines stay whole


def draw(page: Page) -> None:
    """On stdout: in colour and wrapped on a terminal, else plain with whole lines."""
    if sys.stdout.isatty():
        _print(Console(highlight=False), page)
    else:
        print(plain(page), end="")


def plain(page: Page) -> str:
    """The same as a text."""
    out = io.StringIO()
    _print(Console(file=out, width=WIDE, highlight=False, color_system=None), page)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _print(console: Console, page: Page) -> None:
    console.print(Text(page.title.replace("`", ""), style="bold"))
    for sentence in page.says:
        console.print(Text(sentence.replace("`", ""), style="dim"))
    if page.root is not None:
        console.print()
        console.print(_tree(page.root, {id(node) for node in page.chapters[0].nodes}))
        return
    for chapter in page.chapters:
        console.print()
        console.print(_chapter(chapter))


def _chapter(chapter: Chapter) -> Group:
    colour = next((c for start, c in COLOURS.items() if chapter.title.startswith(start)), "cyan")
    parts: list[Any] = [Text(chapter.title.replace("`", ""), style=f"bold {colour}")]
    if chapter.says:
        parts.append(Padding(Text(chapter.says, style="dim"), (0, 0, 0, 2)))
    for node in chapter.nodes:
        parts.append(Padding(_lines(node), (1 if node.formula is not None else 0, 0, 0, 2)))
    parts += [Padding(Text(line), (0, 0, 0, 2)) for line in chapter.lines]
    return Group(*parts)


def _tree(root: Node, shown: set[int]) -> Tree:
    """Every number once; where it is met again, a word says so."""
    seen = {id(root)}
    tree = Tree(_lines(root), guide_style="dim")
    waiting = [(tree, root)]
    while waiting:
        branch, node = waiting.pop(0)
        for part in node.parts:
            if id(part) in seen or not part.parts:
                branch.add(_again(part) if part.parts else _lines(part))
            elif id(part) in shown:
                seen.add(id(part))
                waiting.append((branch.add(_lines(part)), part))
            else:
                branch.add(_on(part))
    return tree


def _lines(node: Node) -> Text:
    """Name, formula with letters, with numbers, value and what it is; equal lines once."""
    text = Text(node.symbol, style="bold")
    rows = _rows(node)
    for k, (sign, row) in enumerate(rows):
        text.append(f"\n{' ' * len(node.symbol)}" if k else "", style="not bold")
        text.append(sign, style="not bold dim")
        text.append(row, style="bold" if k + 1 == len(rows) else "not bold")
    named = node.address not in (None, node.symbol)
    said = ": ".join(filter(None, [node.address if named else "", node.says]))
    text.append(f"   {said}" if said else "", style="not bold dim")
    return text


def _rows(node: Node) -> list[tuple[str, str]]:
    """Letters, numbers, value; a long sum goes on in the next row, and equal rows stand once."""
    rows = [(" = ", node.letters)]
    if node.formula is not None and node.numbers != node.letters:
        first, *more = NUMBERS.lines(node.formula)
        rows += [(" = ", first), *(("   ", line) for line in more)]
    if node.digits != rows[-1][1]:
        rows.append((" = ", node.digits))
    return [row for row in rows if row[1]]


def _again(node: Node) -> Text:
    return Text.assemble((node.symbol, "bold"), f" = {node.digits}", ("   as above", "dim"))


def _on(node: Node) -> Text:
    ask = f'   --of "{node.address}" goes on' if node.address else ""
    return Text.assemble((node.symbol, "bold"), f" = {node.digits}", (ask, "dim"))
