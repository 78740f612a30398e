"""The page of the figures: every docs/figures/*.json as a table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from docs.pages.markdown import DOCS, MADE, table


def page(folder: Path = DOCS / "figures") -> str:
    """Every docs/figures/*.json as a table: what benchmarks/figures.py measured."""
    held = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    none = "None have been measured yet: `make figures` does it."
    shown = "\n\n".join(map(figure_section, held)) or none
    return f"""{MADE}
# Figures

Measured figures, each with the command that measures them again.

{shown}
"""


def figure_section(figure: dict[str, Any]) -> str:
    rows = [[number(cell) for cell in row] for row in figure["rows"]]
    notes = "\n".join(f"- {note}" for note in figure.get("notes", []))
    where = f"{figure['date']}, {figure['machine']}."
    parts = [f"## {figure['title']}", table(figure["columns"], rows), notes, where]
    if figure.get("command"):
        parts.append(f"```text\n{figure['command']}\n```")
    return "\n\n".join(part for part in parts if part)


def number(value: Any) -> str:
    """A cell as people read it."""
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "-"}[value]
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list):
        return ", ".join(map(number, value)) or "none"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
