"""chainrule check FILE"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from chainrule.cli.options import Json, Quiet
from chainrule.cli.screen import Screen

if TYPE_CHECKING:
    from chainrule.checker.verdict import Verdict

TEMPLATE = '''\
"""Put your own lines into the two functions. Then: chainrule check THIS_FILE"""
import numpy as np


def loss(params, X, y):
    """One number. X has a row for each sample, y as well."""
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    ...  # your way forward


def gradient(params, X, y):
    """What backpropagation gives: for each parameter an array of its shape."""
    ...  # your way forward, and back
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
'''
REDUCED = {  # what each hint shows of a mistake
    1: ("where", "layer", "line"),
    2: ("id", "name", "where", "layer", "line"),
    3: ("id", "name", "where", "layer", "line", "formula_right", "formula_theirs"),
}
Flag = Parameter(negative=(), show_default=False)


def check(
    path: Annotated[str | None, Parameter(name="FILE", help="Your program: .py or .ipynb.")] = None,
    /,
    *,
    hint: Annotated[
        int | None, Parameter(help="Say less: 1 where, 2 what kind, 3 the formula.")
    ] = None,
    entry: Annotated[
        str | None, Parameter(help="The function or method to look at. [default: the best found]")
    ] = None,
    seconds: Annotated[float, Parameter(help="For your program, at most.")] = 10.0,
    numbers: Annotated[
        str | None,
        Parameter(
            allow_leading_hyphen=True, help="A file of numbers, or one figure, instead of a FILE."
        ),
    ] = None,
    template: Annotated[bool, Flag, Parameter(help="Print a form for your own functions.")] = False,
    gallery: Annotated[
        bool, Flag, Parameter(help="Show programs with known mistakes; FILE may name one.")
    ] = False,
    picture: Annotated[
        str | None, Parameter(help="Draw the verdict into this file: .svg or .html.")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Name the mistake in your own backpropagation. 0: right; 1: a mistake; 2: it does not run."""
    screen = Screen("check", as_json=as_json, quiet=quiet)
    _one_wish(path, numbers, hint, template=template, gallery=gallery)
    _drawable(picture, of_a_file=path is not None and not gallery)
    if template:
        screen.give(template=TEMPLATE)
        screen.say(TEMPLATE.rstrip())
        return 0
    if gallery:
        return _gallery(screen, path)
    verdict = _numbers(numbers) if numbers is not None else _checked(str(path), seconds, entry)
    if picture is not None:
        _draw(screen, verdict, str(path), picture, hint)
    screen.give(of=path or numbers, **reduced(verdict, hint))
    if not as_json and not quiet:
        from chainrule.cli.verdict import show

        show(verdict, path, hint)
    return verdict.exit_code


def reduced(verdict: Verdict, hint: int | None) -> dict[str, Any]:
    """The verdict for machines; with a hint, no more than the hint says."""
    found = {key: value for key, value in verdict.to_json().items() if key != "schema"}
    if hint is None:
        return found
    found["mistakes"] = [
        {key: mistake[key] for key in REDUCED[hint] if key in mistake}
        for mistake in found["mistakes"]
    ]
    left_out = {"agreement"} | ({"message"} if verdict.mistakes else set())
    return {key: value for key, value in found.items() if key not in left_out} | {"hint": hint}


def _one_wish(
    path: str | None, numbers: str | None, hint: int | None, *, template: bool, gallery: bool
) -> None:
    from chainrule.core.errors import UsageError

    if hint not in (None, *REDUCED):
        raise UsageError(
            "check --hint", "1, 2 or 3", repr(hint), "1 says where, 2 what kind, 3 the formula."
        )
    wishes = [
        name
        for name, is_wanted in {
            "a FILE": path is not None and not gallery, "--numbers": numbers is not None,
            "--template": template, "--gallery": gallery,
        }.items() if is_wanted
    ]  # fmt: skip
    if len(wishes) != 1:
        raise UsageError(
            "chainrule check", "your program: a .py or .ipynb file", " and ".join(wishes) or "none",
            "chainrule check my_net.py is one; --template prints a form to begin with.",
        )  # fmt: skip


def _drawable(picture: str | None, *, of_a_file: bool) -> None:
    from chainrule.core.errors import UsageError

    if picture is None:
        return
    if not of_a_file or not picture.endswith((".svg", ".html")):
        raise UsageError(
            "check --picture", "a FILE to check, and a picture that ends in .svg or .html",
            repr(picture), "Try chainrule check my_net.py --picture verdict.svg.",
        )  # fmt: skip


def _draw(screen: Screen, verdict: Verdict, name: str, picture: str, hint: int | None) -> None:
    from pathlib import Path

    from chainrule.checker import picture as drawn

    if not verdict.shapes:
        screen.note(f"no picture in {picture}: no network was seen")
        return
    draw = drawn.page if picture.endswith(".html") else drawn.picture
    text = draw(verdict, Path(name).name, tells=hint is None)
    Path(picture).write_text(text, encoding="utf-8")


def _checked(path: str, seconds: float, entry: str | None) -> Verdict:
    from chainrule.checker.api import check as check_program

    with _ended_by_signal():
        return check_program(_as_path(path), seconds=seconds, entry=entry)


def _as_path(path: str) -> Any:
    """A path, whatever characters are in it: never the text of a program."""
    from pathlib import Path

    return Path(path)


@contextmanager
def _ended_by_signal() -> Iterator[None]:
    """SIGTERM ends a check as Ctrl-C does: with nothing left behind."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, interrupt)
    except ValueError:  # not in the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _numbers(text: str) -> Verdict:
    found: Verdict = _later("figures", "numbers", "--numbers")(text)
    return found


def _gallery(screen: Screen, name: str | None) -> int:
    from chainrule.cli.gallery import gallery

    return gallery(screen, name)


def _later(module: str, function: str, option: str) -> Any:
    """A part of the checker that is imported when it is asked for."""
    from importlib import import_module

    from chainrule.core.errors import UsageError

    try:
        return getattr(import_module(f"chainrule.checker.{module}"), function)
    except ImportError as error:
        raise UsageError(
            f"check {option}", "a version of chainrule that has it", "this one",
            "Try chainrule check FILE, with the program itself.",
        ) from error  # fmt: skip
