"""Who may ask: every route with every method, host, origin and token, told by the route table."""

import asyncio
import itertools
import stat

import pytest
from starlette.routing import WebSocketRoute

from chainrule.studio import guard
from chainrule.studio.app import Studio, routes
from chainrule.studio.guard import Guard, Keys, methods_of
from chainrule.view.session import Session

PORT = 8765
KEYS = Keys.of(PORT, b"s" * 32)
OWN = "http://127.0.0.1:8765"
METHODS = (
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "BREW",
)  # fmt: skip
HOSTS: dict[str, list[str]] = {
    each: [each]
    for each in (
        "127.0.0.1:8765", "localhost:8765", "evil.example", "127.0.0.1.evil.example",
        "localhost.evil:8765", "evil@127.0.0.1:8765", "LOCALHOST:8765", "[::1]:8765", "127.0.0.1",
        "0.0.0.0:8765", "2130706433:8765", "127.0.0.1.:8765", "localhost:8766", "",
    )
} | {"none": [], "two": ["127.0.0.1:8765", "evil.example"]}  # fmt: skip
ORIGINS: dict[str, list[str]] = {
    each: [each]
    for each in (
        OWN, "http://localhost:8765", "https://evil.example", "null", "http://localhost:9999",
        "https://127.0.0.1:8765", "http://127.0.0.1:8765.evil.example", "",
    )
} | {"none": [], "two": [OWN, "https://evil.example"]}  # fmt: skip
COOKIES = {
    "right": [f"{KEYS.cookie_name}={KEYS.cookie}"],
    "among others": [f"a=b; {KEYS.cookie_name}={KEYS.cookie}; c=d"],
    "none": [], "wrong": [f"{KEYS.cookie_name}={'0' * 64}"],
    "truncated": [f"{KEYS.cookie_name}={KEYS.cookie[:-1]}"],
    "in capitals": [f"{KEYS.cookie_name}={KEYS.cookie.upper()}"],
    "of another port": [f"chainrule_1={KEYS.cookie}"], "not a cookie": ["\x00;;=\xff"],
    "not ascii": [f"{KEYS.cookie_name}=é"],
}  # fmt: skip
GOOD_COOKIES = ("right", "among others")


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    session = Session(tmp_path_factory.mktemp("runs"))
    yield routes(Studio(session))
    session.close()


class Behind:
    """The application behind the guard: it notes that it was reached."""

    def __init__(self) -> None:
        self.reached = 0

    async def __call__(self, scope, receive, send):
        self.reached += 1
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def scope_of(kind, path, method="GET", host=(), origin=(), cookie=(), query="", **more):
    headers = [("host", each) for each in host] + [("origin", each) for each in origin]
    headers += [("cookie", each) for each in cookie] + list(more.items())
    raw = more.pop("raw_path", path.encode())
    return {
        "type": kind, "path": path, "raw_path": raw, "method": method,
        "query_string": query.encode(), "scheme": "http",
        "headers": [
            (name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers
            if name != "raw_path"
        ],
    }  # fmt: skip


def asked(table, scope, keys=KEYS, behind=None):
    """The status, whether the application was reached, and all that was sent."""
    behind, sent = behind or Behind(), []

    async def receive():
        return {"type": "http.request", "body": b""}

    async def send(message):
        sent.append(message)

    layer = Guard(behind, keys, methods_of(table))
    run(layer(scope, receive, send))
    return sent[0].get("status"), bool(behind.reached), sent


def run(coroutine):
    """A coroutine that waits for nothing is run without a loop: there are many."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise AssertionError("it waited")


def test_every_route_with_every_method_host_origin_and_token(table):
    """What goes through is told here a second time, from the table and in other words."""
    wrong, count = [], 0
    for route in table:
        if isinstance(route, WebSocketRoute):
            continue
        for method, host, origin, cookie in itertools.product(METHODS, HOSTS, ORIGINS, COOKIES):
            scope = scope_of(
                "http", route.path, method, HOSTS[host], ORIGINS[origin], COOKIES[cookie]
            )
            own = origin == f"http://{host}"
            expected = (
                host in ("127.0.0.1:8765", "localhost:8765")
                and (own or (origin == "none" and method in ("GET", "HEAD")))
                and method in route.methods
                and cookie in GOOD_COOKIES
            )
            status, reached, _ = asked(table, scope)
            count += 1
            if reached != expected or (status == 200) != expected:
                wrong.append((route.path, method, host, origin, cookie, status))
    assert not wrong[:5]
    assert count > 50_000


def test_every_socket_with_every_host_origin_and_token(table):
    sockets = [route for route in table if isinstance(route, WebSocketRoute)]
    assert sockets
    for route, host, origin, cookie in itertools.product(sockets, HOSTS, ORIGINS, COOKIES):
        scope = scope_of(
            "websocket",
            route.path,
            host=HOSTS[host],
            origin=ORIGINS[origin],
            cookie=COOKIES[cookie],
        )
        expected = (
            host in ("127.0.0.1:8765", "localhost:8765")
            and origin == f"http://{host}"  # a browser always sends one
            and cookie in GOOD_COOKIES
        )
        _, reached, sent = asked(table, scope)
        assert reached == expected, (host, origin, cookie)
        assert sent[0]["type"] == ("websocket.accept" if expected else "websocket.close")


@pytest.mark.parametrize(
    "path",
    [
        "/..%2f..%2fetc/passwd", "/%2e%2e/etc/passwd", "/..\\etc", "/%252e%252e/x", "//host/x",
        "/../x", "/a/../b", "/\x00", "/proc/self/environ%00", "/" + "a" * 5000, "/é",
        "/\u2215etc", "/con:", "/a;b", "/~root", "/.%2e/", "http://evil/", "",
    ],
)  # fmt: skip
def test_odd_paths_are_nowhere(table, path):
    good = {"host": HOSTS["127.0.0.1:8765"], "cookie": COOKIES["right"]}
    status, reached, _ = asked(table, scope_of("http", path, **good) | {"raw_path": path.encode()})
    assert (status, reached) == (404, False)


def test_plain_paths_that_are_not_there_reach_no_file(table):
    """What passes the guard is looked up in the table, which knows nothing of folders."""
    known = {route.path for route in table}
    assert "/etc/passwd" not in known
    assert not any("{" in path for path in known)


def test_headers_that_change_the_method_are_refused(table):
    scope = scope_of(
        "http", "/", host=HOSTS["127.0.0.1:8765"], cookie=COOKIES["right"],
        x_http_method_override="POST",
    )  # fmt: skip
    assert asked(table, scope)[:2] == (405, False)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "same-origin", "none", "odd"])
def test_requests_of_other_pages_are_refused(table, site):
    scope = scope_of(
        "http", "/", host=HOSTS["127.0.0.1:8765"], cookie=COOKIES["right"], sec_fetch_site=site
    )
    assert asked(table, scope)[1] == (site in ("same-origin", "none"))


def test_a_token_is_good_once_and_gives_a_strict_cookie(table):
    keys = Keys.of(PORT, b"s" * 32)
    token = keys.new_token()
    enter = scope_of("http", "/", host=HOSTS["127.0.0.1:8765"], query=f"token={token}")
    status, reached, sent = asked(table, enter, keys)
    headers = dict(sent[0]["headers"])
    assert (status, reached) == (200, False)
    assert b'content="0;url=/"' in sent[1]["body"]
    cookie = headers[b"set-cookie"].decode()
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert token not in cookie
    with_it = scope_of("http", "/", host=HOSTS["127.0.0.1:8765"], cookie=[cookie.split(";")[0]])
    assert asked(table, with_it, keys)[:2] == (200, True)
    assert asked(table, enter, keys)[:2] == (401, False)  # it is used up


@pytest.mark.parametrize(
    "query",
    ["token=", "token=x", "token=x&token=y", "token=%00", "token=" + "a" * 9999, "token=%ff"],
)
def test_wrong_tokens_are_refused_and_do_not_use_up_the_right_one(table, query):
    keys = Keys.of(PORT, b"s" * 32)
    token = keys.new_token()
    scope = scope_of("http", "/", host=HOSTS["127.0.0.1:8765"], query=query)
    assert asked(table, scope, keys)[:2] == (401, False)
    assert keys.exchange(token)


NAVIGATES = {"sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}
ELSE = {
    "fetch": {"sec_fetch_mode": "cors", "sec_fetch_dest": "empty"},
    "blind fetch": {"sec_fetch_mode": "no-cors", "sec_fetch_dest": "empty"},
    "image": {"sec_fetch_mode": "no-cors", "sec_fetch_dest": "image"},
    "script": {"sec_fetch_mode": "no-cors", "sec_fetch_dest": "script"},
    "iframe": {"sec_fetch_mode": "navigate", "sec_fetch_dest": "iframe"},
    "frame": {"sec_fetch_mode": "navigate", "sec_fetch_dest": "frame"},
    "object": {"sec_fetch_mode": "navigate", "sec_fetch_dest": "object"},
    "embed": {"sec_fetch_mode": "navigate", "sec_fetch_dest": "embed"},
    "worker": {"sec_fetch_mode": "same-origin", "sec_fetch_dest": "worker"},
    "socket": {"sec_fetch_mode": "websocket", "sec_fetch_dest": "websocket"},
    "odd": {"sec_fetch_mode": "", "sec_fetch_dest": "document"},
}  # fmt: skip
SITES = ("cross-site", "same-site", "same-origin", "none")


@pytest.mark.parametrize("site", SITES)
def test_a_good_token_enters_from_anywhere_by_opening_the_page_and_in_no_other_way(table, site):
    """A browser that was given a file calls the way on another site's: only the token counts."""
    keys = Keys.of(PORT, b"s" * 32)
    token = keys.new_token()
    good = {"host": HOSTS["127.0.0.1:8765"], "query": f"token={token}", "sec_fetch_site": site}
    for kind, said in ELSE.items():
        status, reached, sent = asked(table, scope_of("http", "/", **good, **said), keys)
        assert (status, reached) == (403, False), kind
        assert b"set-cookie" not in dict(sent[0]["headers"])
    assert keys.tokens == {token}  # none of them used it up
    assert asked(table, scope_of("http", "/", **good, **NAVIGATES), keys)[:2] == (200, False)
    status, reached, sent = asked(table, scope_of("http", "/", **good, **NAVIGATES), keys)
    assert (status, reached) == (401, False)  # used
    assert b"set-cookie" not in dict(sent[0]["headers"])


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("cookie", ["none", "right"])
def test_a_bad_token_from_another_site_gives_nothing(table, site, cookie):
    keys = Keys.of(PORT, b"s" * 32)
    token = keys.new_token()
    for query in (f"token={token[:-1]}", f"token={token}&token={token}", "token=x"):
        scope = scope_of("http", "/", host=HOSTS["127.0.0.1:8765"], cookie=COOKIES[cookie],
                         query=query, sec_fetch_site=site, **NAVIGATES)  # fmt: skip
        status, reached, sent = asked(table, scope, keys)
        assert (status, reached) == (401, False)
        assert b"set-cookie" not in dict(sent[0]["headers"])
    assert keys.tokens == {token}


def test_a_good_token_brings_another_site_to_no_other_route(table):
    keys = Keys.of(PORT, b"s" * 32)
    token = keys.new_token()
    for route, method in itertools.product(table, METHODS):
        if (route.path, method) == ("/", "GET"):
            continue
        kind = "websocket" if isinstance(route, WebSocketRoute) else "http"
        scope = scope_of(
            kind, route.path, method, HOSTS["127.0.0.1:8765"], query=f"token={token}",
            sec_fetch_site="cross-site", **NAVIGATES,
        )  # fmt: skip
        assert not asked(table, scope, keys)[1], (route.path, method)
    assert keys.tokens == {token}


def test_a_token_enters_nowhere_but_at_the_page_itself(table):
    keys = Keys.of(PORT, b"s" * 32)
    token = keys.new_token()
    for path, method in (("/table", "POST"), ("/take/run", "GET"), ("/", "HEAD")):
        scope = scope_of("http", path, method, HOSTS["127.0.0.1:8765"], [OWN],
                         query=f"token={token}")  # fmt: skip
        assert not asked(table, scope, keys)[1]
    assert keys.exchange(token)


def test_every_answer_has_the_headers_and_none_allows_other_pages(table):
    good = {"host": HOSTS["127.0.0.1:8765"], "cookie": COOKIES["right"]}
    for scope in (
        scope_of("http", "/", **good), scope_of("http", "/"), scope_of("http", "/", "PUT", **good),
        scope_of("http", "/..", **good), scope_of("http", "/", host=good["host"]),
        scope_of("http", "/", host=good["host"], query="token=x"),
    ):  # fmt: skip
        _, _, sent = asked(table, scope)
        headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        policy = headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert not [name for name in headers if name.startswith("access-control")]


def test_the_cookie_is_the_same_after_a_new_start_and_its_secret_is_this_users(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("CHAINRULE_CACHE", str(tmp_path))
    one, again, other = Keys.of(PORT), Keys.of(PORT), Keys.of(PORT + 1)
    assert one.cookie == again.cookie != other.cookie
    path = tmp_path / "chainrule" / "studio.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    assert Keys.of(PORT).cookie != one.cookie  # others could read it: a new one
    monkeypatch.setenv("CHAINRULE_CACHE", str(tmp_path / "chainrule" / "studio.key"))
    assert Keys.of(PORT).cookie != Keys.of(PORT).cookie  # no place for it: a new one each time


def test_comparisons_take_the_same_time(monkeypatch):
    seen = []
    monkeypatch.setattr(guard.hmac, "compare_digest", lambda a, b: seen.append((a, b)) or a == b)
    assert KEYS.opens(KEYS.cookie)
    assert not KEYS.opens("x")
    keys = Keys.of(PORT, b"s" * 32)
    assert keys.exchange(keys.new_token())
    assert len(seen) == 3


def test_static_files_are_those_of_the_folder_and_no_links(tmp_path):
    (tmp_path / "a.js").write_text("1")
    (tmp_path / "secret").symlink_to("/etc/passwd")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.css").write_text("2")
    assert list(guard.static_files(tmp_path)) == ["/a.js", "/sub/b.css"]
    assert asyncio.iscoroutinefunction(Guard.__call__)
