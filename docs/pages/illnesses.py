"""The page of the illnesses, and what the doctor makes of runs that have them."""

from __future__ import annotations

import json
from pathlib import Path

from chainrule.doctor.illnesses import ILLNESSES
from docs.pages.figures import figure_section
from docs.pages.markdown import DOCS, MADE, code, table


def page(measured: Path = DOCS / "figures" / "doctor.json") -> str:
    rows = [
        (row.name, row.criterion, row.source, row.try_this, code(row.id))
        for row in ILLNESSES.values()
    ]
    return f"""{MADE}
# Illnesses

What [the doctor](../how-to/doctor.md) looks for in a run, causes above symptoms: the order in which
findings stand, and in which they are best mended; what follows from another finding stands after
those that stand for themselves. From `chainrule.doctor.illnesses`.

*Skill* is 1 − loss / (loss of the best constant answer) on the training rows: 0 knows nothing, 1
knows all. A run has *settled* when its second half moved the loss by less than a tenth of that
constant's. *Looks* are steps computed again at a few states of the run: the start, up to four
states soon after it, three snapshots, the end; on 256 training rows at most. *The rate whose first
step comes down furthest* is found by taking that step again at other lengths; a tenth of it counts
for momentum 0.9 and for Adam, whose later steps add up.

{table(["illness", "criterion", "source", "what to try", "id"], rows)}
{doctor_figures(measured)}"""


def doctor_figures(measured: Path) -> str:
    if not measured.exists():
        return ""
    return "\n" + figure_section(json.loads(measured.read_text(encoding="utf-8"))) + "\n"
