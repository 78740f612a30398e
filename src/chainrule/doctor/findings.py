"""What the doctor says: findings, and the diagnosis that holds them. Frozen; JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SCHEMA = 1


@dataclass(frozen=True)
class Finding:
    """One illness of a run, with the run's own numbers as evidence."""

    id: str  # "dead_relus": of the table of illnesses, and the same in every version
    name: str
    since_step: int  # the first state that was looked at and shows it
    evidence: Mapping[str, Any]  # name → number, or a short list of them
    sentence: str
    try_this: str
    because: str = ""  # the id of the finding that it comes from, most likely

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id, "name": self.name, "since_step": self.since_step,
            "evidence": {name: _plain(value) for name, value in self.evidence.items()},
            "sentence": self.sentence, "try_this": self.try_this,
            "because": self.because or None,
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} since step {self.since_step}: {self.sentence} {self.try_this}"


def _plain(value: Any) -> Any:
    """JSON has no NaN and no infinity: null stands for them."""
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


@dataclass(frozen=True)
class Diagnosis:
    """All findings, the one to mend first stands first; and the cause, in one word.

    cause  "healthy"   nothing was found, or a trained start among the 100 is not stuck
           "bug"       the program that was checked has a mistake
           "bad luck"  the same settings learn from other starts
           "settings"  they don't: something other than the start has to change
           "unknown"   the program has no mistake, and its settings can't be read
    """

    findings: tuple[Finding, ...] = ()
    cause: str = "healthy"
    starts: tuple[int, int] | None = None  # (stuck, of), where starts were trained
    notes: tuple[str, ...] = field(default=())  # what is worth a word, a sentence each
    settings: Mapping[str, Any] | None = None  # of a program: what was read of them

    @property
    def is_healthy(self) -> bool:
        return self.cause == "healthy"

    def to_json(self) -> dict[str, Any]:
        read = {} if self.settings is None else {"settings": dict(self.settings)}
        return {
            "schema": SCHEMA,
            "cause": self.cause,
            "findings": [finding.to_json() for finding in self.findings],
            "starts": None
            if self.starts is None
            else {"stuck": self.starts[0], "of": self.starts[1]},
            "notes": list(self.notes),
            **read,
        }
