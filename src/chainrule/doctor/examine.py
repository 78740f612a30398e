"""From a run to its diagnosis: which states are looked at, and what is found."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from chainrule.core.errors import UsageError
from chainrule.data.parts import Data
from chainrule.doctor.chart import Chart
from chainrule.doctor.consequences import ordered
from chainrule.doctor.findings import Diagnosis
from chainrule.doctor.illnesses import ILLNESSES
from chainrule.doctor.looks import early_states, look
from chainrule.doctor.signs_of_rate import word_of_more
from chainrule.engine.rates import falls_of
from chainrule.engine.reference import start_memory
from chainrule.network import Network
from chainrule.records import State
from chainrule.spec import Spec, Training
from chainrule.training.history import History
from chainrule.training.loop import Result
from chainrule.training.run_file import RunFile

MIDDLE = 3  # snapshots between the start and the end that are looked at
LARGE = 100_000  # parameters; above, a snapshot takes long to read, and one has to do


def diagnose(
    run: str | Path | RunFile | Result, *, start: Network | None = None,
    data: Data | None = None, training: Training | None = None,
) -> Diagnosis:  # fmt: skip
    """What is ill in a run: `diagnose("runs/xor-1.chainrule")`, or what `fit` has returned.

    A Result does not hold where it came from: hand over `start`, the network as it was before
    training, with its data and training. Nothing is changed, and the same run gives the same
    findings.
    """
    if isinstance(run, Result):
        return findings_of(_chart_of_result(run, start, data, training))
    if isinstance(run, RunFile):
        return findings_of(chart_of_run(run))
    if not isinstance(run, str | os.PathLike):
        raise UsageError(
            "diagnose", "the path of a run file, an open RunFile, or what fit returned",
            type(run).__name__, 'diagnose("runs/circles-1.chainrule").',
        )  # fmt: skip
    with RunFile(run) as opened:
        return findings_of(chart_of_run(opened))


def findings_of(chart: Chart) -> Diagnosis:
    """Every row of the table looked for: causes in the table's order, then what follows."""
    with np.errstate(all="ignore"):
        found = [illness.look_for(chart) for illness in ILLNESSES.values()]
    findings = ordered([finding for finding in found if finding is not None])
    more = "" if findings else word_of_more(chart)
    notes = (more,) if more else ()
    return Diagnosis(findings, "settings" if findings else "healthy", notes=notes)


def chart_of_run(run: RunFile) -> Chart:
    """A run file's chart: its start, some states near it, three snapshots, and its end."""
    held = run.steps()
    ended = run.ended or {"reason": "interrupted", "step": held[-1], "why": ""}
    inner = [step for step in held[1:-1] if step != ended["step"]]
    few = MIDDLE if run.spec.parameters <= LARGE else 1
    picked = [inner[k * len(inner) // (few + 1)] for k in range(1, few + 1)] if inner else []
    states = run.states(sorted({held[0], *picked, held[-1]}))
    return chart_of(
        run.spec, run.training, run.data(), run.history(), states,
        ended["reason"], ended.get("why", ""),
    )  # fmt: skip


def chart_of(
    spec: Spec, training: Training, data: Data, history: History, states: Iterable[State],
    ended: str, why: str = "",
) -> Chart:  # fmt: skip
    """A chart from states in rising order; the first one is the start."""
    held = list(states)
    start = held[0]._replace(control={**held[0].control, "falls": falls_of(held[-1])})
    early = early_states(spec, training, start, data, held[-1].step)
    by_step = {state.step: state for state in [*early, *held]}
    looks = tuple(look(spec, training, by_step[step], data) for step in sorted(by_step))
    return Chart(spec, training, data, history, looks, ended, why)


def _chart_of_result(
    result: Result, start: Network | None, data: Data | None, training: Training | None
) -> Chart:
    missing = [
        name
        for name, value in {"start": start, "data": data, "training": training}.items()
        if value is None
    ]
    if start is None or data is None or training is None:
        raise UsageError(
            "diagnose", "start=, data= and training= beside what fit returned",
            f"no {', no '.join(missing)}", "Or diagnose the run file: fit(..., run=...).",
        )  # fmt: skip
    states = [first_state(start, training), result.ended.state]
    return chart_of(start.spec, training, data, result.history, states, result.ended.reason)


def first_state(start: Network, training: Training) -> State:
    """A network before its first step."""
    return State(0, start.params, start_memory(start.spec, training, start.params), {})
