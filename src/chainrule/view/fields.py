"""The settings a page offers: each a row with its bounds, its words and what it may be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chainrule.core.activations import ACTIVATIONS
from chainrule.core.errors import UsageError, unknown
from chainrule.core.initializers import INITIALIZERS
from chainrule.core.losses import LOSSES
from chainrule.core.optimizers import OPTIMIZERS
from chainrule.core.schedules import SCHEDULES
from chainrule.data.columns import SCALES
from chainrule.data.preparation import MISSING
from chainrule.view.words import short

UNITS, LAYERS, ROWS, POINTS = 512, 8, 20_000, 2_000  # at most
FEATURES = {
    "x1": "x₁", "x2": "x₂", "x1^2": "x₁²", "x2^2": "x₂²", "x1*x2": "x₁x₂", "sin(x1)": "sin x₁",
    "sin(x2)": "sin x₂",
}  # fmt: skip
SHOWN = 60  # characters of what was got that an error repeats


@dataclass(frozen=True)
class Setting:
    """What a setting may be. `table`: it is a row of that table, written as on a command line."""

    label: str
    group: str
    kind: str
    says: str
    least: float | None = None
    most: float | None = None
    scale: str = "linear"
    marks: tuple[float, ...] = ()
    may_be_none: bool = False
    branches: bool = False  # can change on the way, in a branch
    table: Mapping[str, Any] | None = None
    names: tuple[str, ...] = ()  # what a choice may be, where it is of no table


RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
STRENGTHS = (0.0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
HIDDEN = {name: row for name, row in ACTIVATIONS.items() if not row.output_only}
DRAWN = {name: row for name, row in INITIALIZERS.items() if name not in ("given", "numpy_legacy")}

SETTINGS: dict[str, Setting] = {
    "data": Setting("Data", "data", "choice", "What the network is to learn from."),
    "noise": Setting(
        "Noise", "data", "number",
        "How far points lie from where they belong: more noise, and classes overlap.", 0, 1,
    ),
    "rows": Setting(
        "Points for training", "data", "whole", "More points show more of the truth.", 4, ROWS,
    ),
    "test_rows": Setting(
        "Kept for the test", "data", "whole",
        "Points the training never sees: they tell whether it learnt or only remembers.", 0, ROWS,
    ),
    "test_size": Setting(
        "Kept for the test", "data", "number",
        "The share of the rows that training never sees: they only tell how good it is.", 0, 0.9,
    ),
    "points": Setting("Drawn points", "data", "points", "Points drawn by hand: x₁, x₂, class."),
    "target": Setting("To predict", "data", "several", "The column that is to be predicted."),
    "columns": Setting("From", "data", "several", "The columns it is predicted from."),
    "task": Setting(
        "Answers are", "data", "choice", "Classes are told apart, numbers are hit closely.",
        names=("classes", "numbers"), may_be_none=True,
    ),
    "missing": Setting(
        "Missing values", "data", "choice", "What becomes of rows with an empty cell.",
        names=MISSING,
    ),
    "holes": Setting(
        "Cells that are empty", "data", "several",
        "Texts that stand for a missing value, beside NA, NaN, null and the like.",
    ),
    "scale": Setting(
        "Scaling", "data", "choice",
        "Columns of numbers brought to one size: none pulls more because its unit is small.",
        names=SCALES,
    ),
    "features": Setting(
        "What goes in", "inputs", "several",
        "More shapes of the inputs: with x₁² and x₂² one unit can draw a circle.",
        names=tuple(FEATURES),
    ),
    "hidden": Setting(
        "Hidden layers", "network", "layers",
        "Units between inputs and outputs, and their activation: more units draw finer borders.",
        1, UNITS, table=HIDDEN,
    ),
    "output": Setting(
        "Output activation", "network", "choice", "What the last layer makes of its sum.",
        table=ACTIVATIONS,
    ),
    "bias": Setting(
        "Bias", "network", "choice",
        "A number each unit adds to its sum: without it, every border goes through the middle.",
        names=("unit", "shared", "none"),
    ),
    "init": Setting(
        "Start weights", "network", "choice", "How the first weights are drawn.", table=DRAWN
    ),
    "seed": Setting(
        "Seed", "network", "whole",
        "Another seed, another start, other points and another order.", 0, 2**31 - 1,
    ),
    "drop_probability": Setting(
        "Dropout", "network", "number",
        "The share of hidden numbers each step leaves out at random, against learning by heart.",
        0, 0.9, branches=False,
    ),
    "dtype": Setting(
        "Digits", "network", "choice", "float64 has 16 digits, float32 has 7.",
        names=("float64", "float32"),
    ),
    "loss": Setting(
        "Error", "training", "choice", "What is counted as wrong, and how much.", table=LOSSES
    ),
    "batch": Setting(
        "Gradient of a batch", "training", "choice",
        "The mean of all its points’ pulls, or their sum.",
        names=("mean", "sum"),
    ),
    "learning_rate": Setting(
        "Learning rate", "training", "number",
        "How far one step goes. Too small is slow, too large jumps over the goal.",
        1e-8, 1e4, "log", RATES, branches=True,
    ),
    "optimizer": Setting(
        "Optimiser", "training", "choice", "What one step makes of the gradient.",
        table=OPTIMIZERS, branches=True,
    ),
    "schedule": Setting(
        "Rate over time", "training", "choice", "How the learning rate changes on the way.",
        table=SCHEDULES, branches=True,
    ),
    "batch_size": Setting(
        "Batch", "training", "whole",
        "How many points pull in one step; none: all of them. Few make it shaky and quick.",
        1, 10**6, may_be_none=True, branches=True,
    ),
    "l1": Setting(
        "L1", "training", "number",
        "Pulls every weight towards 0 by the same amount: those of little use stay near it.",
        0, 10, "log", STRENGTHS, branches=True,
    ),
    "l2": Setting(
        "L2", "training", "number",
        "Pulls weights towards 0, large ones more: borders become smoother.",
        0, 10, "log", STRENGTHS, branches=True,
    ),
    "decay": Setting(
        "Decay", "training", "number",
        "Shrinks every weight before each step, by rate times decay, whatever its gradient.",
        0, 10, "log", STRENGTHS, branches=True,
    ),
    "clip_norm": Setting(
        "Longest gradient", "training", "number",
        "All gradients together, where they are longer, are shortened to this length.",
        1e-6, 1e6, may_be_none=True, branches=True,
    ),
    "epochs": Setting(
        "Passes planned", "training", "whole",
        "How often the training goes through all points. Play goes on after that, too.",
        1, 10**9, branches=True,
    ),
    "stop_below": Setting(
        "Stop below", "training", "number", "Stop as soon as the error is below this.",
        0, 1e6, may_be_none=True, branches=True,
    ),
    "patience": Setting(
        "Patience", "training", "whole",
        "Stop after so many passes without improvement, and take the best state.",
        1, 10**9, may_be_none=True, branches=True,
    ),
}  # fmt: skip


def check(name: str, value: Any) -> Any:
    """The value as the setting takes it, or an error that names the setting."""
    if name not in SETTINGS:
        raise unknown(f"setting {name!r}"[:SHOWN], "setting", name[:SHOWN], SETTINGS)
    setting = SETTINGS[name]
    if value is None and setting.may_be_none:
        return None
    return CHECKS[setting.kind](name, setting, value)


def refused(name: str, needs: str, value: Any) -> UsageError:
    """An error about a setting: `called` begins with its name."""
    return UsageError(f"setting {name!r}", needs, _told(value), SETTINGS[name].says)


def _told(value: Any) -> str:
    """What was got, as a person writes it."""
    if value is None or value == "":
        return "nothing"
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return plain(value)
        got = f"“{value}”" if isinstance(value, str) else repr(value)
    except (OverflowError, ValueError):
        return "a number of many digits"
    return got if len(got) <= SHOWN else f"{got[:SHOWN]}…"


def plain(value: float) -> str:
    """10,000 and 2,147,483,647; else as every number of the page."""
    whole = abs(value) < 1e10 and value == int(value)
    return f"{int(value):,}".replace("-", "−") if whole else short(value)


def _number(name: str, setting: Setting, value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if setting.kind == "whole":
        is_number = is_number and value == value and abs(value) < 2**63 and value == int(value)
        what = "a whole number"
    else:
        what = "a number"
    least, most = setting.least or 0, setting.most or 0
    if not is_number or not least <= value <= most:
        raise refused(name, f"{what} from {plain(least)} to {plain(most)}", value)
    return int(value) if setting.kind == "whole" else float(value)


def _choice(name: str, setting: Setting, value: Any) -> str:
    if not isinstance(value, str) or len(value) > 200:
        raise refused(name, "a text", value)
    if setting.names and value not in setting.names:
        raise refused(name, f"one of {', '.join(setting.names)}", value)
    return value  # a row of a table is looked up where it is used


def _several(name: str, setting: Setting, value: Any) -> tuple[str, ...]:
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list | tuple) or not all(isinstance(each, str) for each in found):
        raise refused(name, "texts", value)
    for each in found:
        if setting.names and each not in setting.names:
            raise refused(name, f"some of {', '.join(setting.names)}", each)
    return tuple(dict.fromkeys(found))


def _layers(name: str, setting: Setting, value: Any) -> tuple[tuple[int, str], ...]:
    needs = f"at most {LAYERS} layers, each with 1 to {UNITS} units and an activation"
    if not isinstance(value, list | tuple) or len(value) > LAYERS:
        raise refused(name, needs, value)
    made: list[tuple[int, str]] = []
    for each in value:
        if not isinstance(each, list | tuple) or len(each) != 2:
            raise refused(name, needs, each)
        units, activation = each
        if type(units) is not int or not 1 <= units <= UNITS:
            raise _layer(len(made) + 1, f"1 to {UNITS} units", units)
        if activation not in HIDDEN:
            raise _layer(len(made) + 1, f"one of {', '.join(HIDDEN)}", activation)
        made.append((units, str(activation)))
    return tuple(made)


def _layer(number: int, needs: str, value: Any) -> UsageError:
    called = f"setting 'hidden' of layer {number}"
    return UsageError(called, needs, _told(value), SETTINGS["hidden"].says)


def _points(name: str, setting: Setting, value: Any) -> tuple[tuple[float, float, int], ...]:
    needs = f"at most {POINTS} points: x₁ and x₂ from −1000 to 1000, and a class from 0 to 9"
    if not isinstance(value, list | tuple) or len(value) > POINTS:
        raise refused(name, needs, value)
    made = []
    for each in value:
        if not isinstance(each, list | tuple) or len(each) != 3 or not _is_point(each):
            raise refused(name, needs, each)
        made.append((float(each[0]), float(each[1]), int(each[2])))
    return tuple(made)


def _is_point(point: Iterable[Any]) -> bool:
    x, y, k = point
    numbers = all(type(each) in (int, float) and abs(each) <= 1000 for each in (x, y))
    return numbers and type(k) is int and 0 <= k <= 9


CHECKS = {
    "number": _number, "whole": _number, "choice": _choice, "several": _several,
    "layers": _layers, "points": _points,
}  # fmt: skip
