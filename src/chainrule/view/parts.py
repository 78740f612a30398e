"""Pieces of what the page hears: see `messages`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


class Tree(tuple[Any, ...]):
    """MathML as (tag, attributes, child, ...), where a child is a tree or a text."""


@dataclass(frozen=True)
class BranchState:
    """One future. `run` is its file; null as long as nothing was trained."""

    name: str  # A, B, ...
    parent: str | None
    step: int  # where it leaves its parent; 0 of the first
    head: int  # the newest state
    total: int  # the planned end
    ended: str | None  # why it came to an end, in words
    run: str | None
    says: str  # "rate 0.5"; what is different from its parent


@dataclass(frozen=True)
class Choice:
    """One way a setting can be."""

    value: str
    label: str
    says: str  # what it does


@dataclass(frozen=True)
class Field:
    """One setting. A slider's scale is "log" where each mark is a factor; `marks` are its stops.

    acts: "start" needs a new beginning, "branch" can also change on the way.
    """

    name: str
    label: str
    group: str  # data, inputs, network, training
    kind: Literal["number", "whole", "choice", "truth", "text", "several", "layers", "points"]
    value: Any
    says: str  # what a change of it does
    acts: Literal["start", "branch"]
    least: float | None
    most: float | None
    scale: Literal["linear", "log"]
    marks: tuple[float, ...]
    choices: tuple[Choice, ...]
    may_be_none: bool


@dataclass(frozen=True)
class LayerShape:
    """address: "0" for "0.W". shown: the units that have maps, all of them where they are few."""

    units: int
    activation: str
    params: dict[str, tuple[int, ...]]
    shown: tuple[int, ...]


@dataclass(frozen=True)
class Points:
    """The rows of a part that are drawn. x in the data's own units, as many columns as axes."""

    rows: tuple[int, ...]
    x: tuple[tuple[float, ...], ...]
    y: tuple[float, ...]  # class numbers, or the first target
    of: int  # how many rows the part has


@dataclass(frozen=True)
class Cell:
    """One column of a formula: what stands before it, its letter, its number, a word for it."""

    sign: str
    letters: Tree
    numbers: Tree
    word: str


@dataclass(frozen=True)
class Group:
    """What is added at once: a product, as columns. says: of a long sum, which term it is."""

    says: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class TreeNode:
    """One number of a derivation. An attribute "data-to" in the numbers of `groups` names the node
    that a factor leads to. kind: "data" is measured, "setting" was
    chosen, "memory" is the optimiser's, "number" has a formula."""

    address: str | None
    title: str  # "Answer of unit 2, layer 1"
    name: Tree  # its letter
    value: float | None
    text: str  # four digits
    digits: str  # all of them
    says: str
    kind: Literal["data", "setting", "memory", "parameter", "number"]
    letters: Tree | None  # its formula; null for what has none
    groups: tuple[Group, ...]  # the same with the numbers put in, to be laid out as columns
    parts: tuple[str, ...]
    rest_count: int
    rest_sum: str


@dataclass(frozen=True)
class SmallMap:
    """The output's map, coarse: a row of `side` after the other, 0 at low to 255 at high."""

    side: int
    values: tuple[int, ...]
    low: float
    high: float


@dataclass(frozen=True)
class Pull:
    """The share of one point of the batch in a gradient."""

    row: int
    place: int  # in the batch
    share: float
    text: str


@dataclass(frozen=True)
class RunInfo:
    """A run file that could be opened."""

    name: str
    says: str  # "circles: 2-4-8-1 sigmoid, 2000 steps, loss 0.0049"
    when: float  # seconds since 1970


@dataclass(frozen=True)
class Finding:
    """An illness of the run, as the doctor tells it."""

    id: str
    name: str
    since_step: int
    sentence: str
    try_this: str


@dataclass(frozen=True)
class ColumnInfo:
    """kind: "number", "text", "truth" or "date". distinct: of a text, how many there are; has_more:
    there are more than these, which is all that is known of them.

    odd: of a column of numbers but for a few cells, which makes it one of texts, what stands in
    these: the setting "holes" takes them as empty. says: the same in words, or of an infinity, ""
    where all is well.
    """

    name: str
    kind: str
    missing: int
    distinct: int | None
    has_more: bool
    least: float | None
    most: float | None
    odd: tuple[str, ...]
    says: str


@dataclass(frozen=True)
class TableInfo:
    """The answer to POST /table. `id` is what the setting "data" is then to be: "table:<id>".

    target: what would be predicted if nothing else is said; task: "classes" or "numbers", or ""
    where that column can't be a target. What a choice of columns makes is asked by `Plan`.
    first: rows as they stand in the file. waits: what a person has to do, above the pictures.
    """

    id: str
    name: str
    rows: int
    columns: tuple[ColumnInfo, ...]
    first: tuple[tuple[str, ...], ...]
    target: tuple[str, ...]
    task: str
    notes: tuple[str, ...]
    choices: dict[str, tuple[Choice, ...]]  # for the settings scale, missing and task
    waits: str  # "mine.csv waits: choose what becomes of 2 cells"


PARTS = (
    BranchState, Choice, Field, LayerShape, Points, Cell, Group, TreeNode, SmallMap, Pull, RunInfo,
    Finding, ColumnInfo, TableInfo,
)  # fmt: skip
