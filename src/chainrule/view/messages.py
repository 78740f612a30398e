"""What the page hears. Frames come beside these, in binary: `frame`.

`re` is the number of the command that is answered; null where the news came by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from chainrule.view.parts import (
    BranchState,
    ColumnInfo,
    Field,
    Finding,
    LayerShape,
    Points,
    Pull,
    RunInfo,
    SmallMap,
    TableInfo,
    TreeNode,
)
from chainrule.view.wire import Message


@dataclass(frozen=True)
class News(Message):
    """What every message to the page has."""

    tag: ClassVar[str] = "is"


@dataclass(frozen=True)
class Welcome(News):
    """The first answer. Where `session` is another one than the page knew, all it holds is old."""

    re: int | None
    session: str
    version: str
    schema: int


@dataclass(frozen=True)
class Done(News):
    """It was done. `step`: where the session stands."""

    re: int
    step: int


@dataclass(frozen=True)
class Failed(News):
    """An error in four parts. `field`: the setting it is about, where it is about one."""

    re: int | None
    called: str
    needs: str
    got: str
    do: str
    field: str | None


@dataclass(frozen=True)
class Session(News):
    """Where the session stands; sent at every change but those of a frame.

    step is the state that is shown, head the newest of the shown branch: step < head is the past.
    state: "ready" nothing trained yet, "playing", "paused", "ended", "broken" (see `why`).
    rate: steps a second at this speed; null: as fast as it can.
    """

    session: str
    title: str  # "Circles"
    says: str  # "2 – 4 – 8 – 1, sigmoid, 61 numbers to learn"
    state: Literal["ready", "playing", "paused", "ended", "broken"]
    why: str
    branch: str
    branches: tuple[BranchState, ...]
    step: int
    head: int
    total: int
    speed: Literal["slow", "normal", "fast"]
    rate: float | None
    loss: str  # its name, to stand at the curve
    resumable: bool


@dataclass(frozen=True)
class Form(News):
    """All settings, in the order in which they are shown, and what each of them does."""

    fields: tuple[Field, ...]
    address: str  # of a link with these settings, from the # on


@dataclass(frozen=True)
class Offered(News):
    """A table that can't be used before something is chosen of it: one named at the start.

    null: there is none, or none any more.
    """

    table: TableInfo | None


@dataclass(frozen=True)
class Network(News):
    """The shape of the network; the numbers come in frames."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    layers: tuple[LayerShape, ...]
    parameters: int
    loss: str
    image: tuple[int, int] | None  # rows and columns, where the inputs are a picture's pixels


@dataclass(frozen=True)
class Scene(News):
    """The data, and what a map is of.

    kind: "plane" a map over two axes, "line" a curve over one, "none" neither: pictures or tables.
    low, high: of each axis of the map, in the data's own units. Rows of a map go from the lowest
    y upwards. ticks: round numbers on each of these axes, then on that of the first target; none
    of classes. others: where the map is a slice, at which values of the other columns.
    """

    kind: Literal["plane", "line", "none"]
    axes: tuple[str, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    ticks: tuple[tuple[float, ...], ...]
    classes: tuple[str, ...]
    targets: tuple[str, ...]
    parts: dict[str, Points]
    notes: tuple[str, ...]
    others: str


@dataclass(frozen=True)
class Curve(News):
    """Points of a branch's curve, a column each, null where there is no such part.

    first: the number of the first of them; 0 replaces all. Losses are means over rows, `right` the
    rows of the judged part that are answered right. thinned: between these there were more.
    """

    branch: str
    first: int
    next: int
    step: tuple[int, ...]
    train: tuple[float | None, ...]
    validation: tuple[float | None, ...]
    test: tuple[float | None, ...]
    batch: tuple[float | None, ...]
    learning_rate: tuple[float | None, ...]
    low: tuple[float | None, ...]  # the least error of the judged part within the last pass
    high: tuple[float | None, ...]  # and the largest
    thinned: bool


@dataclass(frozen=True)
class Doctor(News):
    """One line for a branch, and all that stands behind it."""

    branch: str
    step: int  # up to which state it has looked
    line: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Alive(News):
    """Twice a second. A page that hears nothing for 2 s says that its data is old."""

    step: int
    head: int
    state: Literal["ready", "playing", "paused", "ended", "broken"]


@dataclass(frozen=True)
class Derivation(News):
    """A tree by key; `root` is the number that was asked for. title and question are for people.

    rows: those of the batch; sample is the one whose shares are shown, null: all.
    """

    re: int
    branch: str
    step: int  # the update that is explained: it leads to this state
    when: str  # "In the step from 300 to 301."
    sample: int | None
    title: str
    question: str
    root: str
    nodes: dict[str, TreeNode]
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Followed(News):
    """What would have followed: values before and after the change.

    loss: of the batch after the step, or of the part that was asked for. map: what the network
    would answer then; null where there is no map.
    """

    re: int
    changed: str
    was: float
    now: float
    value_was: str
    value_now: str
    loss_was: str
    loss_now: str
    says: str
    map: SmallMap | None


@dataclass(frozen=True)
class PullsFound(News):
    """The largest shares, first the largest; the rest as one number; together the gradient."""

    re: int
    address: str
    step: int
    pulls: tuple[Pull, ...]
    rest_count: int
    rest_sum: str
    total: str
    says: str
    rest: str  # what stands beyond the bars: "And 390 more: 0.0021. All together 0.0268."


@dataclass(frozen=True)
class RowFound(News):
    """A row: what it is, what the network answers, and the numbers of every unit for it."""

    re: int
    part: str
    row: int
    x: dict[str, float | str]
    truth: str
    answer: str
    right: bool | None
    loss: str
    a: tuple[tuple[float, ...], ...]  # layer by layer
    step: int  # of the state that answers


@dataclass(frozen=True)
class Program(News):
    """The network and its training as a program: printed, it says the first ten losses."""

    re: int
    language: str
    text: str
    file: str  # a name for it
    notes: tuple[str, ...]  # where the program differs, in words


@dataclass(frozen=True)
class Planned(News):
    """What settings would make. inputs, first: what goes into the network, of the table's first
    rows where it is a table of one's own; left_out: columns that do not, and why."""

    re: int
    title: str
    says: str  # "3 – 8 – 1, relu, sigmoid, 41 numbers to learn"
    task: Literal["classes", "numbers"]
    answers: str  # "2 classes: no, yes"
    rows: dict[str, int]  # by part
    inputs: tuple[str, ...]
    first: tuple[tuple[str, ...], ...]
    left_out: dict[str, str]  # why, by column
    notes: tuple[str, ...]
    columns: tuple[ColumnInfo, ...]
    without: int
    waits: str


@dataclass(frozen=True)
class Shared(News):
    """What stands behind the address of the page: from the # on, all settings."""

    re: int
    address: str
    notes: tuple[str, ...]  # what it gives in another studio, and what it can't hold


@dataclass(frozen=True)
class Checked(News):
    """The checker's verdict, as `chainrule check --json` prints it, and its picture as SVG."""

    re: int
    headline: str
    line: int | None  # of the program, where the verdict is about one
    verdict: dict[str, Any]
    svg: str | None


@dataclass(frozen=True)
class RunList(News):
    """The runs of the folder, the newest first."""

    re: int
    runs: tuple[RunInfo, ...]


_ALL: tuple[type[News], ...] = (
    Welcome, Done, Failed, Session, Form, Offered, Network, Scene, Curve, Doctor, Alive, Derivation,
    Followed, PullsFound, RowFound, Program, Planned, Shared, Checked, RunList,
)  # fmt: skip
NEWS: dict[str, type[News]] = {each.message(): each for each in _ALL}
