"""What can be taken away as a file: the run, the model, pictures as SVG, programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from chainrule.core.errors import UsageError
from chainrule.view.session import Session


class Taken(NamedTuple):
    name: str
    kind: str
    content: bytes


TAKEN: dict[str, Callable[[Session], Taken]] = {}
_ = UsageError
