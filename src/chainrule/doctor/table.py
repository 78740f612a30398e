"""What a row of the table of illnesses is, and what its function answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from chainrule.doctor.chart import Chart
from chainrule.doctor.findings import Finding


class Sign(NamedTuple):
    """An illness was seen: since when, in which numbers, in words; and what to try, if special."""

    since_step: int
    evidence: dict[str, Any]
    sentence: str
    try_this: str = ""


@dataclass(frozen=True)
class Illness:
    """One row. `criterion` is the rule in words, as the docs print it; `sign` computes it."""

    id: str
    name: str
    criterion: str
    source: str
    try_this: str
    sign: Callable[[Chart], Sign | None]

    def look_for(self, chart: Chart) -> Finding | None:
        """The finding, if this run has the illness."""
        sign = self.sign(chart)
        if sign is None:
            return None
        return Finding(
            self.id, self.name, max(sign.since_step, chart.first), sign.evidence, sign.sentence,
            sign.try_this or self.try_this,
        )  # fmt: skip
