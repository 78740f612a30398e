"""What the compiled part offers: native/calls.cpp, populations.cpp, predictor.cpp, pieces.cpp."""

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
    stop: Callable[[], int],
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
    stop: Callable[[], object] | None = None,
) -> None: ...
def train_many(
    plan: Plan,
    theta: Array,
    m: Array | None,
    v: Array | None,
    x: Array,
    answers: Array | None,
    counts: Array | None,
    learning_rates: Array,
    orders: Array | None,
    drops: Array | None,
    first: int,
    factors: Array,
    made: Array,
    stop: Callable[[], int],
    threads: int = 1,
) -> None: ...
def losses_many(
    plan: Plan,
    theta: Array,
    x: Array,
    answers: Array | None,
    counts: Array | None,
    losses: Array,
    threads: int = 1,
    stop: Callable[[], object] | None = None,
) -> None: ...

class Predictor:
    def __init__(
        self, params: dict[str, Array], plan: Plan, dtype: str, threads: int = 1
    ) -> None: ...
    def __call__(self, x: Any, /) -> Array: ...

# for tests, each piece by itself
def functions() -> list[str]: ...
def elementwise(name: str, x: Array, y: Array, target: str = "") -> None: ...
def activate(name: str, z: Array, a: Array, by_lanes: bool = False, target: str = "") -> None: ...
def activate_back(
    name: str, da: Array, z: Array, a: Array, dz: Array, by_lanes: bool = False, target: str = ""
) -> None: ...
def loss(
    plan: Plan,
    q: Array,
    answers: Array,
    counts: Array | None,
    d: Array,
    per_row: Array,
    by_lanes: bool = False,
    target: str = "",
) -> float: ...
def order(plan: Plan, epoch: int, rows: Array) -> None: ...
def drop_mask(plan: Plan, layer: int, drawn: int, mask: Array) -> None: ...
