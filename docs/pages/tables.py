"""The page of the tables: every name that stands for an activation, a loss, an optimiser, ..."""

from __future__ import annotations

import re
from typing import Any

from chainrule.core.activations import ACTIVATIONS
from chainrule.core.initializers import INITIALIZERS
from chainrule.core.losses import LOSSES
from chainrule.core.optimizers import OPTIMIZERS
from chainrule.core.penalties import PENALTIES
from chainrule.core.schedules import SCHEDULES
from chainrule.core.tables import Settings, row_to_text
from docs.pages import problems
from docs.pages.markdown import MADE, code, table

ANSWERS = {
    "columns": "numbers: a column for each output",
    "labels": "class numbers 0, 1, ...: one a row",
}


def page() -> str:
    sections = [
        introduction(), activations(), losses(), optimizers(), schedules(), starting_values(),
        penalties(), problems.section(), pictures(),
    ]  # fmt: skip
    return "\n\n".join(sections) + "\n"


def introduction() -> str:
    return f"""{MADE}
# Tables

Each name below is a row of a table in the program. It can stand wherever its kind is asked for: on
the command line, in a settings file, in `Dense`, `Spec` and `Training`. Settings stand in brackets
behind it, each with its name: `huber(delta=2)`, `adam(beta1=0.5)`, `step(every=30)`."""


def activations() -> str:
    rows = [
        (code(row.name), code(row.formula), activation_notes(row)) for row in ACTIVATIONS.values()
    ]
    return f"""## Activations

`Dense(units, activation)`, `--activation`. From `chainrule.core.activations`; *a* is the output of
a unit and *z* what comes into it.

{table(["name", "formula", "notes"], rows)}"""


def activation_notes(row: Any) -> str:
    notes = []
    if row.kinks:
        kinks = ", ".join(f"{k:g}" for k in row.kinks)
        notes.append(f"no slope at z = {kinks}; that below it is taken")
    if row.output_only:
        notes.append("in the last layer only")
    if row.slope is None:
        notes.append("mixes the numbers of a row")
    return "; ".join(notes)


def losses() -> str:
    head = ["name", "formula", "settings", "last activation", "answers", "notes"]
    return f"""## Losses

`Spec(..., loss=)`, `--loss`. From `chainrule.core.losses`; *l* is the share of one number of the
output *a* whose right answer is *y*. How shares are added up: [conventions](conventions.md).

{table(head, [loss_row(row) for row in LOSSES.values()])}"""


def loss_row(row: Any) -> tuple[str, ...]:
    last = code(row.last) if row.last else "any"
    notes = sentence(row.__doc__) if isinstance(row, Settings) else ""
    return code(row.name), code(row.formula), settings_told(row), last, ANSWERS[row.targets], notes


def optimizers() -> str:
    return f"""## Optimisers

`Training(optimizer=)`, `--optimizer`. From `chainrule.core.optimizers`; *θ* is a parameter, *g* its
gradient, and *t* counts the steps from 1.

{settings_table(OPTIMIZERS)}"""


def schedules() -> str:
    rows = []
    for name, row in SCHEDULES.items():
        formula, _, notes = row.__doc__.partition(": ")
        rows.append((code(name), code(formula), settings_told(row()), sentence(notes)))
    return f"""## Schedules

`Training(schedule=)`, `--schedule`. From `chainrule.core.schedules`; the learning rate of a step is
`learning_rate` times this. *t* is the step, *epoch* the number of whole epochs before it,
*progress* the share of the run before it, *falls* how often the loss stood still.

{table(["name", "factor", "settings", "notes"], rows)}"""


def starting_values() -> str:
    return f"""## Starting values

`Dense(..., init=, bias_init=)`. From `chainrule.core.initializers`; U is a uniform, N a normal
distribution. `fan_in` is the number of a layer's inputs, `fan_out` that of its units.

{settings_table(INITIALIZERS)}"""


def penalties() -> str:
    rows = [(code(row.name), code(row.formula)) for row in PENALTIES.values()]
    return f"""## Penalties

From `chainrule.core.penalties`, on weights and never on biases. Their strength is a field of
`Training` of the same name.

{table(["name", "formula"], rows)}"""


def pictures() -> str:
    from chainrule.plots import KINDS

    rows = [(code(kind.name), kind.heading, kind.look) for kind in KINDS.values()]
    return f"""## Pictures

`chainrule plot RUN --only NAME`, `chainrule.plots.draw(run, folder, only=[...])`. Those that fit
the data are drawn: [look at a run](../how-to/pictures.md).

{table(["name", "shows", "what to look at"], rows)}"""


def settings_table(rows: dict[str, Any]) -> str:
    found = []
    for name, row in rows.items():
        formulas, notes = told(row.__doc__)
        found.append((code(name), formulas, settings_told(row()), notes))
    return table(["name", "formula", "settings", "notes"], found)


def settings_told(row: Any) -> str:
    held = row.settings() if isinstance(row, Settings) else {}
    told = {k: row_to_text(v) if isinstance(v, Settings) else repr(v) for k, v in held.items()}
    return ", ".join(code(f"{k}={v}") for k, v in told.items()) or "-"


def told(docstring: str) -> tuple[str, str]:
    """A docstring's formulas, each on its line, and what it says besides."""
    first, _, rest = docstring.partition("\n")
    formula = r"[θmv]\S? (?:←|=) .+?(?=\s{3,}|$)"
    found = [f.strip() for f in re.findall(formula, docstring, re.MULTILINE)]
    if found:
        left = re.sub(formula, "", docstring, flags=re.MULTILINE)
        return "<br>".join(map(code, found)), sentence(left)
    if re.match(r"[UN]\(", first):
        head, more = re.split(r": |(?= as `)|$", first, maxsplit=1)
        return code(head.rstrip(".")), sentence(f"{more} {rest}")
    return "-", sentence(docstring)


def sentence(text: str) -> str:
    words = " ".join(text.split())
    return words if words[1:2] == " " else words[:1].upper() + words[1:]
