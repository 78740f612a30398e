"""What a learner's program is made of: snippets by slot, right ones by default.

A formula is written once, as if rows were samples; `Plan.mul` and its kind turn it into the words
of a layout. A mistake replaces the snippets that are wrong, and only those.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

HIDDEN = ("sigmoid", "tanh", "relu", "leaky relu")
HEADS = ("softmax + ce", "sigmoid + bce", "linear + half se", "sigmoid + half se")
LAYOUTS = ("functions", "columns", "class")  # A, B and C


class NotApplicable(Exception):
    """The mistake can't be made here. The text says why."""


class Clash(Exception):
    """Two mistakes want the same lines."""


@dataclass(frozen=True)
class Setting:
    hidden: str
    head: str

    def __str__(self) -> str:
        return f"{self.hidden}, {self.head}"

    @property
    def softmax(self) -> bool:
        return self.head.startswith("softmax")

    @property
    def cross_entropy(self) -> bool:
        return self.head.endswith("ce")

    @property
    def squared(self) -> bool:
        return self.head.endswith("se")

    @property
    def bends(self) -> bool:
        """Whether the hidden derivative is more than a sign test."""
        return self.hidden in ("sigmoid", "tanh")


SETTINGS = tuple(Setting(hidden, head) for hidden in HIDDEN for head in HEADS)

Variables = SimpleNamespace
Snippet = Callable[["Plan", Variables], str]


class Plan:
    """One program to be: a setting, a layout, habits of a hand, and snippets."""

    def __init__(self, setting: Setting, layout: str, seed: object) -> None:
        self.setting, self.layout = setting, layout
        self.seed = f"{setting} {layout} {seed}"
        self.rng = random.Random(self.seed)
        self.slots: dict[str, Snippet] = {}
        self.put_slots: set[str] = set()
        self.demanded: dict[str, object] = {}
        self.habits = self._draw()

    def _draw(self) -> dict[str, object]:
        pick = self.rng.choice
        columns = self.layout == "columns"
        slope = "0.1" if pick((True, False)) else "0.01"
        return {
            "m_at": "grads" if columns else pick(("delta", "grads")),
            "slope": pick(("helper", "inline")),
            "dot": "np.dot" if columns else pick(("@", "@", "np.dot", ".dot")),
            "entry": pick(("backward", "backward", "cache", "gradients")),
            "bias": "beside",
            "l2": False,
            "rule": "sgd",
            "labels": "one-hot",
            "outputs": "many",
            "batches": False,
            "dropout": False,
            "seen": "gradient",  # or "step": there is a train_step and no gradient to ask for
            "names": pick((0, 1, 2, 3)),
            "leak": slope,
            "quote": pick((True, False)),
            "clip": pick((0, 1)),
            "stable": pick((True, False)),
            "docs": pick((0, 1, 2)),
            "in_place": pick((True, False)),
            "b_shape": pick(("(h,)", "(1, h)")),
            "gain": pick((0, 1)),
            "chatty": pick((True, False)),
        }

    # ------------------------------------------------------------------ habits and slots

    def __getattr__(self, name: str):
        try:
            return self.__dict__["habits"][name]
        except KeyError:
            raise AttributeError(name) from None

    def demand(self, **habits: object) -> None:
        """What a mistake takes for granted of the program around it."""
        for name, value in habits.items():
            if self.demanded.get(name, value) != value:
                raise Clash(f"{name}: {self.demanded[name]} and {value}")
            self.demanded[name] = value
            self.habits[name] = value

    def put(self, slot: str, snippet: Snippet | str) -> None:
        if slot in self.put_slots:
            raise Clash(slot)
        self.put_slots.add(slot)
        self.slots[slot] = snippet if callable(snippet) else lambda p, v: snippet

    def __call__(self, slot: str, v: Variables | None = None) -> str:
        from tests.checker.generator.snippets import RIGHT

        snippet = self.slots.get(slot) or RIGHT[slot]
        return snippet(self, v)

    def right(self, slot: str, v: Variables | None = None) -> str:
        from tests.checker.generator.snippets import RIGHT

        return RIGHT[slot](self, v)

    # ------------------------------------------------------------------ the words of a layout

    @property
    def columns(self) -> bool:
        return self.layout == "columns"

    @property
    def f(self) -> str:
        return self.setting.hidden.replace(" ", "_")

    @property
    def head(self) -> str:
        """The function of the output layer, or nothing."""
        name = self.setting.head.split(" ")[0]
        return "" if name == "linear" else name

    def mul(self, left: str, right: str) -> str:
        """left @ right where rows are samples; the other way round where columns are."""
        if self.columns:
            left, right = right, left
        if self.dot == "np.dot":
            return f"np.dot({left}, {right})"
        return f"{left}.dot({right})" if self.dot == ".dot" else f"{left} @ {right}"

    def over_samples(self, what: str, how: str = "sum", keep: bool | None = None) -> str:
        """The sum or mean over the samples, in the shape of a bias."""
        if keep is None:
            keep = self.columns or self.b_shape == "(1, h)"
        kept = ", keepdims=True" if keep else ""
        return f"np.{how}({what}, axis={1 if self.columns else 0}{kept})"

    def over_units(self, what: str, how: str = "sum") -> str:
        return f"np.{how}({what}, axis={0 if self.columns else 1}, keepdims=True)"

    def over_inputs(self, W: str) -> str:
        """The sum of a weight matrix over its inputs, one number for each unit."""
        return f"{W}.sum(axis={1 if self.columns else 0}, keepdims=True)"

    def mean(self, what: str) -> str:
        """Divided by m, where that is done in the gradients."""
        if self.m_at != "grads":
            return what
        return f"1 / m * {what}" if self.columns else f"{what} / m"

    def without_bias(self, W: str) -> str:
        """The weights of the units, where the bias is the last of the weights."""
        if self.bias != "inside":
            return W
        return f"{W}[:, :-1]" if self.columns else f"{W}[:-1]"

    def sample(self, what: str, i: str) -> str:
        return f"{what}[:, {i}]" if self.columns else f"{what}[{i}]"

    def take(self, what: str, which: str) -> str:
        """The samples of a batch."""
        return f"{what}[:, {which}]" if self.columns else f"{what}[{which}]"

    def count(self, what: str) -> str:
        return f"{what}.shape[{1 if self.columns else 0}]"

    @property
    def y(self) -> str:
        return "Y" if self.columns else "y"

    @property
    def lam(self) -> str:
        return "self.lam" if self.layout == "class" else ("lambd" if self.columns else "LAM")

    @property
    def rate(self) -> str:
        return "self.learning_rate" if self.layout == "class" else "learning_rate"


def indent(text: str, by: int = 1) -> str:
    pad = "    " * by
    return "\n".join(pad + line if line.strip() else line for line in text.split("\n"))


def join(*parts: str) -> str:
    """Lines one below the other; empty ones are left out."""
    return "\n".join(part for part in parts if part)


def function(head: str, *body: str, doc: str = "") -> str:
    text = join(f'"""{doc}"""' if doc else "", *body)
    return f"def {head}:\n{indent(text)}"


def has_name(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w.]){name}\b", text) is not None
