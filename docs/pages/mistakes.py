"""The pages of the mistakes: one for each that some program can show, and a list of them all."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from chainrule.checker.mistakes import KnownMistake
from chainrule.checker.mistakes import table as known_mistakes
from docs.pages.markdown import MADE, table

PLAIN = {  # what stands for the names in braces where there is no learner's program to name
    "layer": "one layer", "f": "the activation", "factor": "a constant factor",
    "W": "W", "b": "b", "dW": "dW", "db": "db", "d": "d",
}  # fmt: skip
FAMILIES = {
    "forward": "Forward: from the input to the answer",
    "loss": "The loss",
    "output delta": "The last delta: from the loss into the network",
    "hidden delta": "The hidden deltas: from layer to layer",
    "weight gradient": "The gradient of the weights",
    "bias gradient": "The gradient of the biases",
    "update": "The update",
    "data": "Data and labels",
    "start": "The start",
    "loop": "The training loop, checks and tests",
}
MET = {"+": "one or two places", "++": "three or four places", "+++": "five or more places"}
FORMS_SAID = {
    "gradient function": "a function that gives gradients",
    "update function": "a function that makes a step",
    "object": "an object that trains",
    "functions": "single functions",
    "script": "a script",
    "numbers": "numbers alone",
}
SIGNS = re.compile(r"(?<!\S)(?:[=#0]|×[^ ,.;]+)(?: (?:[=#0]|×[^ ,.;]+)){5}(?![^ ,.;])")
LETTERS = """## Letters and signs

Rows are samples. A layer is z = a₋ W + b and a = f(z): a₋ is what the layer before hands on (x in
the first), W its weights, b its biases, f its activation. y are the right answers, L is the loss.

- d, the *delta* of a layer, is the gradient of its z: how fast the loss changes with it.
- dW = a₋ᵀ d and db = the sum of d over the rows.
- d₊ and W₊ belong to the next layer. da, the gradient of a, is d₊ W₊ᵀ; in the last layer it comes
  from the loss.
- m rows in the batch, N in the data set, k outputs; η is the learning rate, λ the strength of a
  penalty on weights.
- ⊙ multiplies number by number; ᵀ turns a matrix over; f′ is the slope of f.

Six signs, such as `# # # # = =`, tell how dW1 db1 dW2 db2 dW3 db3 of a network with three layers
compare with the right ones: `=` right, `0` zero, `×m` m times too large, `#` different."""


def pages() -> dict[str, Callable[[], str]]:
    """A page for each mistake that some program can show, and one that lists them all."""
    found: dict[str, Callable[[], str]] = {"mistakes/index.md": index}
    for row in known_mistakes().values():
        if row.forms:
            found[f"mistakes/{page_name(row)}"] = partial(page, row)
    return found


def page_name(row: KnownMistake) -> str:
    words = re.findall("[a-z0-9]+", row.name.lower().replace("'", ""))
    return "-".join([f"{row.id:02d}", *words]) + ".md"


def page(row: KnownMistake) -> str:
    return f"""{MADE}
# {row.id}. {capital(row.name)}

{what_is_wrong(row)}

## In numbers

{linked(signed(row.numbers))}

## See it yourself

{linked(row.see)}

{where_it_was_met(row)}

## Near it

{near(row)}

What the letters and signs mean is said [before the list of all](index.md#letters-and-signs).
"""


def what_is_wrong(row: KnownMistake) -> str:
    """In words, as formulas and in code."""
    return f"""**{plain(row.sentence)}**

{plain(row.why)}

| | formula |
| --- | --- |
| right | `{plain(row.right)}` |
| wrong | `{plain(row.wrong)}` |

## In code

{fragment("Wrong", row.code_wrong)}

{fragment("Right", row.code_right)}"""


def where_it_was_met(row: KnownMistake) -> str:
    forms = ", ".join(FORMS_SAID[form] for form in row.forms)
    sources = "\n".join(f"- {source}" for source in row.source.split("; "))
    return f"""## Where it was met

Met in {MET[row.frequency]}, among them:

{sources}

`chainrule check` can find it in {forms}."""


def capital(name: str) -> str:
    """z (1 − z) is a formula and stays as it is."""
    return name if name.startswith("z ") else name[:1].upper() + name[1:]


def fragment(caption: str, lines: str) -> str:
    return f"```{{code-block}} python\n:caption: {caption}\n\n{lines.strip()}\n```"


def plain(text: str) -> str:
    said = text.format(**PLAIN)
    return said[0].upper() + said[1:] if text.startswith("{layer}") else said


def link(row: KnownMistake, text: str = "") -> str:
    shown = text or f"{row.id}. {row.name}"
    return f"[{shown}]({page_name(row)})" if row.forms else shown


def linked(text: str) -> str:
    """`mistake 29` leads to its page."""
    rows = known_mistakes()
    return re.sub(r"mistake (\d+)", lambda found: link(rows[int(found[1])], found[0]), text)


def signed(text: str) -> str:
    """Its patterns as code: a line that began with # would be a heading."""
    return SIGNS.sub(r"`\g<0>`", text)


def pattern(row: KnownMistake) -> str:
    """The six signs that `numbers` may begin with: "# # # # = ="."""
    found = SIGNS.match(row.numbers)
    return found[0] if found else ""


def near(row: KnownMistake) -> str:
    """The rows beside it in its family, and those that look the same at first."""
    family = [r for r in known_mistakes().values() if r.where == row.where and r.forms]
    at = family.index(row)
    before = [f"Before it: {link(r)}." for r in family[max(at - 1, 0) : at]]
    after = [f"After it: {link(r)}." for r in family[at + 1 : at + 2]]
    place = re.sub("[^a-z ]", "", FAMILIES[row.where].lower()).replace(" ", "-")
    beside = " ".join([*before, *after, f"[Its family](index.md#{place})."])
    same = "; ".join(map(link, look_alikes(row)))
    return f"{beside}\n\nThe same signs at first: {same}." if same else beside


def look_alikes(row: KnownMistake) -> list[KnownMistake]:
    signs = pattern(row)
    others = [r for r in known_mistakes().values() if r.forms and r != row]
    return [other for other in others if signs and pattern(other) == signs]


def index() -> str:
    rows = known_mistakes().values()
    families = "\n\n".join(family_section(where, title) for where, title in FAMILIES.items())
    names = "\n".join(page_name(row).removesuffix(".md") for row in rows if row.forms)
    return f"""{MADE}
# The mistakes, by family

{len(rows)} mistakes that people make when they write a neural network by hand, each met in public
code or questions. [`chainrule check`](../tutorial/it-does-not-learn.md) looks for those that have a
page, {sum(bool(row.forms) for row in rows)} of them;
[how it decides](../why/naming-mistakes.md). The others have a sentence here: they don't show in a
gradient or a step, or do no harm. Those in **bold** were met most often, in five or more places.

{LETTERS}

{families}

```{{toctree}}
:hidden:

{names}
```
"""


def family_section(where: str, title: str) -> str:
    rows = [row for row in known_mistakes().values() if row.where == where]
    cells = [
        (f"**{link(row)}**" if row.frequency == "+++" else link(row), plain(row.sentence))
        for row in rows
    ]
    return f"## {title}\n\n{table(['mistake', 'what is wrong'], cells)}"
