"""A diagnosis in words."""

from __future__ import annotations

from chainrule.doctor.findings import Diagnosis, Finding


def headline(diagnosis: Diagnosis) -> str:
    """healthy; or: saturated units since step 40, and 2 more"""
    if not diagnosis.findings:
        return "healthy, with a note" if diagnosis.notes else "healthy"
    first, more = diagnosis.findings[0], len(diagnosis.findings) - 1
    return f"{first.name} since step {first.since_step}" + (f", and {more} more" if more else "")


def title(finding: Finding) -> str:
    """saturated units, since step 40; most likely because of: learning rate too high"""
    from chainrule.doctor.illnesses import ILLNESSES

    if finding.id not in ILLNESSES:  # a mistake in a program
        return finding.name
    cause = ILLNESSES[finding.because].name if finding.because else ""
    because = f"; most likely because of: {cause}" if cause else ""
    return f"{finding.name}, since step {finding.since_step}{because}"


def verdict(diagnosis: Diagnosis) -> str:
    """What the trained starts say, in a sentence or two."""
    if diagnosis.cause == "bug":
        return "Bug: the program has a mistake."
    if diagnosis.cause == "unknown":
        return "No starts were trained: not all of the program's settings are known."
    if diagnosis.starts is None:
        return "Healthy: nothing was found." if diagnosis.is_healthy else "Settings: see below."
    stuck, of = diagnosis.starts
    if diagnosis.cause == "bad luck":
        wrong = any(finding.id == "bug" for finding in diagnosis.findings)
        return (
            f"Bad luck: {stuck} of {of} starts end like this"
            + ("" if wrong else ", with no mistake anywhere")
            + ". Try another seed, or more hidden units."
        )
    if diagnosis.cause == "settings" and 2 * stuck > of:
        return f"Settings: {stuck} of {of} starts end like this. Another seed will hardly help."
    if diagnosis.cause == "settings":
        return f"Settings: {stuck} of {of} starts end stuck, and this one did not; but see below."
    others = f", {stuck} of {of} don't" if stuck else f", and so do all {of} starts"
    return f"Healthy: this start learns{others}."
