"""The built pages ask nothing of another machine, and their examples can fail."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from docs.conftest import run_console

BUILT = Path(__file__).parent / "_build" / "html"
FETCHED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio|embed)\b[^>]*\bsrc\s*=\s*["']?(?:https?:)?//[^"'\s>]+
      | <link\b[^>]*\bhref\s*=\s*["']?(?:https?:)?//[^"'\s>]+
      | (?:url\(\s*["']?|@import\s+["'])(?:https?:)?//[^"')\s]+
      | \b(?:fetch|import)\(\s*["'`](?:https?:)?//[^"'`]+""",
    re.VERBOSE | re.IGNORECASE,
)


def test_pages_make_no_request_off_the_machine() -> None:
    pages = [p for p in BUILT.rglob("*") if p.suffix in {".html", ".css", ".js"}]
    assert pages, "docs/_build/html is empty: run `make docs` first"
    found = {p.name: FETCHED.findall(p.read_text(encoding="utf-8")) for p in pages}
    assert {name: urls for name, urls in found.items() if urls} == {}


@pytest.mark.parametrize(
    "page",
    [
        '<script async src="https://example.org/mathjax.js"></script>',
        "<link rel=stylesheet href='//example.org/a.css'>",
        '@import "https://example.org/font.css";',
        "a { background: url(https://example.org/a.png) }",
        'fetch("https://example.org/count")',
    ],
)
def test_a_request_would_be_found(page: str) -> None:
    assert FETCHED.findall(page)


def test_a_link_is_no_request() -> None:
    assert not FETCHED.findall('<a href="https://example.org">there</a> <img src="_static/a.png">')


def test_formulas_are_drawn_without_a_script() -> None:
    page = (BUILT / "why" / "index.html").read_text(encoding="utf-8")
    assert "<math" in page
    assert not re.search("<script[^>]*(?:mathjax|katex)", page, re.IGNORECASE)


def console(block: str) -> str | None:
    example: Any = SimpleNamespace(parsed=block)
    return run_console(example)


def test_a_console_example_that_fails_is_found() -> None:
    assert "exit code" in (console("$ chainrule no-such-command\n") or "")
    assert "exit code" in (
        console("$ chainrule --version\n...\n$ chainrule \\\n  --nonsense") or ""
    )


def test_a_console_example_that_prints_something_else_is_found() -> None:
    assert "and not" in (console("$ chainrule --version\nchainrule, version nought\n") or "")


def test_a_console_example_that_works_is_not() -> None:
    assert console("$ chainrule \\\n    --version\nchainrule ...\n$ another --fails\n") is None


def test_a_failure_that_the_page_announces_is_none() -> None:
    assert console("$ chainrule trian\n...Did you mean train?...\n$ echo $?\n2\n") is None
    assert "exit code" in (console("$ chainrule --version\n$ echo $?\n2\n") or "")
