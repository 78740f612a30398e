"""chainrule doctor RUN"""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from chainrule.cli.options import Json, ProgramOptions, Quiet
from chainrule.cli.screen import Screen

if TYPE_CHECKING:
    from chainrule.doctor.findings import Diagnosis, Finding

WIDTH = 96
AS_READ = ProgramOptions()
SHOWN = 3  # findings
All = Annotated[
    bool,
    Parameter(
        name="--all", negative=(), show_default=False, help="Show all findings, not only three."
    ),
]


def doctor(
    path: Annotated[str | None, Parameter(name="RUN", help="A run file.")] = None,
    /,
    *,
    why_stuck: Annotated[
        str | None,
        Parameter(
            help="A problem, a table, a run file or a program (.py): bug, bad luck or settings?"
        ),
    ] = None,
    starts: Annotated[int, Parameter(help="How many starts --why-stuck trains.")] = 100,
    of_program: ProgramOptions = AS_READ,
    show_all: All = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Say why a run does not learn. 0: healthy; 1: something was found; 2: not all is known."""
    from chainrule.core.checks import whole
    from chainrule.core.errors import UsageError

    screen = Screen("doctor", as_json=as_json, quiet=quiet)
    if (path is None) == (why_stuck is None):
        raise UsageError(
            "chainrule doctor", "a run file, or --why-stuck with a problem, run or program",
            "neither" if path is None else "both", "Try: chainrule doctor --why-stuck xor",
        )  # fmt: skip
    whole("doctor", "--starts", starts)
    if path is not None:
        _nothing_for_a_run(of_program)
        diagnosis: Diagnosis | None = _examined(path)
    else:
        diagnosis = _stuck(screen, str(why_stuck), starts, of_program)
    if diagnosis is None:
        return 130
    screen.give(of=path or why_stuck, **without_schema(diagnosis))
    shown = diagnosis.findings if show_all else diagnosis.findings[:SHOWN]
    _tell(screen, diagnosis, str(path or why_stuck), shown)
    return {"healthy": 0, "unknown": 2}.get(diagnosis.cause, 1)


def _nothing_for_a_run(given: ProgramOptions) -> None:
    from chainrule.core.errors import UsageError

    if given != AS_READ:
        raise UsageError(
            "chainrule doctor", "settings only for a program", "some for a run",
            "A run file holds its own. Try: chainrule doctor --why-stuck net.py --data xor",
        )  # fmt: skip


def without_schema(diagnosis: Diagnosis) -> dict[str, Any]:
    """The diagnosis as a part of what a command prints: the schema is said once, outside."""
    return {key: value for key, value in diagnosis.to_json().items() if key != "schema"}


def _examined(path: str) -> Diagnosis:
    from chainrule.core.errors import UsageError
    from chainrule.data.problems import PROBLEMS
    from chainrule.doctor.examine import diagnose

    if path in PROBLEMS and not Path(path).exists():
        raise UsageError(
            f"chainrule doctor {path}", "a run file", "the name of a problem",
            f"Of a problem: chainrule doctor --why-stuck {path}. Of a run of it: "
            f"chainrule train {path} --run my.chainrule, then chainrule doctor my.chainrule.",
        )  # fmt: skip
    return diagnose(path)


def _stuck(screen: Screen, what: str, starts: int, of_program: ProgramOptions) -> Diagnosis | None:
    """The answer; None where Ctrl-C came first, and how far the starts were is said."""
    from chainrule.cli import progress
    from chainrule.doctor.program import Instead
    from chainrule.doctor.why import Stopped, why_stuck
    from chainrule.training.loop import Interrupts

    interrupts = Interrupts()
    try:
        with interrupts, progress.starts(screen) as report:
            return why_stuck(
                what, starts=starts, instead=Instead(**vars(of_program)), report=report,
                stop=lambda: interrupts.received is not None,
            )  # fmt: skip
    except Stopped as stopped:
        screen.failed(stopped)
        return None


def _tell(screen: Screen, diagnosis: Diagnosis, of: str, shown: tuple[Finding, ...]) -> None:
    from chainrule.doctor.words import title, verdict

    opens = diagnosis.starts or diagnosis.cause in ("bug", "unknown") or not diagnosis.findings
    if opens:
        screen.say(textwrap.fill(verdict(diagnosis), WIDTH))
    for note in diagnosis.notes:
        screen.say(_filled(note.replace("RUN", of)))
    for k, finding in enumerate(shown):
        if k or opens:
            screen.say()
        if k == 1:
            screen.say("Seen as well:\n")
        screen.say(title(finding))
        advice = "" if k else f"\n{finding.try_this.replace('RUN', of)}"
        screen.say(_filled(finding.sentence + advice))
    left = len(diagnosis.findings) - len(shown)
    if left > 0:
        screen.say(f"\n{left} more: --all shows {'it' if left == 1 else 'them'}.")


def _filled(text: str) -> str:
    lines = (textwrap.fill(line, WIDTH - 2, break_on_hyphens=False) for line in text.splitlines())
    return textwrap.indent("\n".join(lines), "  ")
