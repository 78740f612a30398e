"""How fast a run goes on, and how fast its past is repeated."""

from __future__ import annotations

from typing import Literal

Speed = Literal["slow", "normal", "fast"]

SECONDS = {"slow": 150.0, "normal": 15.0}  # that the planned run takes at that speed
SLOWEST = {"slow": 2.0, "normal": 20.0}  # steps a second at least
REPEAT = 5.0  # seconds in which the whole past is repeated at full speed


def steps_a_second(speed: Speed, total: int) -> float | None:
    """None: as fast as it can."""
    return None if speed == "fast" else max(total / SECONDS[speed], SLOWEST[speed])


def of_repeating(head: int) -> float:
    """Steps a second at full speed."""
    return max(head / REPEAT, SLOWEST["normal"])
