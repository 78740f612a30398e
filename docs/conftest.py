"""Runs every example of the pages and of README.md: `make docs`, then `pytest docs README.md`.

```python     run; lines with >>> are held to what they print
```console    lines `$ chainrule ...` are run for real. Lines below one are held to what it prints
              on stdout, with `...` for anything; none means: look at the exit code only. It has to
              be 0, unless `$ echo $?` follows: then to the number below that, and what is printed
              includes stderr, where errors go.
<!-- skip: next -->   above a fence leaves it out

The examples of one page share one namespace and one temporary folder, and run in order.
"""

from __future__ import annotations

import doctest
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

SECONDS = 120  # for one command; an example of a page should take two or three
ECHO = "$ echo $?"


def enter_folder(namespace: dict[str, Any]) -> None:
    namespace["_home"] = os.getcwd()
    namespace["_folder"] = tempfile.TemporaryDirectory(prefix="chainrule-docs-")
    os.chdir(namespace["_folder"].name)


def leave_folder(namespace: dict[str, Any]) -> None:
    os.chdir(namespace["_home"])
    namespace["_folder"].cleanup()


class Command(NamedTuple):
    """One `$ chainrule ...` of a block, and what the page says of it."""

    line: str
    prints: str
    code: int


def commands_of(block: str) -> list[Command]:
    """The commands to run; one ending in a backslash goes on in the next line."""
    found: list[Command] = []
    parts = block.replace("\\\n", " ").split("\n$ ")
    for part in ["$ " + part.removeprefix("$ ") for part in parts]:
        line, _, printed = part.partition("\n")
        if line == ECHO and found:
            found[-1] = found[-1]._replace(code=int(printed))
        elif line.startswith("$ chainrule"):
            found.append(Command(line.removeprefix("$ "), printed.strip("\n"), 0))
    return found


def run_console(example: Example) -> str | None:
    """None, or what is wrong with the first command that is not as the page says."""
    scripts = Path(sys.executable).parent
    path = os.pathsep.join([str(scripts), os.environ.get("PATH", "")])
    for command in commands_of(example.parsed):
        done = subprocess.run(
            command.line,
            shell=True,
            env={**os.environ, "PATH": path, "MPLBACKEND": "Agg", "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        if done.returncode != command.code:
            said = f"ended with exit code {done.returncode}:\n{done.stdout}{done.stderr}"
            return f"{command.line}\n{said}"
        printed = done.stdout + (done.stderr if command.code else "")
        if command.prints and not same_text(command.prints, printed):
            return f"{command.line}\nprinted\n{printed}\nand not\n{command.prints}"
    return None


def same_text(wanted: str, printed: str) -> bool:
    """Line by line the same, but for spaces at the ends, with `...` for anything."""
    texts = ("\n".join(line.rstrip() for line in t.strip().splitlines()) for t in (wanted, printed))
    return doctest.OutputChecker().check_output(*texts, doctest.ELLIPSIS)


examples = Sybil(
    parsers=[SkipParser(), PythonCodeBlockParser(), CodeBlockParser("console", run_console)],
    patterns=["README.md", "docs/*.md", "docs/*/*.md"],
    path=str(Path(__file__).parents[1]),
    setup=enter_folder,
    teardown=leave_folder,
)


def pytest_configure(config: pytest.Config) -> None:
    """A hook of a conftest sees its own folder only; as a plugin it sees README.md as well."""
    plugin = type("DocumentExamples", (), {"pytest_collect_file": staticmethod(examples.pytest())})
    config.pluginmanager.register(plugin, "chainrule-document-examples")
