"""Ten lines a learner completes where their program isn't understood."""

from __future__ import annotations

from chainrule.checker.forms.program import Program

NAME = "chainrule_check"


def template(program: Program) -> str:
    """A file that hands the program over: complete the two lines marked with <-."""
    return ""
