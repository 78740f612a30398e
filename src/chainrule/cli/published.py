"""The figures that a problem's source prints, beside those of a run of it."""

from __future__ import annotations

from typing import Any

from chainrule.cli.screen import Screen
from chainrule.data.parts import Data
from chainrule.data.problems import PROBLEMS
from chainrule.records import State
from chainrule.training.evaluation import part_loss
from chainrule.training.run_file import RunFile


def published(run: RunFile) -> list[dict[str, Any]]:
    """Each figure of the source that this run reaches, and our number for it."""
    problem = PROBLEMS.get(run.source)
    if problem is None or not problem.is_original(run.spec, run.training):
        return []
    reached, data = run.steps()[-1], run.data()
    if data.fingerprint != problem.data().fingerprint:
        return []
    figures = [f for f in problem.published if f.state <= reached]
    states = {state.step: state for state in run.states(sorted({f.state for f in figures}))}
    ours = [_of_state(f, run, data, states[f.state]) for f in figures]
    return [
        {
            "what": f.what, "figure": f.figure, "ours": number,
            "agrees": matches(f.figure, number), "wrong": f.wrong,
        }
        for f, number in zip(figures, ours, strict=True)
    ]  # fmt: skip


def _of_state(figure: Any, run: RunFile, data: Data, state: State) -> float:
    part = data.fitted(run.spec).train
    _, a = part_loss(run.spec, state.params, part, run.engine)
    return float(figure.of(a, part.block(0, part.n)[1]))


def matches(printed: str, ours: float) -> bool:
    """Whether our number, cut or rounded to the digits that were printed, is that figure."""
    digits = len(printed.partition(".")[2])
    return abs(float(printed) - ours) < 10.0**-digits


def tell_published(screen: Screen, run: RunFile, figures: list[dict[str, Any]]) -> None:
    """The source's own figures beside ours, where the run is the source's."""
    if not figures:
        return
    screen.say()
    screen.say("  The source's figures, and ours:")
    reasons = list(dict.fromkeys(figure["wrong"] for figure in figures if figure["wrong"]))
    for figure in figures:
        foot = f"  [{reasons.index(figure['wrong']) + 1}]" if figure["wrong"] else ""
        sign = "=" if figure["agrees"] else "≠"
        screen.say(f"{figure['figure']:>18} {sign} {figure['ours']:<20.15g} {figure['what']}{foot}")
    for k, why in enumerate(reasons):
        screen.say(f"    [{k + 1}] the source is wrong: {why}")
    names, state = run.meta("names"), run.state()
    if names:
        values = ", ".join(f"{name} {_value(state, at):.9g}" for name, at in names.items())
        screen.say(f"    its names, now: {values}")


def _value(state: State, address: str) -> float:
    from chainrule.trace.address import parse

    asked = parse(address, {name: theta.shape for name, theta in state.params.items()})
    return float(state.params[asked.name][asked.place])
