"""The server around the routes: its port, its addresses, its end."""

import asyncio
import json
import signal
import socket
from types import SimpleNamespace

import pytest

from chainrule.core.errors import UsageError
from chainrule.studio import server
from chainrule.view.session import Session
from tests.studio.live import studio
from tests.view.sessions import QUICK

pytestmark = pytest.mark.usefixtures("patient")


def test_each_address_that_was_used_up_is_followed_by_a_good_one(monkeypatch, tmp_path):
    told, again = [], []

    async def _serve(made, listener, started):
        started()
        keys = made.config.app.keys
        for _ in range(2):
            token = (told + again)[-1].partition("token=")[2]
            assert keys.exchange(token)
            assert not keys.exchange(token)

    monkeypatch.setattr(server, "_serve", _serve)
    session = Session(tmp_path)
    with server.bound(0) as listener:
        server.serve(session, listener, ready=told.append, again=again.append, browser=False)
    session.close()
    assert (len(told), len(again)) == (1, 2)
    assert len({*told, *again}) == 3


@pytest.mark.parametrize("port", [-1, 2**16, 80_000])
def test_a_port_there_is_not_is_said(port):
    with pytest.raises(UsageError, match="from 0 to 65535"):
        server.bound(port)


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no SIGHUP")
@pytest.mark.parametrize("before", [signal.SIG_IGN, signal.SIG_DFL], ids=["nohup", "a terminal"])
def test_under_nohup_the_end_of_the_terminal_is_none(before):
    usual = signal.signal(signal.SIGHUP, before)
    try:
        with server._ended_by_signals(SimpleNamespace()):
            assert (signal.getsignal(signal.SIGHUP) is before) == (before == signal.SIG_IGN)
        assert signal.getsignal(signal.SIGHUP) is before
    finally:
        signal.signal(signal.SIGHUP, usual)


def test_the_end_of_the_server_is_that_of_the_training_process(tmp_path):
    with studio(tmp_path) as live:
        process = live.session.driver.trainer.process
        assert process.is_alive()
    assert not process.is_alive()
    assert live.session.driver.trainer.process is None


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    with studio(tmp_path_factory.mktemp("runs")) as running:
        yield running


def test_endless_headers_are_cut_off(live):
    head = f"GET / HTTP/1.1\r\nHost: {live.host}\r\nCookie: {live.headers['Cookie']}\r\nX: "
    with socket.create_connection(("127.0.0.1", live.port), timeout=10) as line:
        line.settimeout(10)
        answer = b""
        try:
            line.sendall(head.encode() + b"a" * 2**18)
            answer = line.recv(100)
        except ConnectionError:
            pass  # it did not even listen to the end
    assert answer == b"" or answer.split(b" ")[1].startswith(b"4"), answer


def said(live, *commands):
    """What is answered to each of these, in a little network of its own."""

    async def go():
        async with live.page() as page:
            await page.say("configure", settings=QUICK, whole=True)
            return [await page.say(do, **more) for do, more in commands]

    return asyncio.run(go())


def test_a_derivation_is_taken_of_the_row_that_was_asked_for(live):
    _, found = said(live, ("step", {"by": 2}), ("explain", {"address": "1.a[0,0]"}))
    rows = found["rows"][:2]
    asked = [("explain", {"address": "loss[:]", "sample": row}) for row in rows]
    _, *told = said(live, ("step", {"by": 2}), *asked)
    digits = [str(each["nodes"][each["root"]]["digits"])[:6] for each in told]
    for row, own, other in zip(rows, digits, reversed(digits), strict=True):
        status, content, _ = live.ask(f"/take/why.md?of=loss[:]&sample={row}")
        text = content.decode()
        assert status == 200
        assert text.splitlines()[0].endswith(f"step 3, row {row}")
        assert own in text
        assert other not in text
    for sample in ("x", "-1", "1.5", "%C2%B2", "9" * 10, ""):
        status, content, _ = live.ask(f"/take/why.md?of=loss&sample={sample}")
        assert status == 409, sample
        assert all(json.loads(content)["error"].values())
    status, content, _ = live.ask("/take/why.md?of=" + "a" * 5000)
    assert status == 409
    assert len(content) < 1000


def test_a_name_in_letters_of_another_time_is_a_name(live):
    rows = b"a,b\n" + b"1,2\n3,5\n" * 15
    more = {"Content_Type": "application/octet-stream", "X_Name": "caf%E9.csv"}
    status, answer, _ = live.ask("/table", "POST", rows, **more)
    assert status == 200, answer
    assert json.loads(answer)["name"].endswith(".csv")
