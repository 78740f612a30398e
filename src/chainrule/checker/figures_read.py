"""Figures as somebody wrote them down: one, several, or the lines of a file."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal, localcontext
from pathlib import Path

from chainrule.core.errors import UsageError

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
NAME = r"[\w.]*[A-Za-z_][\w.]*(?:\[[\d,:\s]*\])?"
END = r"\s*(?:[,;]\s*|\s|$)"
PAIR = re.compile(
    rf"\s*(?:(?!{NUMBER}{END})\"?(?P<name>{NAME})\"?\s*[,;:=\s]\s*)?\"?(?P<number>{NUMBER})\"?{END}"
)


@dataclass(frozen=True)
class Figure:
    """A number as somebody wrote it down."""

    text: str
    address: str = ""  # "" : whatever number it may be

    def __str__(self) -> str:
        return f"{self.address} = {self.text}" if self.address else self.text

    @property
    def digits(self) -> int:
        """How many say something: 2 of 0.050."""
        return len(Decimal(self.text).as_tuple().digits)

    def agrees(self, value: float) -> str:
        """ "rounded" or "cut": ours is the same, brought to as many digits in this way; or ""."""
        if not math.isfinite(value):
            return ""
        with localcontext() as context:
            context.prec = 400
            written, ours = Decimal(self.text), Decimal(repr(float(value)))
            places = written.as_tuple().exponent
            assert isinstance(places, int)
            unit = Decimal(1).scaleb(places)
            near = max(unit * Decimal("0.5000001"), abs(written) * Decimal("1e-13"))
            if abs(ours - written) <= near:
                return "rounded"
            is_cut = written != 0 and ours.quantize(unit, ROUND_DOWN) == written
            return "cut" if is_cut else ""


def read(text: str) -> list[Figure]:
    """All figures, in their order. A first line of a file without a number is a heading."""
    path = Path(text)
    found = _of_file(path) if path.is_file() else _figures(text)
    if not found:
        raise UsageError(
            "check --numbers", "figures such as 0.291027924, or a CSV file of them", repr(text),
            "A line of the file is a number, or a name and a number: 1.dW[0,0],0.0821670406.",
        )  # fmt: skip
    return found


def _of_file(path: Path) -> list[Figure]:
    lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    return [figure for n, line in enumerate(lines, 1) for figure in _of_line(line, n, path)]


def _of_line(line: str, number: int, path: Path) -> list[Figure]:
    found = _figures(line)
    if line.strip() and not found and number > 1:
        raise UsageError(
            f"check --numbers {path}", "a number at the end of each line",
            f"{line.strip()!r} in line {number}", "Write 1.dW[0,0],0.0821670406.",
        )  # fmt: skip
    return found


def _figures(line: str) -> list[Figure]:
    """The figures of a line that holds nothing else; else none."""
    found = list(_pairs(line.replace("−", "-").rstrip()))
    return found if None not in found else []  # type: ignore[return-value]


def _pairs(line: str) -> Iterator[Figure | None]:
    place = 0
    while place < len(line):
        pair = PAIR.match(line, place)
        yield Figure(pair["number"], pair["name"] or "") if pair else None
        place = pair.end() if pair else len(line)
