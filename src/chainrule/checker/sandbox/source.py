"""A learner's program as text: from a file, a notebook, or a string."""

from __future__ import annotations

import io
import json
import re
import tokenize
from pathlib import Path
from typing import NamedTuple

from chainrule.core.errors import UsageError

LARGEST = 2 * 2**20  # bytes of a program
LARGEST_NOTEBOOK = 50 * 2**20  # pictures are in it
MAGIC = re.compile(
    r"(\s*)(?:%%?[A-Za-z]|[!?]|\w[\w.]*\?+\s*$)"
)  # a line for IPython, not for Python
CELL_OF_PYTHON = {"time", "timeit", "capture", "prun"}


class Source(NamedTuple):
    """What is to be run, and where it comes from."""

    name: str  # as people know it: "my_net.py"
    file: str  # the name of the copy: "my_net.py", "notebook.py"
    text: str
    folder: Path | None  # the folder it comes with
    cells: tuple[int, ...] = ()  # of a notebook: the line each cell begins at

    def place(self, line: int) -> str:
        """Where a line is, for people: "line 14", or "cell 3, line 4" of a notebook."""
        begun = [start for start in self.cells if start <= line]
        return f"cell {len(begun)}, line {line - begun[-1] + 1}" if begun else f"line {line}"

    def line(self, number: int) -> str:
        """The text of a line, or nothing."""
        lines = self.text.splitlines()
        return lines[number - 1].strip() if 0 < number <= len(lines) else ""


def load(program: Path | str) -> Source:
    """A path is read; a text of several lines is the program itself. UsageError otherwise."""
    if isinstance(program, str) and "\n" in program:
        return _checked(Source("the program", "program.py", program, None))
    path, name = Path(program), Path(program).name
    data = _bytes(path)
    if path.suffix == ".ipynb":
        return _checked(_notebook(path, data))
    return _checked(
        Source(
            name, name if path.suffix == ".py" else f"{name}.py", _decoded(name, data), path.parent
        )
    )


def _bytes(path: Path) -> bytes:
    most = LARGEST_NOTEBOOK if path.suffix == ".ipynb" else LARGEST
    _check_kind(path)
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        near = sorted(p.name for p in path.parent.glob("*.py"))[:3]
        raise UsageError(
            str(path), "a file that can be read", error.strerror or str(error),
            f"Near it are {', '.join(near)}." if near else "Is the name right?",
        ) from error  # fmt: skip
    if len(data) > most:
        raise UsageError(
            path.name, f"at most {most >> 20} MB", "more",
            "Put data into a file of its own, and load it.",
        )  # fmt: skip
    return data


def _check_kind(path: Path) -> None:
    if "\0" in str(path):
        raise UsageError(repr(str(path)), "a path", "a NUL byte in it", "Is the name right?")
    if path.is_dir():
        inside = sorted(p.name for p in path.glob("*.py"))[:3]
        raise UsageError(
            str(path), "a Python file", "a folder",
            f"Name one file of it: {', '.join(inside) or 'there is no .py file in it'}.",
        )  # fmt: skip
    if path.exists() and not path.is_file():  # a pipe could be waited for without end
        raise UsageError(str(path), "a Python file", "something else", "Copy it to a file.")


def _decoded(name: str, data: bytes) -> str:
    """The text as Python would read it, by its coding line; UTF-8 without one."""
    try:
        coding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(coding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise UsageError(
            name, "text in UTF-8", str(error), "Save the file as UTF-8 in your editor."
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")


def _checked(source: Source) -> Source:
    if not source.text.strip():
        raise UsageError(
            source.name, "a program", "an empty file",
            "Is it saved? chainrule check --template prints a start.",
        )  # fmt: skip
    if "\0" in source.text:
        at = source.text[: source.text.index("\0")].count("\n") + 1
        raise UsageError(
            source.name, "Python text", f"a NUL byte in {source.place(at)}",
            "Is this a Python file? Save it as UTF-8 text.",
        )  # fmt: skip
    return source


def _notebook(path: Path, data: bytes) -> Source:
    """The code cells of a notebook, one below the other, without the lines for IPython."""
    try:
        cells = json.loads(data.decode("utf-8"))["cells"]
        codes = [_text(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(
            path.name, "a notebook of format 4", f"{type(error).__name__}: {error}",
            "Open it in Jupyter and save it again, or export it as .py.",
        ) from error  # fmt: skip
    lines: list[str] = []
    starts = []
    for code in codes:
        starts.append(len(lines) + 1)
        lines += [*_python_lines(code), ""]
    text = "\n".join(lines)
    return Source(path.name, f"{path.stem}.py", text, path.parent, tuple(starts))


def _text(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def _python_lines(code: str) -> list[str]:
    """The lines of a cell; `pass` stands where a line was for IPython, so that numbers stay."""
    lines = code.splitlines()
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%") and first[2:].split(" ")[0].strip() not in CELL_OF_PYTHON:
        return ["" for _ in lines]
    found = [(line, MAGIC.match(line)) for line in lines]
    return [f"{match[1]}pass" if match else line for line, match in found]
