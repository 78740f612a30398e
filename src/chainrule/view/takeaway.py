"""What can be taken away as a file: the run, the model, the data, programs, the network as SVG."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from chainrule.core.errors import UsageError
from chainrule.draw import weights_svg
from chainrule.model import Model
from chainrule.network import Network
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


def program(language: str, session: Session) -> Taken:
    text, _ = code.program(session.line.setup, language)
    return Taken(code.FILES[language], "text/x-python; charset=utf-8", text.encode())


TAKEN: dict[str, Callable[[Session], Taken]] = {
    "run": run, "model": model, "data": data, "network.svg": picture,
    **{f"code/{language}": partial(program, language) for language in code.FILES},
}  # fmt: skip
