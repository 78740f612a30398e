"""The doctor's visit to a run that may still go on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from chainrule.core.errors import ChainruleError
from chainrule.doctor.examine import diagnose
from chainrule.training.run_file import RunFile
from chainrule.view.messages import Doctor
from chainrule.view.parts import Finding
from chainrule.view.words import doctor_line

UNFINISHED = "unfinished"
EARLY = 20  # steps; before, there is nothing to see but numbers that are not finite


def examined(branch: str, path: Path, step: int) -> Doctor | None:
    """What the doctor says of the run so far; None where it can't be read just now."""
    try:
        with RunFile(path) as run:
            broke = run.ended is not None and run.ended["reason"] == "not finite"
            if run.steps()[-1] - run.steps()[0] < EARLY and not broke:
                return Doctor(branch, step, doctor_line(None), ())
            diagnosis = diagnose(run)
            if run.ended is None:  # who only pauses has not stopped too early
                going_on = tuple(
                    each for each in diagnosis.findings
                    if UNFINISHED not in (each.id, each.because)
                )  # fmt: skip
                diagnosis = replace(diagnosis, findings=going_on)
    except (ChainruleError, LookupError, ValueError):
        return None
    found = tuple(
        Finding(each.id, each.name, each.since_step, each.sentence,
                each.try_this.replace("RUN", path.name))
        for each in diagnosis.findings
    )  # fmt: skip
    return Doctor(branch, step, doctor_line(diagnosis), found)
