"""Writes the pages that are made from the program itself.

    python docs/generate.py [PAGE ...]

`PAGES` maps a page to the function that gives its text, docs/pages/ holds these functions, a module
for each page. tests/test_docs_generated.py fails when a page differs from its text.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from docs import lesson_pages
from docs.pages import command_line, data_sets, figures, illnesses, mistakes, speed, tables
from docs.pages.markdown import DOCS

PAGES: dict[str, Callable[[], str]] = {
    "reference/command-line.md": command_line.page,
    "reference/tables.md": tables.page,
    "reference/data-sets.md": data_sets.page,
    "reference/illnesses.md": illnesses.page,
    "reference/figures.md": figures.page,
    "reference/speed.md": speed.page,
    "../benchmarks/README.md": speed.readme,
    **mistakes.pages(),
}


def main() -> None:
    some = sys.argv[1:]
    made = ((name, text_of()) for name, text_of in PAGES.items() if name in (some or PAGES))
    for name, text in chain(made, () if some else lesson_pages.write()):
        path = DOCS / name
        path.parent.mkdir(exist_ok=True)
        changed = not path.exists() or path.read_text(encoding="utf-8") != text
        path.write_text(text, encoding="utf-8")
        print(f"docs/{name}: {'written' if changed else 'as it was'}")


if __name__ == "__main__":
    main()
