"""An explanation as one HTML file with MathML: nothing is fetched, so it can be handed out."""

from __future__ import annotations

import html
from collections.abc import Iterator

from chainrule.trace.markdown import LETTERS
from chainrule.trace.node import Node
from chainrule.trace.story import Chapter, Page
from chainrule.trace.styles import MathMl
from chainrule.trace.typeset import Writer

HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
"""

STYLE = """
:root { --ink: #1d2430; --soft: #5b6573; --paper: #fbfaf7; --card: #fff; --line: #dfdcd3;
  --given: #6b7280; --forward: #2563a8; --loss: #b7791f; --backward: #a8324a; --update: #2f7d4f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7e5df; --soft: #a2a9b4; --paper: #16191f;
  --card: #1e222a; --line: #343a45; --given: #9aa3b0; --forward: #7fb2ea; --loss: #e2b45c;
  --backward: #ee8ba0; --update: #7ccb9b; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 17px/1.55 Georgia, "Iowan Old Style", "Noto Serif", serif; }
main { max-width: 58rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 1rem; }
h2 { font-size: 1.25rem; margin: 0 0 .25rem; color: var(--accent, var(--ink)); }
p { margin: .4rem 0; }
.soft, header p { color: var(--soft); }
code { font: .86em/1.4 ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace; }
nav { display: flex; flex-wrap: wrap; gap: .4rem; margin: 1.4rem 0 0; font-size: .85rem; }
nav a { color: var(--accent); border: 1px solid currentColor; border-radius: 99px;
  padding: .1rem .7rem; text-decoration: none; }
section { margin-top: 2.6rem; --accent: var(--given); }
.given { --accent: var(--given); } .forward { --accent: var(--forward); }
.loss { --accent: var(--loss); } .backward { --accent: var(--backward); }
.update { --accent: var(--update); }
article { background: var(--card); border: 1px solid var(--line); margin: .8rem 0;
  border-left: 4px solid var(--accent); border-radius: 6px; padding: .7rem 1rem .6rem; }
article:target, .gives div:target { outline: 3px solid var(--accent); outline-offset: 2px; }
article > p { margin: 0; }
.says { color: var(--soft); }
.says::before { content: " \\2014  "; }
.formula { overflow-x: auto; padding: .5rem 0 .35rem; }
math { font-size: 1.06em; }
math mtd { padding: .3em .18em; text-align: left; }
.formula > math > mtable > mtr > mtd:first-child { text-align: right; }
.formula > math > mtable > mtr > mtd { vertical-align: baseline; }
.value { font-weight: 700; }
.from { font-size: .8rem; color: var(--soft); display: flex; flex-wrap: wrap; gap: .15rem .7rem; }
a { color: var(--accent); }
.from a { text-decoration-thickness: 1px; text-underline-offset: 2px; }
.gives { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .5rem;
  margin: .8rem 0; }
.gives div { background: var(--card); border: 1px solid var(--line); border-radius: 6px;
  padding: .35rem .7rem; }
.gives small { display: block; color: var(--soft); line-height: 1.3; }
li { margin: .2rem 0; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .7rem;
  font-size: .85rem; color: var(--soft); }
@media print { body { background: #fff; font-size: 11pt; } main { padding: 0; max-width: none; }
  nav { display: none; } article, .gives div { break-inside: avoid; } h2 { break-after: avoid; }
  .formula { overflow: visible; } }
""".strip()

KINDS = {"Forward": "forward", "The loss": "loss", "Backward": "backward", "The update": "update"}
BY_NAME = {
    "z": "forward", "a": "forward", "loss": "loss", "penalty": "loss", "da": "backward",
    "dz": "backward", "dx": "backward", "dW": "backward", "db": "backward", "slope": "backward",
    "grad": "update", "next": "update",
}  # fmt: skip


def page_html(page: Page) -> str:
    """The whole file. Each number that is on the page links to where it comes from."""
    writer = Writer(MathMl(page.trace.symbols))
    known = {anchor(node) for chapter in page.chapters for node in chapter.nodes}
    body = ["<main>", "<header>", f"<h1>{_words(page.title)}</h1>"]
    body += [f"<p>{_words(sentence)}</p>" for sentence in (*page.says, LETTERS)]
    body += [_contents(page), "</header>"]
    for k, chapter in enumerate(page.chapters):
        body += _section(k, chapter, writer, known)
    body += ["<footer>Made by chainrule explain. Every number was looked up in the record of the ",
             "step and computed a second time from its formula.</footer>", "</main>"]  # fmt: skip
    head = HEAD.format(title=html.escape(page.title.replace("`", "")), style=STYLE)
    return head + "\n".join(filter(None, body)) + "\n</body>\n</html>\n"


def anchor(node: Node) -> str:
    """What a link points to: an address without brackets."""
    name = node.address or f"{node.owner}-{node.symbol}"
    return name.replace("[", "-").replace("]", "").replace(",", "-").replace(":", "all")


def _contents(page: Page) -> str:
    if len(page.chapters) < 2:
        return ""
    links = [
        f'<a class="{_kind(chapter.title)}" href="#chapter-{k}">{_words(_short(chapter.title))}</a>'
        for k, chapter in enumerate(page.chapters)
    ]
    return f"<nav>{''.join(links)}</nav>"


def _short(title: str) -> str:
    return title.partition(":")[0].replace("through ", "")


def _kind(title: str) -> str:
    return next((kind for start, kind in KINDS.items() if title.startswith(start)), "given")


def _section(k: int, chapter: Chapter, writer: Writer, known: set[str]) -> Iterator[str]:
    yield f'<section id="chapter-{k}" class="{_kind(chapter.title)}">'
    yield f"<h2>{_words(chapter.title)}</h2>"
    if chapter.says:
        yield f'<p class="soft">{_words(chapter.says)}</p>'
    given = [node for node in chapter.nodes if node.formula is None]
    for node in chapter.nodes:
        if node.formula is not None:
            yield _article(node, writer, known)
    if given:
        yield f'<div class="gives">{"".join(_given(node, writer) for node in given)}</div>'
    if chapter.lines:
        yield f"<ul>{''.join(f'<li>{_words(line)}</li>' for line in chapter.lines)}</ul>"
    yield "</section>"


def _article(node: Node, writer: Writer, known: set[str]) -> str:
    links = [_link(part, known) for part in node.parts]
    came = f'<p class="from">from {"".join(links)}</p>' if links else ""
    said = f'<span class="says">{_words(node.says)}</span>' if node.says else ""
    kind = BY_NAME.get(node.quantity.name.rpartition(".")[2], "") if node.quantity else "update"
    return (
        f'<article id="{anchor(node)}" class="{kind}"><p>{_name(node)}'
        f"{said}</p>"
        f'<div class="formula">{_math(node, writer)}</div>{came}</article>'
    )


def _math(node: Node, writer: Writer) -> str:
    assert node.formula is not None
    value = writer.style.number(node.digits)
    rows = [("=", writer.letters(node.formula))]
    if writer.numbers(node.formula) != value:
        first, *more = writer.lines(node.formula)
        rows += [("=", first), *(("", line) for line in more)]
    rows.append(("=", f"<mrow class='value'>{value}</mrow>"))
    left = [_sign(node, writer), *[""] * (len(rows) - 1)]
    cells = "".join(
        f"<mtr><mtd>{name}</mtd><mtd>{sign and '<mo>=</mo>'}</mtd><mtd>{line}</mtd></mtr>"
        for name, (sign, line) in zip(left, rows, strict=True)
    )
    return f"<math displaystyle='true'><mtable displaystyle='true'>{cells}</mtable></math>"


def _sign(node: Node, writer: Writer) -> str:
    if node.quantity is None:
        return writer.style.name(node.symbol)
    return writer.style.quantity(node.quantity)


def _given(node: Node, writer: Writer) -> str:
    value = f"<mo>=</mo>{writer.style.number(node.digits)}" if node.digits else ""
    shown = f"<math>{_sign(node, writer)}{value}</math>"
    says = f" {_words(node.says)}" if node.says else ""
    name = f"<code>{html.escape(node.address or node.symbol)}</code>"
    return f'<div id="{anchor(node)}">{shown}<small>{name}{says}</small></div>'


def _name(node: Node) -> str:
    name = f"<code>{html.escape(node.address or node.symbol)}</code>"
    own = node.address and node.symbol != node.address
    return f"<b>{html.escape(node.symbol)}</b> {name}" if own else name


def _link(part: Node, known: set[str]) -> str:
    target, text = anchor(part), html.escape(part.symbol)
    return f'<a href="#{target}">{text}</a>' if target in known else f"<span>{text}</span>"


def _words(text: str) -> str:
    """Prose: `code` and *stress* as in Markdown."""
    pieces = html.escape(text).split("`")
    made = "".join(f"<code>{p}</code>" if k % 2 else p for k, p in enumerate(pieces))
    stressed = made.split("*")
    return "".join(f"<em>{p}</em>" if k % 2 else p for k, p in enumerate(stressed))
