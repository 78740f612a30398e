"""The routes: one table, from which the application, its guard and its tests are made."""

from __future__ import annotations

import asyncio
import mimetypes
import os
import re
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from chainrule.core.errors import ChainruleError, UsageError
from chainrule.data.table import Table
from chainrule.studio.client import Page
from chainrule.studio.guard import Guard, Keys, methods_of, static_files
from chainrule.studio.stage import Stage
from chainrule.view import takeaway
from chainrule.view.parts import TableInfo
from chainrule.view.refusals import failed
from chainrule.view.session import Session
from chainrule.view.tables import BYTES, looked_at, safe_name
from chainrule.view.wire import fields_of, text_of

STATIC = Path(__file__).parent / "static"
ADDRESS = 100  # characters of a number's address
EMPTY = """<!doctype html><html lang="en"><meta charset="utf-8"><title>chainrule studio</title>
<h1>chainrule studio</h1><p>The server runs, but its page has not been built: run
<code>npm ci</code> and <code>npm run build</code> in the folder <code>web</code>.</p></html>
"""
mimetypes.add_type("text/javascript", ".js")


class Studio:
    """What the routes share."""

    def __init__(self, session: Session) -> None:
        self.stage = Stage(session)

    async def socket(self, socket: WebSocket) -> None:
        await Page(self.stage, socket).serve()

    async def table(self, request: Request) -> Response:
        """A dropped file. Its name is a header, so that the body is the file and nothing else."""
        try:
            if request.headers.get("content-type") != "application/octet-stream":
                raise UsageError(
                    "POST /table", "the type application/octet-stream", "another one",
                    "Drop the file on the page.",
                )  # fmt: skip
            if _header_size(request) > BYTES:
                raise _too_large(safe_name(_header_name(request)))
            with tempfile.TemporaryDirectory(prefix="chainrule-") as folder, _unnamed(folder):
                path = Path(folder) / safe_name(_header_name(request))
                await _receive(request, path)
                table, told = await asyncio.to_thread(looked_at, path)
            await self.stage.by_hand(self._keep, told, table)
            return _json(fields_of(told))
        except ChainruleError as error:
            words = failed(error, None).to_json()
            return _json({"error": {part: words[part] for part in error.to_json()}}, 400)

    def _keep(self, told: TableInfo, table: Table) -> None:
        session = self.stage.session
        session.kept.keep(told, table, session.setup.chosen.data)

    def take(self, name: str) -> Any:
        """A route that downloads something of what is shown."""

        async def take(request: Request) -> Response:
            try:
                wanted = partial(takeaway.TAKEN[name], **_asked(name, request))
                made = await self.stage.by_hand(wanted, self.stage.session)
            except ChainruleError as error:
                return _json({"error": error.to_json()}, 409)
            headers = {"content-disposition": _attached(made.name)}
            return Response(made.content, media_type=made.kind, headers=headers)

        return take


def _json(plain: dict[str, Any], status: int = 200) -> Response:
    return Response(text_of(plain), status, media_type="application/json")


def _attached(name: str) -> str:
    """To be kept under that name; whoever reads ASCII alone gets one of the same length."""
    plain = re.sub(r"[^\w. -]", "_", name, flags=re.ASCII)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


@contextmanager
def _unnamed(folder: str) -> Iterator[None]:
    """Errors without the folder that a file lies in for a moment: who dropped it knows none."""
    try:
        yield
    except ChainruleError as error:
        held = f"{folder}{os.sep}"
        parts = {name: part.replace(held, "") for name, part in error.to_json().items()}
        raise UsageError(**parts) from None


async def _receive(request: Request, path: Path) -> None:
    """The body into a file, and not a byte more than is allowed."""
    size = 0
    with path.open("xb") as file:
        async for chunk in request.stream():
            size += len(chunk)
            if size > BYTES:
                raise _too_large(path.name)
            file.write(chunk)


def _asked(name: str, request: Request) -> dict[str, Any]:
    """Of a derivation, which number and for which row; all else is asked nothing."""
    if name not in takeaway.ASKED:
        return {}
    found: dict[str, Any] = {"of": request.query_params.get("of", "loss")[:ADDRESS]}
    sample = request.query_params.get("sample")
    if sample is not None:
        if not re.fullmatch(r"\d{1,9}", sample, re.ASCII):
            raise UsageError(f"/take/{name}", "a row's number as sample", repr(sample[:40]),
                             "Press the link in the page.")  # fmt: skip
        found["sample"] = int(sample)
    return found


def _too_large(name: str) -> UsageError:
    return UsageError(
        f"the file {name!r}", f"at most {BYTES // 2**20} MB", "more",
        "`chainrule train` takes larger ones.",
    )  # fmt: skip


def _header_size(request: Request) -> int:
    """What a page says of a file before it sends it: one too large need not be sent."""
    told = request.headers.get("x-size", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 20 else 0


def _header_name(request: Request) -> str:
    """The file's name: percent-encoded UTF-8, for headers have no other letters."""
    return unquote(request.headers.get("x-name", ""), errors="replace")


def static_routes() -> list[Route]:
    """The built page: each file by its own address; `index.html` is the page itself."""
    files = static_files(STATIC) if STATIC.is_dir() else {}
    index = files.pop("/index.html", None)
    files.pop("/LICENSES.txt", None)
    page = HTMLResponse(index.read_bytes() if index else EMPTY)
    routes = [Route("/", _answers(page), methods=["GET"])]
    for path, file in files.items():
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        routes.append(Route(path, _answers(Response(file.read_bytes(), media_type=kind))))
    return routes


def _answers(response: Response) -> Any:
    async def answers(request: Request) -> Response:
        return response

    return answers


def routes(studio: Studio) -> Sequence[BaseRoute]:
    taken = [Route(f"/take/{name}", studio.take(name)) for name in takeaway.TAKEN]
    return [
        *static_routes(),
        Route("/table", studio.table, methods=["POST"]),
        *taken,
        WebSocketRoute("/socket", studio.socket),
    ]


def application(
    session: Session, keys: Keys, at_the_end: Callable[[], None] = lambda: None
) -> Guard:
    """The whole of it, with the guard outermost.

    at_the_end: called even where a signal ends the process before the server returns.
    """
    studio = Studio(session)
    table = routes(studio)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await studio.stage.start()
        try:
            yield
        finally:
            at_the_end()
            await studio.stage.stop()

    return Guard(Starlette(routes=table, lifespan=lifespan), keys, methods_of(table))


__all__ = ["Studio", "application", "routes"]
