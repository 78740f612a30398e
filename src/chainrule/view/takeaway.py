"""What can be taken away as a file: the run, the model, the data, programs, pictures as SVG, and
derivations as pages."""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from chainrule.core.errors import UsageError
from chainrule.draw import Curve, curves_svg, weights_svg
from chainrule.model import Model
from chainrule.network import Network
from chainrule.trace.markdown import markdown
from chainrule.trace.page_html import page_html
from chainrule.trace.story import Page, one_number
from chainrule.training.run_file import RunFile
from chainrule.view import code, telling
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


def picture(session: Session) -> Taken:
    setup, state = session.line.setup, session.shown_state()
    shape = telling.network(session)
    title = f"{setup.source.title}, {setup.spec}, step {state.step:,}"
    svg = weights_svg(
        state.params,
        inputs=shape.inputs, outputs=shape.outputs, title=title,
    )  # fmt: skip
    name = f"{run_name(setup.source)}-{state.step}.svg"
    return Taken(name, "image/svg+xml", svg.encode())


def curve(session: Session) -> Taken:
    """The errors of the shown branch and of all others, as the page draws them."""
    setup = session.line.setup
    several = len(session.lines) > 1
    curves = [
        Curve(
            f"{part} error{f', {name}' if several else ''}", part, hue, each.step,
            getattr(each, part),
        )
        for hue, (name, line) in enumerate(session.lines.items())
        for each in [line.curve()]
        for part in ("train", "validation", "test")
        if any(value is not None for value in getattr(each, part))
    ]  # fmt: skip
    svg = curves_svg(curves, f"{setup.source.title}, {setup.spec}", setup.spec.loss.name)
    name = f"{run_name(setup.source)}-error.svg"
    return Taken(name, "image/svg+xml", svg.encode())


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
    "run": run, "model": model, "data": data, "network.svg": picture, "curve.svg": curve, **ASKED,
    **{f"code/{language}": partial(program, language) for language in code.FILES},
}  # fmt: skip
