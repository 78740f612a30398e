"""Runs every example of the pages and of README.md: `make docs`, then `pytest docs README.md`.

```python     run; lines with >>> are held to what they print
```console    lines `$ chainrule ...` are run for real and must end with exit code 0
<!-- skip: next -->   above a fence leaves it out

The examples of one page share one namespace and one temporary folder, and run in order.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

SECONDS = 120  # for one command; an example of a page should take two or three


def enter_folder(namespace: dict[str, Any]) -> None:
    namespace["_home"] = os.getcwd()
    namespace["_folder"] = tempfile.TemporaryDirectory(prefix="chainrule-docs-")
    os.chdir(namespace["_folder"].name)


def leave_folder(namespace: dict[str, Any]) -> None:
    os.chdir(namespace["_home"])
    namespace["_folder"].cleanup()


def run_console(example: Example) -> str | None:
    """Run each `$ chainrule ...`; a command ending in a backslash goes on in the next line."""
    scripts = Path(sys.executable).parent
    path = os.pathsep.join([str(scripts), os.environ.get("PATH", "")])
    for line in example.parsed.replace("\\\n", " ").splitlines():
        if not line.startswith("$ chainrule"):
            continue
        done = subprocess.run(
            line.removeprefix("$ "),
            shell=True,
            env={**os.environ, "PATH": path, "MPLBACKEND": "Agg", "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        if done.returncode != 0:
            return f"{line}\nended with exit code {done.returncode}:\n{done.stdout}{done.stderr}"
    return None


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
