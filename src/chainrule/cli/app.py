"""All commands, and what becomes of their errors: one message in four parts, and an exit code.

0 done · 1 the task failed · 2 what was asked can't be done · 130 interrupted, with all kept
"""

from __future__ import annotations

import difflib
import io
import itertools
import logging
import os
import sys
import tomllib
import typing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import cyclopts
from cyclopts import App, CycloptsError

from chainrule.cli import (
    check,
    data,
    doctor,
    examples,
    explain,
    export,
    info,
    plot,
    predict,
    resume,
    studio,
    train,
)
from chainrule.cli.options import TrainOptions
from chainrule.cli.screen import Screen
from chainrule.core.errors import ChainruleError, TaskError, UsageError

COMMANDS: dict[str, Callable[..., int]] = {
    "train": train.train,
    "predict": predict.predict,
    "resume": resume.resume,
    "plot": plot.plot,
    "export": export.export,
    "data": data.data,
    "info": info.info,
    "explain": explain.explain,
    "check": check.check,
    "doctor": doctor.doctor,
    "studio": studio.studio,
}


NEEDS = {
    "train": (
        "a file, or the name of a problem",
        "chainrule data lists them; circles is a good start.",
    ),
    "predict": ("a run or model file, and a file of rows", "`ls runs` shows the runs made here."),
    "resume": ("a run file", "`ls runs` shows the runs made here."),
    "plot": ("a run file", "`ls runs` shows the runs made here."),
    "export": ("a run file", "`ls runs` shows the runs made here."),
    "explain": ("a run file, or the name of a problem", "chainrule explain mazur is a good start."),
}
NUMBERS = {
    f"--{name.replace('_', '-')}"
    for name, kind in typing.get_type_hints(TrainOptions).items()
    if kind in (int | None, float | None)
}


def make_app() -> App:
    app = App(
        name="chainrule",
        help="A neural network made of glass: watch it learn, stop it, go on, look inside.",
        help_epilogue="Start here: chainrule train circles",
        version_flags=["--version"],
        version=_version,
        result_action="return_value",
    )
    for name, command in COMMANDS.items():
        app.command(App(name=name, help_epilogue=examples.told(name), result_action="return_value"))
        app[name].default(command)
    return app


def run(arguments: Sequence[str]) -> int:
    """Run one command line and give its exit code. Errors are printed, never raised."""
    for stream in (sys.stdout, sys.stderr):  # a code page may lack our signs
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    arguments = list(arguments)
    name = next((word for word in arguments if not word.startswith("-")), "")
    screen = Screen(name, as_json="--json" in arguments)
    try:
        with _notes(Screen(name, quiet="--quiet" in arguments)):
            return _run(arguments, name)
    except ChainruleError as error:
        return screen.failed(error)
    except CycloptsError as error:
        return screen.failed(_misused(error, name))
    except KeyboardInterrupt:
        screen.note("interrupted")
        return 130
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except MemoryError:
        return screen.failed(
            TaskError(f"chainrule {name}", "memory", "none left", "Try less data.")
        )
    except Exception as error:
        if "CHAINRULE_TRACEBACK" in os.environ:
            raise
        return screen.failed(
            TaskError(
                f"chainrule {name}", "no surprises", f"{type(error).__name__}: {error}",
                "This is a mistake in chainrule; CHAINRULE_TRACEBACK=1 shows where.",
            )
        )  # fmt: skip


@contextmanager
def _notes(screen: Screen) -> Iterator[None]:
    """What the library says beside its results (which engine, and why) are lines beside ours."""
    handler, logger = logging.Handler(), logging.getLogger("chainrule")
    handler.emit = lambda record: screen.note(f"note: {record.getMessage()}")  # type: ignore[method-assign]
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def _run(arguments: list[str], name: str) -> int:
    app = make_app()
    if not arguments:
        app.help_print()
        return 0
    if name == "train":
        _check_numbers(arguments)
    config = _config_path(arguments) if name == "train" else None
    if config is not None:
        app.config = (_settings_file(config),)
    code = app(arguments, print_error=False, exit_on_error=False)
    sys.stdout.flush()
    return code if isinstance(code, int) else 0


def _check_numbers(arguments: list[str]) -> None:
    """The parser reads `none` as nothing where a number is wanted, and the default stays unsaid."""
    words = [part for word in arguments for part in word.split("=", 1)]
    for option, value in itertools.pairwise(words):
        if option in NUMBERS and value.lower() in ("none", "null"):
            raise UsageError(
                f"chainrule train {option}", "a number", repr(value),
                "0 switches a penalty off; leave the option out for the default.",
            )  # fmt: skip


def _settings_file(path: str) -> cyclopts.config.Toml:
    if not Path(path).is_file():
        raise UsageError(
            f"--config {path!r}", "a TOML file", "nothing there",
            "Its keys are the names of the options: learning_rate = 0.1",
        )  # fmt: skip
    try:
        tables = [
            k for k, v in tomllib.loads(Path(path).read_text("utf-8")).items() if type(v) is dict
        ]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise UsageError(
            f"--config {path!r}", "a TOML file", str(error), "One setting a line: epochs = 100"
        ) from error
    if tables:
        raise UsageError(
            f"--config {path!r}", "settings at the top of the file", f"the table [{tables[0]}]",
            "Leave the line with the brackets out.",
        )  # fmt: skip
    return cyclopts.config.Toml(path, must_exist=True, use_commands_as_keys=False)


def _config_path(arguments: list[str]) -> str | None:
    for k, word in enumerate(arguments):
        if word == "--config" and k + 1 < len(arguments):
            return arguments[k + 1]
        if word.startswith("--config="):
            return word.partition("=")[2]
    return None


def _misused(error: CycloptsError, name: str) -> UsageError:
    """The parser's error in our four parts."""
    text = " ".join(str(error).split()).rstrip(".")
    if isinstance(error, cyclopts.MissingArgumentError) and name in NEEDS:
        return UsageError(f"chainrule {name}", NEEDS[name][0], "none", NEEDS[name][1])
    if name and name not in COMMANDS:
        near = difflib.get_close_matches(name, COMMANDS, n=1, cutoff=0.5)
        guess = f"Did you mean {near[0]}? " if near else ""
        return UsageError(
            f"chainrule {name}", "the name of a command", repr(name),
            f"{guess}Known: {', '.join(COMMANDS)}.",
        )  # fmt: skip
    return UsageError(
        f"chainrule {name}".strip(), "options that it knows, with values they can take", text,
        f"chainrule {name} --help lists them.".replace("  ", " "),
    )  # fmt: skip


def _version() -> str:
    from chainrule import __version__

    return f"chainrule {__version__}"
