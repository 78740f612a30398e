"""An explanation as Markdown with LaTeX, as GitHub shows it."""

from __future__ import annotations

from collections.abc import Iterator

from chainrule.trace.node import Node
from chainrule.trace.story import Chapter, Page
from chainrule.trace.styles import Latex
from chainrule.trace.typeset import Writer

LETTERS = (
    "In the formulas η is the learning rate, L the loss, f′ the slope of the activation; what is "
    "marked *new* is the value after the step."
)


def markdown(page: Page) -> str:
    """The page as one Markdown text. Formulas stand in ```` ```math ```` blocks."""
    writer = Writer(Latex(page.trace.symbols))
    blocks = [f"# {page.title}", *page.says, LETTERS]
    for chapter in page.chapters:
        blocks += _chapter(chapter, writer)
    return "\n\n".join(blocks) + "\n"


def _chapter(chapter: Chapter, writer: Writer) -> Iterator[str]:
    yield f"## {chapter.title}"
    if chapter.says:
        yield chapter.says
    for node in chapter.nodes:
        if node.formula is not None:
            says = f": {node.says}" if node.says else ""
            yield f"{heading(node)}{says}.\n\n{_formula(node, writer)}"
    given = [node for node in chapter.nodes if node.formula is None]
    if given:
        yield _table(given)
    if chapter.lines:
        yield "\n".join(f"- {line}." for line in chapter.lines)


def heading(node: Node) -> str:
    """`1.W.next[0,0]` (w5.next)"""
    name = f"`{node.address}`" if node.address else node.symbol
    own = node.address and node.symbol != node.address
    return f"**{name}** ({node.symbol})" if own else f"**{name}**"


def _formula(node: Node, writer: Writer) -> str:
    assert node.formula is not None
    value = writer.style.number(node.digits)
    rows = [writer.letters(node.formula)]
    rows += [] if writer.numbers(node.formula) == value else _rows(writer.lines(node.formula))
    text = " \\\\\n".join(["&= " + row for row in [*rows, value]])
    text = text.replace("&= &", "&")
    return f"```math\n\\begin{{aligned}}\n{sign(node, writer)} {text}\n\\end{{aligned}}\n```"


def _rows(lines: list[str]) -> list[str]:
    """Lines after the first stand under it, without another equals sign."""
    return [lines[0], *(rf"&\quad {line}" for line in lines[1:])]


def sign(node: Node, writer: Writer) -> str:
    """The letter of a node."""
    if node.quantity is None:
        return writer.style.name(node.symbol)
    return writer.style.quantity(node.quantity)


def _table(nodes: list[Node]) -> str:
    rows = [
        f"| {heading(node).replace('**', '')} | {node.digits or 'below'} | {node.says} |"
        for node in nodes
    ]
    return "\n".join(["| given | value | what it is |", "| --- | --- | --- |", *rows])
