"""The register of mistakes: a function for each row that puts the wrong lines into a plan."""

from __future__ import annotations

from collections.abc import Callable

from tests.checker.generator.plan import NotApplicable, Plan

Make = Callable[..., None]
MISTAKES: dict[int, Make] = {}
VARIANTS: dict[int, tuple[str, ...]] = {}


def row(number: int, *variants: str) -> Callable[[Make], Make]:
    """Registers the mistake of a row; with variants it is called with the name of one."""

    def register(make: Make) -> Make:
        MISTAKES[number] = make
        VARIANTS[number] = variants
        return make

    return register


def only(condition: bool, why: str) -> None:
    if not condition:
        raise NotApplicable(why)


def bends(p: Plan) -> None:
    only(p.setting.bends, "harmless here: the hidden derivative only asks for the sign")


def softmax(p: Plan) -> None:
    only(p.setting.softmax, "there is no softmax")


def bce(p: Plan) -> None:
    only("bce" in p.setting.head, "there is no binary cross-entropy")


def cross_entropy(p: Plan) -> None:
    only(p.setting.cross_entropy, "there is no logarithm in the loss")


def squared(p: Plan) -> None:
    only(p.setting.squared, "there is no squared error")
