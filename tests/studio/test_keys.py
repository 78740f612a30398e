"""The printed address, the cookie it gives, and the secret behind it: what would let others in."""

import hashlib
import hmac
import json
import os
import time

import pytest

from chainrule.studio import guard, server
from chainrule.studio.guard import Guard, Keys
from tests.studio.test_guard import COOKIES, HOSTS, KEYS, PORT, Behind, asked, run, scope_of, table

__all__ = ["table"]  # a fixture
HOST = HOSTS["127.0.0.1:8765"]


def test_a_new_token_makes_the_old_one_worthless():
    keys = Keys.of(PORT, b"s" * 32)
    old, new = keys.new_token(), keys.new_token()
    assert not keys.exchange(old)
    assert keys.exchange(new)


def test_who_used_the_address_up_is_followed_by_another_address():
    keys, told = Keys.of(PORT, b"s" * 32), []
    keys.used = lambda: told.append(keys.new_token())
    assert not keys.exchange("x")
    assert told == []
    assert keys.exchange(keys.new_token())
    assert len(told) == 1
    assert keys.exchange(told[0])


def test_a_good_token_among_others_is_refused_and_stays_good(table):
    keys = Keys.of(PORT, b"s" * 32)
    token = keys.new_token()
    scope = scope_of("http", "/", host=HOST, query=f"token={token}&token=x")
    assert asked(table, scope, keys)[:2] == (401, False)
    assert keys.exchange(token)


def test_studios_on_two_ports_have_cookies_of_their_own():
    """A browser sends the cookies of a host to all of its ports."""
    assert Keys.of(PORT).cookie_name != Keys.of(PORT + 1).cookie_name


@pytest.fixture
def secret(tmp_path, monkeypatch):
    """The file of a secret that was kept, and the cookie it gives."""
    monkeypatch.setenv("CHAINRULE_CACHE", str(tmp_path))
    cookie = Keys.of(PORT).cookie
    return guard.cache() / "studio.key", cookie


@pytest.mark.parametrize("held", [b"", b"short", b"k" * 33])
def test_a_secret_that_was_cut_is_none(secret, held):
    path, _ = secret
    path.write_bytes(held)
    guessed = hmac.new(held, f"studio {PORT}".encode(), hashlib.sha256).hexdigest()
    assert Keys.of(PORT).cookie != guessed
    assert len(path.read_bytes()) == 32


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_a_secret_that_others_may_touch_is_none(secret, mode):
    path, cookie = secret
    path.chmod(mode)
    assert Keys.of(PORT).cookie != cookie


def test_a_secret_lives_a_month(secret):
    path, cookie = secret
    for days, is_kept in ((29, True), (31, False)):
        then = time.time() - days * 24 * 3600
        os.utime(path, (then, then))
        assert (Keys.of(PORT).cookie == cookie) == is_kept, days


def test_the_policy_forbids_all_that_is_not_ours(table):
    _, _, sent = asked(table, scope_of("http", "/", host=HOST, cookie=COOKIES["right"]))
    policy = dict(sent[0]["headers"])[b"content-security-policy"].decode()
    said = {name: words for name, *words in map(str.split, policy.split(";"))}
    for name in ("default-src", "base-uri", "form-action", "frame-ancestors"):
        assert said[name] == ["'none'"], name
    assert said["script-src"] == said["style-src"] == ["'self'"]


def test_who_opens_the_page_without_a_cookie_reads_what_to_do(table):
    _, _, page = asked(table, scope_of("http", "/", host=HOST))
    assert dict(page[0]["headers"])[b"content-type"].startswith(b"text/html")
    assert b"Open the address that the terminal shows last" in page[1]["body"]
    _, _, other = asked(table, scope_of("http", "/take/run", host=HOST))
    assert all(json.loads(other[1]["body"])["error"].values())


def test_a_wrong_method_is_told_the_right_ones(table):
    wrong = scope_of("http", "/table", "PUT", HOST, ["http://127.0.0.1:8765"], COOKIES["right"])
    _, _, sent = asked(table, wrong)
    assert sent[0]["status"] == 405
    assert dict(sent[0]["headers"])[b"allow"] == b"POST"
    refused = asked(table, scope_of("http", "/table", "POST", HOST))[2]
    assert b"allow" not in dict(refused[0]["headers"])


def test_the_guard_lets_the_start_and_the_end_through():
    behind, heard = Behind(), []

    async def send(message):
        heard.append(message)

    run(Guard(behind, KEYS, {})({"type": "lifespan"}, None, send))
    assert behind.reached == 1


# ------------------------------------------------------------------------- what the server says


def test_frames_are_not_packed_and_the_server_names_nothing(live):
    import socket

    from tests.studio.test_live import handshake

    offer = handshake(live, **{"Sec-WebSocket-Extensions": "permessage-deflate"})
    with socket.create_connection(("127.0.0.1", live.port), timeout=10) as line:
        line.sendall(offer)
        answer = line.recv(65536).partition(b"\r\n\r\n")[0].lower()
    assert answer.startswith(b"http/1.1 101")
    assert b"sec-websocket-extensions" not in answer
    _, _, headers = live.ask("/")
    assert "server" not in {name.lower() for name in headers}


def test_where_all_usual_ports_are_taken_any_other_is(monkeypatch):
    with server.bound(0) as taken:
        monkeypatch.setattr(server, "PORT", taken.getsockname()[1])
        monkeypatch.setattr(server, "TRIED", 1)
        with server.bound(None) as found:
            assert found.getsockname()[1] not in (0, taken.getsockname()[1])
