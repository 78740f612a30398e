"""chainrule explain RUN|PROBLEM"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from cyclopts import Parameter

from chainrule.cli.options import Force, Json, Quiet
from chainrule.cli.screen import Screen

if TYPE_CHECKING:
    from chainrule.data.problems import Problem
    from chainrule.records import StepRecord
    from chainrule.trace.story import Page

FORMATS = ("terminal", "markdown", "html", "json")
SUFFIXES = {
    ".html": "html", ".htm": "html", ".md": "markdown", ".json": "json", ".txt": "terminal",
}  # fmt: skip
OTHERS = ".html, .md or .json"
WHOLE = 40  # numbers: so many are shown on the screen whatever their depth
NEAR = 2  # levels of formulas, of more


class Step(NamedTuple):
    """One step to explain, and whose it is."""

    made: StepRecord
    names: Mapping[str, str]
    of: str  # "mazur", or the run file's name
    problem: Problem | None  # where it is the problem's own run, as its source made it


def explain(
    source: Annotated[str, Parameter(name="RUN", help="A run file, or the name of a problem.")],
    /,
    *,
    of: Annotated[
        str | None, Parameter(help="One number: 1.W[0,0], 0.dz[0,1], loss, or the source's w5.")
    ] = None,
    step: Annotated[
        int | None, Parameter(help="Which update. [default: 1 of a problem, a run's last]")
    ] = None,
    sample: Annotated[
        int | None, Parameter(help="A row of the training part: show its share.")
    ] = None,
    depth: Annotated[
        int | None,
        Parameter(
            help="Levels of formulas below --of. [default: 2 on the screen where it is long]"
        ),
    ] = None,
    format: Annotated[
        str | None, Parameter(help="terminal, markdown, html or json. [default: as --output ends]")
    ] = None,
    output: Annotated[str | None, Parameter(help="Write to this file.")] = None,
    force: Force = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Where a number comes from: the formula, its numbers, and where those come from."""
    kind = _format(format, output, as_json=as_json)
    screen = Screen("explain", as_json=kind == "json", quiet=quiet)
    _check_output(output, force=force)
    step = _step_of_address(of, step)
    _check_depth(depth, of)
    page = _page(_step(screen, source, step), of, sample, depth, short=kind == "terminal")
    if output is not None:
        _write(screen, page, kind, output, source)
    elif kind == "json":
        screen.give(**_json(page, source))
    elif not quiet:
        _show(page, kind)
    return 0


def _format(format: str | None, output: str | None, *, as_json: bool) -> str:
    from chainrule.core.checks import one_of
    from chainrule.core.errors import UsageError

    if format is not None:
        one_of("explain", "--format", format, FORMATS)
    if as_json and format not in (None, "json"):
        raise UsageError(
            "explain --json", "one format", f"--format {format} beside it", "Leave one of them out."
        )
    if as_json:
        return "json"
    if format is not None or output is None:
        return format or "terminal"
    suffix = Path(output).suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError(
            f"explain --output {output}", f"a name that ends in {', '.join(SUFFIXES)}",
            repr(suffix or "no ending"), "Or say which it is: --format markdown.",
        )  # fmt: skip
    return SUFFIXES[suffix]


def _check_depth(depth: int | None, of: str | None) -> None:
    from chainrule.core.checks import whole
    from chainrule.core.errors import UsageError

    if depth is None:
        return
    whole("explain", "--depth", depth)
    if of is None:
        raise UsageError(
            "explain --depth", "--of with it, the number to begin at", "none", "Try --of loss."
        )


def _check_output(output: str | None, *, force: bool) -> None:
    from chainrule.core.errors import UsageError

    if output is not None and Path(output).exists() and not force:
        raise UsageError(
            f"explain --output {output}", "a path that is free", "a file of that name",
            "Choose another, or replace it with --force.",
        )  # fmt: skip


def _step_of_address(of: str | None, step: int | None) -> int | None:
    """The step an address begins with, or --step; they may not differ."""
    from chainrule.core.errors import UsageError
    from chainrule.trace.address import step_of

    named = None if of is None else step_of(of)
    if named is not None and step not in (None, named):
        raise UsageError(
            "explain", "one step", f"--step {step} and an address of step {named}",
            "Leave one of them out.",
        )  # fmt: skip
    return step if named is None else named


# ------------------------------------------------------------------------------------- the step


def _step(screen: Screen, source: str, step: int | None) -> Step:
    """The record of that step, of a run file or of a problem that nobody has to train first."""
    from chainrule.core.errors import UsageError
    from chainrule.data.problems import PROBLEMS

    if source in PROBLEMS and not Path(source).exists():
        return _of_problem(PROBLEMS[source], 1 if step is None else step)
    if not Path(source).exists() and not Path(source).suffix:
        raise UsageError(
            f"explain {source!r}", "a run file, or the name of a problem", "neither",
            f"Problems: {', '.join(PROBLEMS)}. `ls runs` shows the runs made here.",
        )  # fmt: skip
    return _of_run(screen, source, step)


def _of_problem(problem: Problem, step: int) -> Step:
    from chainrule.engine.batches import Batches
    from chainrule.engine.reference import record
    from chainrule.trace.published import state_after

    data = problem.data().fitted(problem.spec)
    _reached(problem.name, step, problem.training.total_steps(data.train.n))
    batches = Batches(data.train, problem.training)
    made = record(
        problem.spec, problem.training, state_after(problem, step - 1), batches(step),
        epoch=batches.epoch(step),
    )  # fmt: skip
    return Step(made, problem.names, problem.name, problem)


def _of_run(screen: Screen, path: str, step: int | None) -> Step:
    from chainrule.cli.info import announce_replay
    from chainrule.engine.batches import Batches
    from chainrule.engine.reference import record
    from chainrule.training.run_file import RunFile

    with RunFile(path) as run:
        steps = run.steps()
        last = steps[-1] if steps else 0
        step = last if step is None else step
        _reached(run.path.name, step, last)
        data = run.data().fitted(run.spec)
        if step - 1 not in steps:
            announce_replay(screen, run, step - 1)
        batches = Batches(data.train, run.training)
        made = record(
            run.spec, run.training, run.state(step - 1), batches(step), epoch=batches.epoch(step)
        )
        return Step(made, run.meta("names") or {}, run.path.name, None)


def _reached(of: str, step: int, last: int) -> None:
    from chainrule.core.errors import UsageError

    if not 1 <= step <= last:
        needs = f"a step from 1 to {last}" if last else "a run that has made a step"
        raise UsageError(
            f"explain step {step} of {of}", needs, f"step {step}" if last else "none",
            "Step t leads from state t − 1 to state t." if last else "`chainrule resume` goes on.",
        )  # fmt: skip


# ------------------------------------------------------------------------------------- the page


def _page(
    step: Step, of: str | None, sample: int | None, depth: int | None, *, short: bool
) -> Page:
    from chainrule.trace.published import wrong_figures
    from chainrule.trace.story import one_number, whole_step
    from chainrule.trace.walk import Trace

    made = step.made
    trace = Trace(made, sample=sample, names=step.names)
    row = "" if sample is None else f", row {sample}"
    if of is not None:
        root = trace.node(of)
        name = root.address if root.symbol == root.address else f"{root.symbol} = {root.address}"
        title = f"Where {name} comes from: step {made.t} of {step.of}{row}"
        if depth is None and short and sum(1 for _ in root.each()) > WHOLE:
            depth = NEAR
        return one_number(trace, of, title, depth=depth)
    network = f"{made.spec}, {made.spec.loss.name}, {made.training.optimizer.name}"
    more = wrong_figures(step.problem) if step.problem is not None and made.t == 1 else ()
    return whole_step(trace, f"Step {made.t} of {step.of}{row}: {network}", more)


def _json(page: Page, source: str) -> dict[str, Any]:
    of = None if page.root is None else page.root.address
    return {"source": source, "step": page.trace.made.t, "of": of, **page.to_json()}


def _text(page: Page, kind: str) -> str:
    """The page in a format that is a text."""
    from chainrule.trace.markdown import markdown
    from chainrule.trace.page_html import page_html

    made: dict[str, Callable[[Page], str]] = {"markdown": markdown, "html": page_html}
    return made[kind](page)


def _write(screen: Screen, page: Page, kind: str, output: str, source: str) -> None:
    import json

    from chainrule.cli.explain_screen import plain
    from chainrule.model import write_safely

    if kind == "json":
        found = {"schema": 1, "command": "explain", **_json(page, source)}
        text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    else:
        text = plain(page) if kind == "terminal" else _text(page, kind)
    write_safely(Path(output), text.encode())
    plainly = f" (plain text; {OTHERS} for others)" if kind == "terminal" else ""
    screen.note(f"{page.title}: {output}{plainly}")


def _show(page: Page, kind: str) -> None:
    from chainrule.cli.explain_screen import draw

    if kind == "terminal":
        draw(page)
    else:
        print(_text(page, kind), end="")
