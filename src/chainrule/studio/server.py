"""The server: a free port on the loopback, an address that is good once, and a clean end."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
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
    server = uvicorn.Server(uvicorn.Config(app, **SETTINGS))

    def started() -> None:
        ready(url)
        if browser:
            opener.open()

    with suppress(KeyboardInterrupt):  # raised again by the server once all is saved
        asyncio.run(_serve(server, listener, started))


async def _serve(
    server: uvicorn.Server, listener: socket.socket, started: Callable[[], None]
) -> None:
    running = asyncio.create_task(server.serve(sockets=[listener]))
    _end_with_the_terminal(server)
    while not server.started and not running.done():
        await asyncio.sleep(0.005)
    if server.started:
        await asyncio.to_thread(started)
    await running


def _end_with_the_terminal(server: uvicorn.Server) -> None:
    """Who closes the terminal ends as SIGTERM does, with all saved; under nohup nothing ends."""
    number = getattr(signal, "SIGHUP", None)  # Windows has none
    if number is None or threading.current_thread() is not threading.main_thread():
        return
    if signal.getsignal(number) is not signal.SIG_IGN:
        asyncio.get_running_loop().add_signal_handler(number, server.handle_exit, number, None)
