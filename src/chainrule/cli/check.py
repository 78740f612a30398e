"""chainrule check FILE"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from chainrule.cli.options import Force, Json, Quiet
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
    1: ("where", "layer", "line", "sets"),
    2: ("id", "name", "where", "layer", "line", "sets"),
    3: ("id", "name", "where", "layer", "line", "sets", "formula_right", "formula_theirs"),
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
        Parameter(allow_leading_hyphen=True, help="Figures, or a file of them, instead of a FILE."),
    ] = None,
    template: Annotated[bool, Flag, Parameter(help="Print a form for your own functions.")] = False,
    gallery: Annotated[
        bool, Flag, Parameter(help="Show programs with known mistakes; FILE may name one.")
    ] = False,
    picture: Annotated[
        str | None, Parameter(help="Draw the verdict into this file: .svg or .html.")
    ] = None,
    force: Force = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Name the mistake in your own backpropagation. 0: right; 1: a mistake; 2: it does not run."""
    screen = Screen("check", as_json=as_json, quiet=quiet)
    _one_wish(path, numbers, hint, template=template, gallery=gallery)
    _drawable(picture, of_a_file=path is not None and not gallery, force=force)
    if template:
        screen.give(template=TEMPLATE)
        screen.say(TEMPLATE.rstrip())
        return 0
    if gallery:
        return _gallery(screen, path)
    if numbers is not None:
        return _numbers(screen, numbers, hint)
    verdict = _checked(screen, str(path), seconds, entry)
    if verdict is None:
        return 130
    if picture is not None:
        _draw(screen, verdict, str(path), picture, hint)
    screen.give(of=path, **reduced(verdict, hint))
    if not as_json and not quiet:
        from chainrule.cli.verdict import show

        show(verdict, path, hint)
    return verdict.exit_code


def reduced(verdict: Verdict, hint: int | None) -> dict[str, Any]:
    """The verdict for machines; with a hint, no more than the hint says of a mistake."""
    found = {key: value for key, value in verdict.to_json().items() if key != "schema"}
    if hint is None or verdict.is_right:
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


def _drawable(picture: str | None, *, of_a_file: bool, force: bool) -> None:
    from pathlib import Path

    from chainrule.core.errors import UsageError

    if picture is None:
        return
    if not of_a_file or not picture.endswith((".svg", ".html")):
        raise UsageError(
            "check --picture", "a FILE to check, and a picture that ends in .svg or .html",
            repr(picture), "Try chainrule check my_net.py --picture verdict.svg.",
        )  # fmt: skip
    if Path(picture).exists() and not force:
        raise UsageError(
            f"check --picture {picture}", "a path that is free", "a file of that name",
            "Choose another, or replace it with --force.",
        )  # fmt: skip


def _draw(screen: Screen, verdict: Verdict, name: str, picture: str, hint: int | None) -> None:
    from pathlib import Path

    from chainrule.checker import picture as drawn
    from chainrule.model import write_safely

    if not verdict.shapes:
        screen.note(f"no picture in {picture}: no network was seen")
        return
    draw = drawn.page if picture.endswith(".html") else drawn.picture
    text = draw(verdict, Path(name).name, tells=hint is None)
    write_safely(Path(picture), text.encode())
    screen.note(f"the verdict, drawn: {picture}")


def _checked(screen: Screen, path: str, seconds: float, entry: str | None) -> Verdict | None:
    """The verdict; None where Ctrl-C came first, and that is said."""
    from chainrule.checker.api import check as check_program
    from chainrule.core.errors import TaskError

    try:
        with _ended_by_signal():
            return check_program(_as_path(path), seconds=seconds, entry=entry)
    except KeyboardInterrupt:
        screen.failed(
            TaskError(
                f"check {path}", "to come to its end", "an interruption",
                "The program was ended, and nothing is left behind.",
            )
        )  # fmt: skip
        return None


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


def _numbers(screen: Screen, text: str, hint: int | None) -> int:
    """A verdict for each figure; the exit code of the worst."""
    from chainrule.checker.figures import numbers

    found = numbers(text)
    told = [{"of": str(figure), **reduced(verdict, hint)} for figure, verdict in found]
    screen.give(**(told[0] if len(told) == 1 else {"of": text, "figures": told}))
    if not screen.as_json and not screen.quiet:
        from chainrule.cli.verdict import show

        for n, (figure, verdict) in enumerate(found):
            if n:
                screen.say()
            show(verdict, None, hint, str(figure))
    return max((verdict.exit_code for _, verdict in found), default=0)


def _gallery(screen: Screen, name: str | None) -> int:
    from chainrule.cli.gallery import gallery

    return gallery(screen, name)
