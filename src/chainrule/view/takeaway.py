"""What can be taken away as a file: the run, the model, the data, programs, derivations as pages.

Pictures are made in the browser, from what it shows: web/src/take/."""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from chainrule.core.errors import UsageError
from chainrule.model import Model
from chainrule.network import Network
from chainrule.trace.markdown import markdown
from chainrule.trace.page_html import page_html
from chainrule.trace.story import Page, one_number
from chainrule.training.run_file import RunFile
from chainrule.view import code
from chainrule.view.session import Session
from chainrule.view.sets import run_name

BINARY = "application/octet-stream"


class Taken(NamedTuple):
    name: str
    kind: str  # its media type
    content: bytes


def run(session: Session) -> Taken:
    """The run file of the shown branch as it is now, whole, though it may still be written."""
    line = session.line
    if line.path is None:
        raise UsageError("take the run", "a run that has begun", "none", "Press play first.")
    copy = sqlite3.connect(":memory:")
    try:
        with RunFile(line.path) as held:
            held.db.backup(copy)
        return Taken(line.path.name, BINARY, copy.serialize())
    finally:
        copy.close()


def model(session: Session) -> Taken:
    """The network of the shown state, with the preparation of its data."""
    setup, state = session.line.setup, session.shown_state()
    made = Model(Network(setup.spec, state.params), setup.source.data.preparation)
    with tempfile.TemporaryDirectory(prefix="chainrule-") as folder:
        content = made.save(Path(folder) / "model").read_bytes()
    name = f"{run_name(setup.source)}-{state.step}.safetensors"
    return Taken(name, BINARY, content)


def data(session: Session) -> Taken:
    setup = session.line.setup
    return Taken(code.data_name(setup), BINARY, code.data_file(setup))


def why(session: Session, form: str, of: str = "loss", sample: int | None = None) -> Taken:
    """Where that number of the next step comes from, as `chainrule explain` writes it."""
    at = session.moment(None, sample)
    root = at.trace.node(of)  # says what an address may be
    row = "" if sample is None else f", row {sample}"
    title = f"Where {root.address or root.symbol} comes from: step {at.made.t}{row}"
    write, kind = PAGES[form]
    page = one_number(at.trace, of, title)
    name = re.sub(r"[^\w.]+", "-", f"why-{root.address or of}-step-{at.made.t}").strip("-")
    return Taken(f"{name[:80]}.{form}", f"{kind}; charset=utf-8", write(page).encode())


def program(language: str, session: Session) -> Taken:
    text, _ = code.program(session.line.setup, language)
    return Taken(code.FILES[language], "text/x-python; charset=utf-8", text.encode())


PAGES: dict[str, tuple[Callable[[Page], str], str]] = {
    "html": (page_html, "text/html"), "md": (markdown, "text/markdown"),
}  # fmt: skip
ASKED = {f"why.{form}": partial(why, form=form) for form in PAGES}  # of which number: of, sample
TAKEN: dict[str, Callable[..., Taken]] = {
    "run": run, "model": model, "data": data, **ASKED,
    **{f"code/{language}": partial(program, language) for language in code.FILES},
}  # fmt: skip
