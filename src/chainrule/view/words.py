"""What is said in words: the headline, the network in a line, numbers with four digits."""

from __future__ import annotations

import math
import re
from collections.abc import Container, Sequence
from typing import Any, NamedTuple

from chainrule.core.checks import plural
from chainrule.doctor.findings import Diagnosis
from chainrule.spec import Spec

MINUS = "−"
SMALL = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
TRULY = 0.002  # how near to chance counts as chance
ENDS = {
    "finished": "all planned steps are made",
    "target": "the error is below the target",
    "no improvement": "no improvement any more; step {step} was the best",
    "not finite": "a number was not finite any more",
    "interrupted": "",
}
ENDINGS = {  # why it stopped, for who watched it
    "finished": "All {total} planned steps are made: it stopped. Play goes on.",
    "target": "The error is below {target}, the goal: it stopped. Play goes on.",
    "no improvement": "No better for long: it stopped. Step {step} was its best. Play goes on.",
}
NOUNS = {"test": "test point", "validation": "validation point", "train": "training point"}
RESULTS = {  # why a run came to its end: what is said of a good state, and of any other
    "target": ("Learned", "Goal met"),
    "finished": ("Learned", "Out of steps, and not learned yet"),
    "no improvement": ("Learned, and no better any more", "No better any more, and not learned"),
}


class Measured(NamedTuple):
    """How good a state is, by part.

    common: share of the most frequent class, of the part that a sentence is about: who always says
    that one is right as often.
    """

    losses: dict[str, float | None]
    right: dict[str, tuple[int, int]]  # rows right, of how many
    metrics: dict[str, float]  # of that part
    at: dict[str, int]  # of which state: an earlier one where the shown one would take long
    common: float = 0.0

    @property
    def on(self) -> str:
        """The part that a sentence is about: one that training did not see, where there is one."""
        return judged_part(self.right or self.losses)


def judged_part(parts: Container[str]) -> str:
    """The part whose errors count."""
    return next((name for name in NOUNS if name in parts), "train")


def headline(
    measured: Measured, *, state: str, step: int, live: bool, ended: str | None, classes: int,
    target: float | None = None, columns: Sequence[str] = (),
) -> str:  # fmt: skip
    """One sentence that says what the picture says, in numbers one can count.

    columns: what is answered, where it is numbers.
    ended: why the shown state is the last of its run, if it is.
    """
    if ended == "not finite":
        return "Stopped: the numbers grew until they were no numbers."
    says = _result(measured, classes if step == 0 else 0, columns)
    at = measured.at.get(measured.on, step)
    if not live:
        name = f"In the past, at step {at:,}"
    elif step == 0 and state != "broken":
        name = "Not trained yet"
    else:
        name = _standing(measured, state, ended, target)
        name += "" if at == step else f", at step {at:,}"
    return f"{name}: {says}." if says else f"{name}."


def ending(reason: str, *, step: int, total: int, target: float | None) -> str:
    """Why training stopped by itself, in a sentence; empty where somebody stopped it.

    step: the state that counts, the best one where patience ran out.
    """
    goal = "its goal" if target is None else short(target)
    return ENDINGS.get(reason, "").format(step=f"{step:,}", total=f"{total:,}", target=goal)


def _standing(measured: Measured, state: str, ended: str | None, target: float | None) -> str:
    """Learned, if it came to its end, or its error below the target, with a good result."""
    if state == "broken":
        return "Stopped by a fault"
    is_good = _is_good(measured)
    if ended in RESULTS:
        return RESULTS[ended][not is_good]
    if is_good and _is_below(measured, target):
        return "Learned"
    return "Learning" if state == "playing" else "Paused"


def _result(measured: Measured, chance: int, columns: Sequence[str]) -> str:
    part = measured.on
    if part in measured.right:
        right, of = measured.right[part]
        by_chance = chance and abs(right / of - 1 / chance) < max(TRULY, 1 / math.sqrt(of))
        coin = {2: ", as good as a coin"}.get(chance, ", as good as a guess") if by_chance else ""
        return f"{right:,} of {plural(of, NOUNS[part])} right{coin}"
    if "mae" in measured.metrics:
        name = f"{middled(lowered(columns[0]))} is" if len(columns) == 1 else "answers are"
        return f"{name} off by {short(measured.metrics['mae'])} on average"
    return ""


def _is_below(measured: Measured, target: float | None) -> bool:
    """As training judges it: by the validation part, or else by the training part."""
    loss = measured.losses.get("validation", measured.losses.get("train"))
    return target is not None and loss is not None and loss < target


def _is_good(measured: Measured) -> bool:
    """Nearly all is right, with half the mistakes at most of who always says the same."""
    if measured.on in measured.right:
        right, of = measured.right[measured.on]
        return right >= 0.9 * of and 1 - right / of <= (1 - measured.common) / 2
    return measured.metrics.get("r2", 0.0) >= 0.9


def network_line(spec: Spec) -> str:
    """2 – 4 – 8 – 1, sigmoid, 61 numbers to learn"""
    names = dict.fromkeys(layer.activation.name for layer in spec.layers)
    n = spec.parameters
    return f"{' – '.join(map(str, spec.sizes))}, {', '.join(names)}, {plural(n, 'number')} to learn"


def doctor_line(diagnosis: Diagnosis | None) -> str:
    if diagnosis is None or not diagnosis.findings:
        return "Doctor: nothing to report."
    first = diagnosis.findings[0]
    return f"Doctor: {first.name} since step {first.since_step:,}. {first.sentence}"


def short(value: Any) -> str:
    """Four digits, a true minus, and 1.234×10⁻⁵ where it is small or large."""
    number = float(value)
    if not math.isfinite(number):
        return {math.inf: "∞", -math.inf: f"{MINUS}∞"}.get(number, "no number")
    if number and not 1e-4 <= abs(number) < 1e7:
        digits, _, power = f"{number:.3e}".partition("e")
        raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return f"{_trimmed(digits)}×10{raised}".replace("-", MINUS)
    text = f"{number:.4g}"
    if "e" in text:
        text = f"{number:.0f}"
    return text.replace("-", MINUS)


def _trimmed(digits: str) -> str:
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def lowered(name: str) -> str:
    """x1 as x₁, and other names as they are."""
    found = re.fullmatch(r"([a-z])(\d{1,2})", name)
    return found[1] + found[2].translate(SMALL) if found else name


def middled(name: str, most: int = 40) -> str:
    """A long name without its middle: the ends of names tell them apart."""
    half = most // 2
    return name if len(name) <= most else f"{name[: half - 1]}…{name[-half:]}"


def difference(before: dict[str, Any], after: dict[str, Any]) -> str:
    """rate 1.5, optimizer adam"""
    names = {"learning_rate": "rate", "batch_size": "batch"}
    changed = [
        f"{names.get(name, name.replace('_', ' '))} {'all' if value is None else value}"
        for name, value in after.items()
        if before.get(name, ...) != value
    ]
    return ", ".join(changed)
