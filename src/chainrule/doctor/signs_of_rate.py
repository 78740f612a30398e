"""Signs of the learning rate, and of a run that ended too early: both are seen in steps."""

from __future__ import annotations

import math

import numpy as np

from chainrule.core.schedules import ends_with_the_run
from chainrule.doctor.chart import Chart
from chainrule.doctor.line import mean_losses, rounded
from chainrule.doctor.looks import Look
from chainrule.doctor.table import Sign
from chainrule.doctor.trend import median

JUMP = 1e-3  # of the loss, by which a step raises it
ABOVE = 1.2  # of the loss at the start
BEYOND = 100.0  # times the rate that suits the start: far too high;
HIGH = 3.0  # times it, where the loss ended above its start
THROWN = 0.5  # of a layer's weights, moved by the first step,
DEAD = 0.01  # of which the last step still moves
SOME = 30  # steps; a run of fewer has only begun
SHORT_STEP = 3e-4  # of a layer's weights
STILL = 0.3  # of their start the weights have moved in the whole run,
HALF = 0.5  # or half of it, at a rate far below the one that suits
BELOW = 40.0  # times lower than the rate that suits the start: too low, where nothing is learnt
PLAIN = 0.05  # skill; a run that has less is where a constant answer is
BEGUN = 1000  # steps; in fewer many a good run has not left the plain,
SHORT = 300  # and in so few it may not have come far
FALLING = 0.08  # of the constant's loss, to be gained by as many steps again;
A_LITTLE = 0.01  # of it: worth a word to a run that is well
LONGER = 4  # times, where the loss is still on the plain; else twice
SPENT = 0.01  # of the learning rate: what a schedule has left of it does no more
NEVER = 1000  # times the run's length: an estimate beyond says nothing


def rate_too_high(chart: Chart) -> Sign | None:
    """Steps overshoot: the loss of the very rows of a step is larger after it than before. One
    such step does not count, if the run recovers."""
    if not len(chart.history) and not chart.is_not_finite:
        return None
    if not (chart.is_not_finite or chart.knows_less_than(0.5) or _rose(chart)):
        return None
    wild = [look for look in chart.looks if _overshoots(look)]
    if not (_blew_up(chart, wild) if chart.is_not_finite else _harmed(chart, wild)):
        return None
    look = chart.looks[0] if _first_step_rises(chart) or not wild else wild[0]
    before, after, better, shorter = _told(chart, look)
    moved, suits = max(look.moves(), default=0.0), _lower(chart)
    step = f"The step from state {look.step}" if look.step else "The first step"
    return Sign(
        look.step,
        {"learning_rate": _rate(chart), "loss_before": before, "loss_after": after,
         "loss_better": better, "moved": moved, "suits": suits},
        f"{step} moves weights {_by(moved)} and takes the mean loss of the rows looked at from "
        f"{before:.4g} to {after:.4g}; {shorter} it would be {better:.4g}.{_too_late(chart)}",
        _start_again(chart, suits),
    )  # fmt: skip


def rate_too_low(chart: Chart) -> Sign | None:
    """The weights hardly move, and a step many times as long would do many times the good."""
    if not chart.knows_less_than(0.9) or chart.is_not_finite:
        return None
    moves = [max(look.moves(), default=0.0) for look in chart.looks]
    travelled, steps = _travelled(chart), chart.steps
    if steps < SOME or not (_creeps(chart, max(moves), travelled) or _far_below(chart, travelled)):
        return None
    rate, line = _rate(chart), chart.line
    suits = rounded(max(line.advice, 3 * rate)) if line else rate * 10
    told = "" if line is None else (
        f" {chart.first_step} takes the mean loss from {line.before:.6g} to {line.whole:.6g}; at a "
        f"rate of {rounded(line.first):g} it would be {line.best:.4g}."
    )  # fmt: skip
    return Sign(
        0, {"learning_rate": rate, "moved": max(moves), "travelled": travelled,
            "gains": _gains(chart.looks[-1]), "suits": suits},
        f"A step moves weights {_by(max(moves))} at most; in {steps} steps they moved "
        f"{_by(travelled)} in all.{told}",
        _start_again(chart, suits),
    )  # fmt: skip


def unfinished(chart: Chart) -> Sign | None:
    """The run was stopped while its loss was falling, or before anything could be seen."""
    if not _could_go_on(chart) or not (chart.knows_less_than(0.5) or _misses_target(chart)):
        return None
    falls, begun = _falls(chart, FALLING), _has_only_begun(chart)
    if not (falls or begun):
        return None
    steps, reached = chart.steps, chart.looks[-1].step
    longer = LONGER if chart.last_skill < 2 * PLAIN else 2
    evidence = {"steps": steps, "loss": float(chart.loss[-1]), "fell": chart.fell_by_epoch,
                "try_steps": chart.first + longer * steps}  # fmt: skip
    told = _forecast(chart) if falls else (
        f"After {steps} steps the loss is {chart.loss[-1]:.4g}; at {chart.beginning} it was "
        f"{chart.loss[0]:.4g}, and a constant answer has {chart.constant:.4g}."
    )  # fmt: skip
    more, advice = _how_to_go_on(chart, chart.first + longer * steps, falls=falls)
    return Sign(reached, evidence, told + more, advice)


def _how_to_go_on(chart: Chart, steps: int, *, falls: bool) -> tuple[str, str]:
    """A sentence more, and what to try."""
    if _is_spent(chart):
        schedule, left = chart.training.schedule, chart.looks[-1].made.learning_rate
        anew = f"--steps {steps}, or " if ends_with_the_run(schedule) else ""
        return (
            f" The schedule {schedule.name} took the learning rate from {_rate(chart):g} to "
            f"{left:.2g}.",
            f"{_again(chart)} with a rate that falls later: {anew}--schedule constant.",
        )
    more = "" if falls else " Many runs need some hundred steps before they learn."
    line, advice = chart.line, f"Train longer: {_longer(chart, steps)}."
    if not falls and line is not None and line.advice > HIGH * _rate(chart):
        advice += f" Or {_again(chart).lower()} with a learning rate of {rounded(line.advice):g}."
    return more, advice


def word_of_more(chart: Chart) -> str:
    """For a run in which nothing was found: it was still falling, or it missed its target. Empty
    where all is well."""
    if not _could_go_on(chart):
        return ""
    target, said = chart.training.stop_below, ""
    if target is not None:
        said = f"It has not reached its target: {chart.loss[-1]:.4g}, not below {target:g}. "
    if _falls(chart, A_LITTLE):
        return (
            f"{said}The loss was still falling at the end, by {chart.fell_by_epoch:.2g} an epoch: "
            f"training longer may help. {_longer(chart, chart.first + 2 * chart.steps)}"
        )
    return said and f"{said}Is it bad luck? chainrule doctor --why-stuck RUN tells."


def _is_spent(chart: Chart) -> bool:
    """The schedule has left next to nothing of the learning rate."""
    return chart.looks[-1].made.learning_rate < SPENT * _rate(chart)


def _longer(chart: Chart, steps: int) -> str:
    """How to have that many steps."""
    schedule = chart.training.schedule
    if ends_with_the_run(schedule):
        return f"--steps {steps} in a new run, for the rates of {schedule.name} end with this one"
    return f"chainrule resume RUN --steps {steps}"


def _rate(chart: Chart) -> float:
    return chart.training.learning_rate


def _by(moved: float) -> str:
    if moved >= 10:
        return f"by {moved:,.0f} times their own size"
    return f"by {100 * moved:.0f} %" if moved >= 0.1 else f"by {100 * moved:.2g} %"


def _start_again(chart: Chart, suits: float) -> str:
    line = chart.line
    add_up = line is not None and suits < line.first / 2 and line.first != line.advice
    why = ", since later steps add up" if add_up else ""
    return f"{_again(chart)} with a learning rate of {suits:g}{why}."


def _again(chart: Chart) -> str:
    return f"Branch again from step {chart.first}" if chart.first else "Start again"


# ----------------------------------------------------------------------------------- too high


def _overshoots(look: Look) -> bool:
    before, (tenth, whole, _) = float(look.made.loss.value), look.probes
    return not whole <= before + JUMP * abs(before) and (tenth < whole or math.isnan(whole))


def _rose(chart: Chart) -> bool:
    """The loss was above its start, with less than all learnt; or it ends above twice its best, at
    a tenth of the constant's loss."""
    first, best, last = float(chart.loss[0]), float(np.min(chart.loss)), float(chart.loss[-1])
    above = float(np.max(chart.loss)) > ABOVE * first and chart.knows_less_than(0.9)
    return above or (last > 2 * best and last - best > 0.1 * chart.constant)


def _blew_up(chart: Chart, wild: list[Look]) -> bool:
    return bool(wild) or _times_too_high(chart) > BEYOND


def _harmed(chart: Chart, wild: list[Look]) -> bool:
    """Half of the looks overshoot and the run does not recover; or the first step threw it away."""
    if chart.has_arrived or (_is_falling_below_its_start(chart) and _times_too_high(chart) < HIGH):
        return False
    times, first = _times_too_high(chart), float(chart.loss[0])
    lost = times > HIGH and float(median(chart.loss)) > first
    alike = 2 * len(wild) >= len(chart.looks) and not _is_falling_below_its_start(chart)
    return alike or times > BEYOND or lost or _thrown_away(chart)


def _first_step_rises(chart: Chart) -> bool:
    """On the sample of rows, of which the step's own may be few."""
    return chart.line is not None and not chart.line.whole <= chart.line.before


def _is_falling_below_its_start(chart: Chart) -> bool:
    return _falls(chart, FALLING) and float(chart.loss[-1]) < float(chart.loss[0])


def _thrown_away(chart: Chart) -> bool:
    """The first step moved a layer by half of its own size, and the last one moves nothing, even
    at the rate that the first one had."""
    if _is_spent(chart):
        return False
    first = max(chart.looks[0].moves(), default=0.0)
    last = max(chart.looks[-1].moves(), default=0.0)
    of_rates = chart.looks[0].made.learning_rate / chart.looks[-1].made.learning_rate
    still = not last * of_rates > DEAD * first
    return first > THROWN and still and chart.knows_less_than(0.5)


def _times_too_high(chart: Chart) -> float:
    """The run's rate, in rates that suit its start."""
    return _rate(chart) / chart.line.rate if chart.line else 0.0


def _lower(chart: Chart) -> float:
    """The rate that suits the start, where it is clearly lower; or a third."""
    rate = _rate(chart)
    clear = chart.line is not None and chart.line.rate < rate / 2
    return rounded(min(chart.line.advice, rate / 2) if clear and chart.line else rate / 3)


def _told(chart: Chart, look: Look) -> tuple[float, float, float, str]:
    """Mean losses before a step, after it, and after a shorter one; and how short that is."""
    line = chart.line
    if (
        look.step == chart.first
        and line is not None
        and (_first_step_rises(chart) or not _overshoots(look))
    ):
        return line.before, line.whole, line.best, f"at a rate of {rounded(line.first):g}"
    losses = (float(look.made.loss.value), look.probes[1], look.probes[0])
    before, after, tenth = mean_losses(look.made, *losses)
    return before, after, tenth, "after a tenth of the step"


def _too_late(chart: Chart) -> str:
    return (
        " By now the gradient is gone: a lower rate from here on would not help."
        if not chart.is_not_finite and _thrown_away(chart)
        else ""
    )


# ------------------------------------------------------------------------------------ too low


def _creeps(chart: Chart, moved: float, travelled: float) -> bool:
    gains = _gains(chart.looks[-1])
    return moved <= SHORT_STEP and travelled <= STILL and gains[2] > 5 * gains[1] > 0


def _far_below(chart: Chart, travelled: float) -> bool:
    """On the plain, not far from the start, at a small share of the rate that suits it."""
    line, rate = chart.line, _rate(chart)
    if line is None or travelled > HALF:
        return False
    return chart.last_skill < PLAIN and line.advice > BELOW * rate


def _gains(look: Look) -> list[float]:
    return [float(look.made.loss.value) - after for after in look.probes]


def _travelled(chart: Chart) -> float:
    """How far the weights are from their start, beside their start."""
    first, last = chart.looks[0].params, chart.looks[-1].params
    ways = [
        float(np.linalg.norm(last[W] - first[W]) / np.linalg.norm(first[W]))
        for W, _ in chart.spec.names
        if first[W].any()
    ]
    return max(ways, default=math.inf)


# ---------------------------------------------------------------------------------- too early


def _could_go_on(chart: Chart) -> bool:
    return chart.ended in ("finished", "interrupted") and len(chart.history) > 1


def _misses_target(chart: Chart) -> bool:
    return chart.training.stop_below is not None and chart.knows_less_than(0.9)


def _falls(chart: Chart, least: float) -> bool:
    seen = chart.trend
    return seen is not None and (seen.gain >= least or _leaves_the_plain(chart))


def _leaves_the_plain(chart: Chart) -> bool:
    return chart.trend is not None and chart.trend.speeds_up and chart.last_skill < 2 * PLAIN


def _has_only_begun(chart: Chart) -> bool:
    """A short run, on the plain or not far from it, whose weights still move."""
    steps, moves = chart.steps, max(chart.looks[-1].moves(), default=0.0)
    alive = (moves > 0 or _is_spent(chart)) and not _thrown_away(chart)
    few = steps < BEGUN if chart.last_skill < PLAIN else steps < SHORT
    few = few or _is_spent(chart)
    return few and chart.knows_less_than(0.5) and alive


def _forecast(chart: Chart) -> str:
    """The fall in words, and when it would arrive if it went on like this."""
    last, fell = float(chart.loss[-1]), chart.fell_by_epoch
    goal, what = _goal(chart)
    told = f"The loss was still falling at the end, by {fell:.2g} an epoch, down to {last:.4g}."
    epochs = (last - goal) / fell if fell > 0 else math.inf
    if not 0 < epochs < NEVER * chart.history.points[-1].epoch:
        return told
    faster = "; since it falls faster and faster, in fewer" if _leaves_the_plain(chart) else ""
    return f"{told} At this pace it comes to {what} in {_about(epochs)} more epochs{faster}."


def _goal(chart: Chart) -> tuple[float, str]:
    target, half = chart.training.stop_below, chart.constant / 2
    if target is not None:
        return target, f"its target, {target:g},"
    if chart.loss[-1] > half:
        return half, f"half of what a constant answer has, {half:.2g},"
    return half / 5, f"a tenth of what a constant answer has, {half / 5:.2g},"


def _about(number: float) -> str:
    return f"about {float(f'{number:.1g}'):,.0f}" if number >= 1 else "less than 1"
