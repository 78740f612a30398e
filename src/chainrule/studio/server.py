"""The server: a free port on the loopback, an address that is good once, and a clean end."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn

from chainrule.core.errors import UsageError
from chainrule.studio.app import application
from chainrule.studio.browser import Opener
from chainrule.studio.guard import Keys
from chainrule.view.session import Session

PORT, TRIED = 8765, 20  # the first that is free of so many
MESSAGE = 2**20  # bytes of one message of a page at most
BUFFER = 2**17  # bytes that the system may hold for a page that does not read
ENDS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # Windows has only some of them
GRACE = 2  # seconds that open connections have at the end
SETTINGS: dict[str, Any] = {  # no log holds a token, no frame is packed, no header is believed
    "lifespan": "on", "log_config": None, "log_level": "warning", "access_log": False,
    "server_header": False, "ws": "websockets-sansio", "ws_max_size": MESSAGE,
    "ws_per_message_deflate": False, "timeout_graceful_shutdown": GRACE, "loop": "asyncio",
    "h11_max_incomplete_event_size": 2**14, "proxy_headers": False,
}  # fmt: skip


def bound(port: int | None) -> socket.socket:
    """A socket on the loopback: that port, or else the first free one from PORT on."""
    if port is not None and not 0 <= port < 2**16:
        raise UsageError(
            f"studio --port {port}", "a port from 0 to 65535", str(port),
            "Leave --port out, and a free one is taken.",
        )  # fmt: skip
    for each in [port] if port is not None else [*range(PORT, PORT + TRIED), 0]:
        found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        try:
            found.bind(("127.0.0.1", each))
            found.listen(256)  # now, so that no other studio takes the port meanwhile
        except OSError as error:
            found.close()
            if port is not None:
                raise UsageError(
                    f"studio --port {port}", "a port that is free", error.strerror or str(error),
                    "Another studio? Leave --port out, and a free one is taken.",
                ) from error  # fmt: skip
        else:
            return found
    raise AssertionError("port 0 is always free")


def serve(
    session: Session, listener: socket.socket, *, ready: Callable[[str], None],
    again: Callable[[str], None] | None, browser: bool,
) -> None:  # fmt: skip
    """Until Ctrl-C. `ready` hears the address as soon as requests are answered, `again` another one
    each time one was used up; without it there is no other one."""
    port = listener.getsockname()[1]
    keys = Keys.of(port)

    def address() -> str:
        return f"http://127.0.0.1:{port}/?token={keys.new_token()}"

    url = address()
    opener = Opener(url)

    def used() -> None:
        opener.close()
        if again is not None:
            again(address())

    keys.used = used
    app = application(session, keys, at_the_end=opener.close)
    server = _Server(uvicorn.Config(app, **SETTINGS))

    def started() -> None:
        ready(url)
        if browser:
            opener.open()

    with _ended_by_signals(server):
        asyncio.run(_serve(server, listener, started))


class _Server(uvicorn.Server):
    """It takes no signals of its own: it would raise them again as it ends, in the midst of what
    asyncio has left to do."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextmanager
def _ended_by_signals(server: uvicorn.Server) -> Iterator[None]:
    """Ctrl-C, a closed terminal and SIGTERM end the server, from before it begins to where it has
    ended; under nohup a closed terminal ends nothing. SIGTERM then ends the process, as it does
    others."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received: list[int] = []

    def end(number: int, _: FrameType | None) -> None:
        received.append(number)
        server.should_exit = True  # a second one forces nothing: open pages have GRACE seconds

    known = [getattr(signal, name) for name in ENDS if hasattr(signal, name)]
    heard = [number for number in known if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, end) for number in heard}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if signal.SIGTERM in received:
        signal.raise_signal(signal.SIGTERM)


async def _serve(
    server: uvicorn.Server, listener: socket.socket, started: Callable[[], None]
) -> None:
    running = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not running.done():
        await asyncio.sleep(0.005)
    if server.started and not server.should_exit:
        await asyncio.to_thread(started)
    await running
