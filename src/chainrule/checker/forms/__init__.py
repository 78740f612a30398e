"""Find out how to drive a learner's program, and drive it: `read(program)`."""

from __future__ import annotations

from chainrule.checker.forms.errors import NotUnderstood
from chainrule.checker.forms.program import Program
from chainrule.checker.forms.reading import read
from chainrule.checker.forms.template import template

__all__ = ["NotUnderstood", "Program", "read", "template"]
