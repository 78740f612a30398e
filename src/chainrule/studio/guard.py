"""Who may ask: on every route and every WebSocket, before anything else looks at a request.

The server listens on the loopback alone. A page of another site in the same browser could still
send requests here, and a name that another site owns could be made to point here: so Host, Origin,
method and path are checked by lists of what is allowed, and a cookie is asked for that only the
printed address gives, once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from time import time
from typing import Any
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chainrule.core.errors import UsageError
from chainrule.data.sets import cache

PLAIN = re.compile(rb"/[A-Za-z0-9._/-]{0,200}")  # all of our paths; what is coded or odd is not
CHANGES = ("POST",)
KEPT = 30 * 24 * 3600  # seconds that a secret lives
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self' {ws}; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
CLOSED = """<!doctype html><html lang="en"><meta charset="utf-8"><title>chainrule studio</title>
<h1>This page needs its own address</h1>
<p>Open the address that the terminal shows last. Each is good once: after it was used, the terminal
shows another one, for another browser. Without a terminal, or with --json, there is one address
alone: stop the studio and start it again.</p></html>
"""
ENTERED = """<!doctype html><html lang="en"><meta charset="utf-8"><title>chainrule studio</title>
<link rel="icon" href="/icon.svg"><meta http-equiv="refresh" content="0;url=/">
<p><a href="/">Open the studio</a></p></html>
"""
NAVIGATES = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


@dataclass
class Keys:
    """The token of the printed address, good once, and the cookie it is exchanged for."""

    port: int
    cookie: str
    tokens: set[str] = field(default_factory=set)
    used: Callable[[], None] | None = None  # called when a token was exchanged

    @classmethod
    def of(cls, port: int, secret: bytes | None = None) -> Keys:
        """The cookie is the same after a new start, so that open pages find back."""
        secret = secret or _secret()
        return cls(port, hmac.new(secret, f"studio {port}".encode(), hashlib.sha256).hexdigest())

    def new_token(self) -> str:
        token = secrets.token_urlsafe(32)
        self.tokens = {token}  # one at a time
        return token

    def exchange(self, token: str) -> bool:
        """Whether that is the token; it is used up then."""
        good = [each for each in self.tokens if hmac.compare_digest(each.encode(), token.encode())]
        self.tokens -= set(good)
        if good and self.used is not None:
            self.used()
        return bool(good)

    def opens(self, cookie: str) -> bool:
        return hmac.compare_digest(self.cookie.encode(), cookie.encode())

    @property
    def cookie_name(self) -> str:
        return f"chainrule_{self.port}"

    @property
    def hosts(self) -> tuple[str, ...]:
        return (f"127.0.0.1:{self.port}", f"localhost:{self.port}")


def _secret() -> bytes:
    """32 bytes of this user's, kept for a month; new ones each time where they can't be kept."""
    path = cache() / "studio.key"
    try:
        if time() - path.stat().st_mtime < KEPT and path.stat().st_mode & 0o077 == 0:
            held = path.read_bytes()
            if len(held) == 32:
                return held
    except OSError:
        pass
    made = secrets.token_bytes(32)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(made)
    except OSError:
        pass
    return made


class Guard:
    """The outermost layer: `Guard(app, keys, {"/": ("GET", "HEAD"), ...})`."""

    def __init__(
        self, app: ASGIApp, keys: Keys, methods: Mapping[str, Iterable[str]],
    ) -> None:  # fmt: skip
        self.app, self.keys = app, keys
        self.methods = {path: tuple(allowed) for path, allowed in methods.items()}
        ws = " ".join(f"ws://{host}" for host in keys.hosts)
        self.headers = [
            (b"content-security-policy", POLICY.format(ws=ws).encode()),
            (b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"cross-origin-resource-policy", b"same-origin"), (b"cache-control", b"no-store"),
        ]  # fmt: skip

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        headers = _headers(scope)
        refused = self._refused(scope, headers)
        if scope["type"] == "websocket":
            if refused is not None:
                await _close(receive, send)
                return
            await self.app(scope, receive, send)
            return
        if refused is None and self._asks_to_enter(scope):
            await self._enter(scope, send)
            return
        if refused is not None:
            await self._refuse(scope, send, *refused)
            return
        await self.app(scope, receive, self._with_headers(send))

    def _refused(
        self, scope: Scope, headers: Mapping[str, list[str]]
    ) -> tuple[int, str, str] | None:
        """None, or the status, what was needed and what was got."""
        host = headers.get("host", [])
        if len(host) != 1 or host[0] not in self.keys.hosts:
            return 421, f"the host {self.keys.hosts[0]}", "another one"
        raw = scope.get("raw_path") or scope["path"].encode("utf-8", "replace")
        path = raw.partition(b"?")[0]
        if not PLAIN.fullmatch(path) or b".." in path or b"//" in path:
            return 404, "a path of the studio", "another one"
        changes = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD")
        origins = headers.get("origin", [])
        if origins != [f"http://{host[0]}"] and (origins or changes):
            return 403, f"the origin http://{host[0]}", "another one, or none"
        if scope["type"] == "http":
            allowed = self.methods.get(path.decode()) or ("GET", "HEAD")
            if scope["method"] not in allowed or "x-http-method-override" in headers:
                return 405, f"the method {' or '.join(allowed)}", "another one"
        if self._asks_to_enter(scope):
            return None if _navigates(headers) else (403, "a page that is opened", "something else")
        if headers.get("sec-fetch-site", ["none"])[-1] not in ("none", "same-origin"):
            return 403, "a request of the studio's own page", "one of another page"
        if not self._has_cookie(headers):
            return 401, "the cookie that the printed address gives", "none, or another one"
        return None

    def _has_cookie(self, headers: Mapping[str, list[str]]) -> bool:
        try:
            held = SimpleCookie("; ".join(headers.get("cookie", []))).get(self.keys.cookie_name)
        except CookieError:
            return False
        return held is not None and self.keys.opens(held.value)

    def _asks_to_enter(self, scope: Scope) -> bool:
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        enters = scope["type"] == "http" and scope["path"] == "/" and "token" in asked
        return enters and scope["method"] == "GET"

    async def _enter(self, scope: Scope, send: Send) -> None:
        """The token for a cookie, and a page of ours that goes on to the studio.

        Were it a redirect, a browser that came here from a file would call the next request that of
        another page, and keep the strict cookie to itself.
        """
        asked = parse_qs(scope["query_string"].decode("latin-1"))["token"]
        if len(asked) != 1 or not self.keys.exchange(asked[0]):
            await self._refuse(scope, send, 401, "a token that is good", "another or a used one")
            return
        cookie = f"{self.keys.cookie_name}={self.keys.cookie}; Path=/; HttpOnly; SameSite=Strict"
        more = [(b"set-cookie", cookie.encode())]
        await self._answer(send, 200, ENTERED.encode(), b"text/html; charset=utf-8", more)

    async def _refuse(self, scope: Scope, send: Send, status: int, needs: str, got: str) -> None:
        """In four parts, as JSON; whoever opens the page itself reads what to do."""
        if scope["path"] == "/" and status == 401:
            await self._answer(send, status, CLOSED.encode(), b"text/html; charset=utf-8")
            return
        error = UsageError("this request", needs, got, "Open the address the terminal shows.")
        text = json.dumps({"error": error.to_json()}).encode()
        allow = [(b"allow", ", ".join(self.methods.get(scope["path"], ("GET",))).encode())]
        await self._answer(send, status, text, b"application/json", allow * (status == 405))

    async def _answer(
        self, send: Send, status: int, content: bytes, kind: bytes,
        more: Iterable[tuple[bytes, bytes]] = (),
    ) -> None:  # fmt: skip
        about = [(b"content-type", kind), (b"content-length", str(len(content)).encode()), *more]
        start = {"type": "http.response.start", "status": status}
        await send({**start, "headers": [*about, *self.headers]})
        await send({"type": "http.response.body", "body": content})

    def _with_headers(self, send: Send) -> Send:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *self.headers]}
            await send(message)

        return with_headers


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def _navigates(headers: Mapping[str, list[str]]) -> bool:
    """Whether a person's window opens it, from wherever: no frame, and no program of a page.

    Browsers say so themselves; what says nothing is none, or an old one.
    """
    said = [headers.get(name, [wanted]) for name, wanted in NAVIGATES.items()]
    return said == [[wanted] for wanted in NAVIGATES.values()]


async def _close(receive: Receive, send: Send) -> None:
    """A handshake that is refused: the server answers it with 403."""
    await receive()
    await send({"type": "websocket.close", "code": 1008})


def methods_of(routes: Iterable[Any]) -> dict[str, tuple[str, ...]]:
    """The methods of each route, told by the route table."""
    return {
        route.path: tuple(sorted(route.methods))
        for route in routes
        if getattr(route, "methods", None)
    }


def static_files(folder: Path) -> dict[str, Path]:
    """The built page's files by their paths in addresses: nothing else is ever served."""
    found = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {"/" + path.relative_to(folder).as_posix(): path for path in sorted(found)}
