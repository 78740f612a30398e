"""Errors as a page tells them: at the setting they are about, in the words of its form."""

from __future__ import annotations

import re as patterns

from chainrule.core.errors import ChainruleError
from chainrule.view.fields import SETTINGS
from chainrule.view.messages import Failed

OPTION = patterns.compile(r"--(missing|target|task|scale|holes)(?: ([a-z][a-z-]*|NAME)\b)?")
ABOUT = patterns.compile(r"(setting|target) '([^']*)'(?: of (layer \d+))?")
ELSEWHERE = patterns.compile(r" \(\w+= in Python\)")


def failed(error: ChainruleError, re: int | None) -> Failed:
    """`field` is the setting that the error is about, if it says so; `called` is its label then."""
    found = ABOUT.match(error.called)
    name = None if found is None else {"target": "target"}.get(found[1], found[2])
    called = error.called
    if found is not None and name in SETTINGS:
        called = found[3].capitalize() if found[3] else SETTINGS[name].label
    return Failed(re, called, error.needs, error.got, in_words(error.do), name)


def in_words(advice: str) -> str:
    """ "--missing drop leaves such rows out" is "“Missing values: drop” leaves such rows out"."""
    return OPTION.sub(_field, ELSEWHERE.sub("", advice))


def _field(found: patterns.Match[str]) -> str:
    label, value = SETTINGS[found[1]].label, found[2]
    if value in SETTINGS[found[1]].names:
        return f"“{label}: {value}”"
    rest = "" if value in (None, "NAME") else f" {value}"  # an option, then a word of the sentence
    return f"“{label}”{rest}"
