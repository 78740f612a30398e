from collections.abc import Callable
from typing import Any

from chainrule.core.dense import Array

def target() -> str: ...
def targets() -> tuple[str, ...]: ...

build_id: str

class Plan:
    def __init__(self, inputs: int, **of: Any) -> None: ...
    @property
    def parameters(self) -> int: ...

def train(
    plan: Plan,
    theta: Array,
    m: Array | None,
    v: Array | None,
    x: Array,
    answers: Array | None,
    counts: Array | None,
    first: int,
    learning_rates: Array,
    every: int,
    losses: Array,
    stop: Callable[[], bool],
    threads: int = 1,
) -> int: ...
def gradients(
    plan: Plan,
    theta: Array,
    x: Array,
    answers: Array | None,
    counts: Array | None,
    gradient: Array,
    threads: int = 1,
) -> float: ...
def forward(
    plan: Plan,
    theta: Array,
    x: Array,
    answers: Array | None,
    a: Array,
    per_row: Array | None,
    threads: int = 1,
) -> None: ...
def order(plan: Plan, epoch: int, rows: Array) -> None: ...
def drop_mask(plan: Plan, layer: int, drawn: int, mask: Array) -> None: ...
