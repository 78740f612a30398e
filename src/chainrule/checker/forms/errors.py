"""What is said of a program that nobody knew how to drive."""

from __future__ import annotations

from chainrule.core.errors import UsageError


class NotUnderstood(UsageError):
    """No way was found to read the program."""
