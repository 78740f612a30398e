"""A studio that really listens, in a thread of this process, and pages that speak to it."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import uvicorn
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from chainrule.studio import server
from chainrule.studio.app import application
from chainrule.studio.guard import Keys
from chainrule.view import frame
from chainrule.view.session import Session


class Live:
    """Where it listens, and what a page needs."""

    def __init__(self, session: Session, keys: Keys, server: uvicorn.Server) -> None:
        self.session, self.keys, self.port = session, keys, keys.port
        self.server = server

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def headers(self) -> dict[str, str]:
        return {
            "Cookie": f"{self.keys.cookie_name}={self.keys.cookie}",
            "Origin": f"http://{self.host}",
        }

    def cut(self) -> None:
        """Every connection ends at once, without a word, as when a cable is pulled."""
        for line in list(self.server.server_state.connections):
            line.loop.call_soon_threadsafe(line.transport.abort)  # type: ignore[union-attr]

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes, dict[str, str]]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            line.request(method, path, body, {**self.headers, **more})
            answer = line.getresponse()
            return answer.status, answer.read(), dict(answer.getheaders())
        finally:
            line.close()

    def raw(self, content: bytes) -> bytes:
        """What comes back for these very bytes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line:
            line.sendall(content)
            got = b""
            try:
                while piece := line.recv(65536):
                    got += piece
                    if b"\r\n\r\n" in got:
                        break
            except TimeoutError:
                pass
            return got

    @asynccontextmanager
    async def page(self, **options: Any) -> Any:
        async with connect(
            f"ws://{self.host}/socket", additional_headers=self.headers, compression=None,
            max_size=None, **options,
        ) as line:  # fmt: skip
            yield Speaker(line)


class Speaker:
    """A page: says commands, and keeps what it heard."""

    def __init__(self, line: Any) -> None:
        self.line, self.count = line, 0
        self.news: list[dict[str, Any]] = []
        self.frames: list[bytes] = []

    async def say(self, do: str, **more: Any) -> dict[str, Any]:
        """A command, and its answer; what else comes meanwhile is kept."""
        self.count += 1
        await self.line.send(json.dumps({"do": do, "id": self.count, **more}))
        return await self.until(lambda news: news.get("re") == self.count)

    async def until(self, wanted: Any, seconds: float = 20.0) -> dict[str, Any]:
        async with asyncio.timeout(seconds):
            while True:
                found = await self.hear()
                if found is not None and wanted(found):
                    return found

    async def hear(self) -> dict[str, Any] | None:
        message = await self.line.recv()
        if isinstance(message, bytes):
            self.frames.append(message)
            return None
        self.news.append(json.loads(message))
        return self.news[-1]

    async def frame(self, seconds: float = 20.0) -> tuple[Any, Any]:
        """The next picture."""
        async with asyncio.timeout(seconds):
            before = len(self.frames)
            while len(self.frames) == before:
                await self.hear()
        return frame.from_bytes(self.frames[-1])

    async def closed(self, seconds: float = 20.0) -> int:
        """Why the studio closed the connection; what came before is heard."""
        async with asyncio.timeout(seconds):
            with suppress(ConnectionClosed):
                while True:
                    await self.hear()
        return int(self.line.close_code)

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [news for news in self.news if news["is"] == kind]


@contextmanager
def studio(folder: Path, port: int | None = 0, secret: bytes = b"k" * 32) -> Iterator[Live]:
    """A running studio; its end is waited for."""
    listener = server.bound(port)
    keys = Keys.of(listener.getsockname()[1], secret)
    session = Session(folder)
    config = uvicorn.Config(application(session, keys), **server.SETTINGS)
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
    thread.start()
    while not running.started:
        thread.join(0.01)
    try:
        yield Live(session, keys, running)
    finally:
        running.should_exit = True
        thread.join(30)
        assert not thread.is_alive()
        listener.close()


@contextmanager
def started(
    folder: Path, *words: str, browser: bool = False, **environment: str | None
) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """`chainrule studio` as a process, and the object it prints when it answers requests.

    environment: what is None there is not set.
    """
    words = (*words, "--browser" if browser else "--no-browser")
    asked = {**os.environ, "CHAINRULE_CACHE": str(folder / "cache"), **environment}
    process = subprocess.Popen(
        [sys.executable, "-m", "chainrule", "studio", *words, "--json"],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={name: value for name, value in asked.items() if value is not None},
    )  # fmt: skip
    try:
        yield process, json.loads(process.stdout.readline() or "{}")
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
