"""The page of the command line: each command with its options, and what it says with --json."""

from __future__ import annotations

import textwrap
from typing import Any

from chainrule.cli.app import COMMANDS, make_app
from docs.pages.json_examples import json_part, pretty, printed, said, working_folder
from docs.pages.markdown import MADE, code, table

FAILS = "train circels"
CODES = [
    (0, "done"),
    (1, "the call was right, but the task failed"),
    (2, "what was asked can't be done: an unknown name, option, file or value"),
    (130, "interrupted by Ctrl-C or SIGTERM; the run is kept and can be resumed"),
]
KINDS = {"list[str]": "text", "str": "text", "int": "whole number", "float": "number", "bool": ""}


def page() -> str:
    with working_folder():
        return "\n\n".join([introduction(), *map(command_section, COMMANDS), errors()])


def introduction() -> str:
    return f"""{MADE}
# Command line

`chainrule COMMAND --help` says the same as this page. `chainrule --version` prints the version.

Results go to stdout, progress and notes to stderr. With `--json` stdout holds exactly one object,
on one line. The examples below are real ones, broken into lines; their numbers are cut to six
digits, and what depends on the machine (versions, seconds, fingerprint, the number of snapshots)
stands for any such value.

## Exit codes

{table(["code", "meaning"], [(code(n), text) for n, text in CODES])}"""


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
    shown = said_default.rstrip("]")
    if not shown and default not in (None, False):
        shown = code(default)
    return code(argument.names[0]), KINDS[takes], shown, text


def errors() -> str:
    _, _, one_line = printed(FAILS)
    _, as_json = said(f"{FAILS} --json")
    return f"""## Errors

An error says what was called, what it needs, what it got and what to do. It is one line on stderr:

```text
{textwrap.fill(one_line, 96, break_on_hyphens=False)}
```

With `--json` it is one object on stdout instead. `chainrule {FAILS} --json`:

```json
{pretty(as_json)}
```

A traceback means a mistake in chainrule, and is not shown unless the environment variable
`CHAINRULE_TRACEBACK` is set.
"""
