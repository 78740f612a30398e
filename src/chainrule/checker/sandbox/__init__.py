"""Run a learner's program in a process of its own, and bring back what was seen of it."""

from chainrule.checker.sandbox.function import observe_callable
from chainrule.checker.sandbox.observe import SECONDS, Seen, observe

__all__ = ["SECONDS", "Seen", "observe", "observe_callable"]
