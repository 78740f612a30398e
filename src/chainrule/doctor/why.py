"""Bug, bad luck or settings: the same settings from 100 starts.

A program is checked for mistakes first. Then every start is drawn anew, with seeds 0, 1, ..., and
all are trained alike. Where nine in ten or more end stuck, the start is not to blame.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from chainrule.core.errors import TaskError, UsageError
from chainrule.data.parts import Data
from chainrule.data.problems import PROBLEMS, find
from chainrule.data.sets import SETS, load
from chainrule.data.suggestion import suggest
from chainrule.doctor.chart import constant_loss, measure
from chainrule.doctor.examine import chart_of, chart_of_run, findings_of, first_state
from chainrule.doctor.findings import Diagnosis, Finding
from chainrule.doctor.looks import sample
from chainrule.doctor.program import (
    Instead,
    Unread,
    checked,
    finding_of,
    is_beside,
    judged,
    read,
    unread,
)
from chainrule.network import Network
from chainrule.spec import Spec, Training
from chainrule.training.crowd import alone
from chainrule.training.evaluation import part_loss
from chainrule.training.loop import fit
from chainrule.training.many import is_drawn, train_all, with_seed
from chainrule.training.not_finite import NotFinite
from chainrule.training.run_file import RunFile
from chainrule.training.starts import Many, Report

STARTS = 100
NEARLY_ALL = 0.9  # of the starts stuck: then it is the settings
LEARNT = 0.75  # of the best start's skill: a start that has less is stuck
AS_READ = Instead()
NOTHING = 0.1  # the best start's skill; below, none has learnt


class Stopped(TaskError):
    """Somebody stopped the starts before enough was known; the text says how far they were."""


@dataclass(frozen=True, eq=False)
class Question:
    """What is trained again and again, and how the run in question ended, if there was one."""

    spec: Spec
    training: Training
    data: Data  # fitted
    findings: tuple[Finding, ...] = ()
    loss: float | None = None  # of the run in question, at its end
    ended: str = ""
    networks: tuple[Network, ...] = ()  # the starts; empty: drawn as the specification says
    own: bool = False  # the first of these networks is the run in question


def why_stuck(
    what: str | Path, *, starts: int = STARTS, instead: Instead = AS_READ,
    report: Report = lambda *_: None, stop: Callable[[], bool] = lambda: False,
) -> Diagnosis:  # fmt: skip
    """Why does it not learn: a problem, a table of one's own, a run file, or a program (.py).

    A table is asked with the network and the training that `suggest` chooses for it.

    cause "bug": the program has a mistake; "bad luck": other starts learn, with the same settings;
    "settings": nine in ten starts or more don't; "healthy": all do, or this run did; "unknown": no
    mistake in the program, and its settings can't be read. instead: settings of a program that are
    not read in it but given.
    """
    name = str(what)
    if name.endswith(".py"):
        return _of_program(name, instead, starts, report, stop)
    if instead.names:
        raise UsageError(
            f"why stuck {name!r}", f"no {', '.join(instead.names)}",
            "a problem or a run, which has its own", "Leave them out, or name a program (.py).",
        )  # fmt: skip
    if name in PROBLEMS:
        problem = find(name)
        data = problem.data().fitted(problem.spec)
        return answer(Question(problem.spec, problem.training, data), starts, report, stop)
    if name in SETS or is_table(Path(what)):
        data = load(name) if name in SETS else Data.from_file(name)
        spec, training = suggest(data)
        return answer(Question(spec, training, data.fitted(spec)), starts, report, stop)
    if not Path(what).exists():
        raise UsageError(
            f"why stuck {name!r}", "a built-in problem, a table, a run file, or a program (.py)",
            "nothing of that name", f"Problems: {', '.join(PROBLEMS)}; `ls runs` shows the runs.",
        )  # fmt: skip
    with RunFile(what) as run:
        return answer(question_of(run), starts, report, stop)


def is_table(path: Path) -> bool:
    """A file that is no run: neither called so nor a database inside."""
    if not path.is_file() or path.suffix == ".chainrule":
        return False
    with path.open("rb") as file:
        return not file.read(16).startswith(b"SQLite format 3")


def question_of(run: RunFile) -> Question:
    """A run's own settings, what is ill in it, and its end."""
    chart = chart_of_run(run)
    best = min(chart.loss) if run.training.patience is not None else chart.loss[-1]
    return Question(
        run.spec, run.training, chart.data.fitted(run.spec), findings_of(chart).findings,
        math.inf if chart.is_not_finite else float(best), chart.ended,
    )  # fmt: skip


def answer(
    question: Question, starts: int, report: Report, stop: Callable[[], bool]
) -> Diagnosis:  # fmt: skip
    """Train the starts, count the stuck ones, and say what that means."""
    spec, training = question.spec, question.training
    networks, seeds = _networks(question, starts)
    one = len(networks) == 1 < starts
    notes = ["Its starting weights are given, not drawn: there is one start."] if one else []
    if 1 < len(networks) < starts:
        notes.append(f"Its weights were drawn {len(networks)} times; more takes too long.")
    reason = alone(spec, training, question.data.train)
    if reason:
        notes.append(reason)
    ends = train_all(networks, question.data, training, seeds, report=report, stop=stop)
    if "interrupted" in ends.ended:
        raise _stopped(ends, training, question.data)
    if question.own:
        question = replace(question, loss=float(ends.losses[0]), ended=ends.ended[0])
    first = part_loss(spec, networks[0].params, question.data.train)[0]
    bar = _bar(question, ends, first)
    stuck = int(sum(_is_stuck(question, *end, bar) for end in _each(ends)))
    return Diagnosis(
        question.findings, _cause(question, stuck, len(seeds), bar), (stuck, len(seeds)),
        tuple(notes),
    )  # fmt: skip


def _networks(question: Question, starts: int) -> tuple[list[Network], list[int]]:
    """The starts, and a seed for each: of the order of its rows, and where it is drawn of it."""
    if question.networks:
        networks = list(question.networks[:starts])
        return networks, list(range(len(networks)))
    spec, training = question.spec, question.training
    seeds = list(range(starts)) if is_drawn(spec) else [training.seed]
    return [Network.start(with_seed(spec, seed), seed=seed) for seed in seeds], seeds


def _cause(question: Question, stuck: int, of: int, bar: float) -> str:
    mine = question.loss is not None and _is_stuck(question, question.loss, question.ended, bar)
    if stuck >= NEARLY_ALL * of:
        return "settings"
    if mine or (question.loss is None and stuck):
        return "bad luck"
    return "settings" if question.findings else "healthy"


def _each(ends: Many) -> list[tuple[float, str]]:
    return list(zip(ends.losses.tolist(), ends.ended, strict=True))


def _is_stuck(question: Question, loss: float, reason: str, bar: float) -> bool:
    """A run with a target is stuck where it missed it; any other one above the bar."""
    if question.training.stop_below is not None:
        return reason != "target"
    return not loss <= bar


def _bar(question: Question, ends: Many, first: float) -> float:
    """The loss of three quarters of the best start's skill; −∞ where none has learnt.

    Of a single start: the loss of half of all skill.
    """
    rows = sample(question.data.train, question.data.train.n)
    constant = measure(constant_loss(question.spec, rows), rows, first)
    known = [float(np.nanmin(ends.losses)), *([] if question.loss is None else [question.loss])]
    best = constant - min(known)
    if len(ends.losses) == 1:  # nothing to be compared with
        return constant / 2
    return constant - LEARNT * best if best > NOTHING * constant else -math.inf


def _stopped(ends: Many, training: Training, data: Data) -> Stopped:
    arrived = sum(reason == "target" for reason in ends.ended)
    done = sum(reason != "interrupted" for reason in ends.ended)
    reached, total = int(ends.steps.max()), training.total_steps(data.train.n)
    return Stopped(
        "why stuck", "all starts trained to their end",
        f"a stop at step {reached} of {total}, when {done} of {len(ends.seeds)} starts had ended"
        + (f" ({arrived} of them at the target)" if arrived else ""),
        "Fewer starts take less time: --starts 20.",
    )  # fmt: skip


# ------------------------------------------------------------------------------------ programs


def _of_program(
    path: str, instead: Instead, starts: int, report: Report, stop: Callable[[], bool]
) -> Diagnosis:
    """The checker reads it; what it finds is the cause, unless the starts have to tell."""
    verdict = checked(path)
    if verdict.status == "wrong" and not is_beside(verdict.mistakes):
        return Diagnosis(tuple(map(finding_of, verdict.mistakes)), "bug")
    program = read(path, verdict, instead)
    if isinstance(program, Unread):
        return unread(verdict, program)
    question = Question(
        program.spec, program.training, program.data, networks=program.networks,
        own=program.seeded,
    )  # fmt: skip
    found = answer(question, starts, report, stop)
    return judged(verdict, program, found, lambda: _ill(question, stop))


def _ill(question: Question, stop: Callable[[], bool]) -> tuple[Finding, ...]:
    """What the table of illnesses says of the first start, trained once more and looked at."""
    network, data, training = question.networks[0], question.data, question.training
    ended, why, states = "", "", [first_state(network, training)]
    try:
        result = fit(network, data, training, consumers=[lambda _: stop()])
    except NotFinite as error:
        ended, why = "not finite", str(error)
        states += [error.state] if error.state.step else []
        short = replace(training, steps=max(error.state.step, 1))
        try:
            result = fit(network, data, short)
        except NotFinite:
            return ()
    else:
        states.append(result.ended.state)
    chart = chart_of(
        question.spec, training, data, result.history, states, ended or result.ended.reason, why
    )
    return findings_of(chart).findings
