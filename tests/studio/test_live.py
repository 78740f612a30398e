"""A studio that listens, and pages that speak to it: as they should, and as they should not."""

import asyncio
import gzip
import io
import json
import os
import struct
import threading
from pathlib import Path

import numpy as np
import pytest

from chainrule.core.errors import UsageError
from chainrule.studio import client, server
from chainrule.studio.app import EMPTY
from chainrule.view import extent, frame, tables
from tests.studio.live import studio
from tests.view.sessions import QUICK


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    with studio(tmp_path_factory.mktemp("runs")) as running:
        yield running


@pytest.fixture(autouse=True)
def fresh(live):
    """A little network, at its start."""

    async def go():
        async with live.page() as page:
            await page.say("configure", settings=QUICK, whole=True)

    asyncio.run(go())


def test_a_page_hears_all_it_needs_and_then_a_picture(live):
    async def go():
        async with live.page() as page:
            welcome = await page.say("hello")
            head, arrays = await page.frame()
            kinds = [news["is"] for news in page.news]
            assert kinds[0] == "welcome"
            assert {"form", "session", "network", "scene", "curve"} <= set(kinds)
            assert head.session == welcome["session"]
            assert arrays["map"].shape == (100, 100)
            return head

    assert asyncio.run(go()).step == 0


def test_two_pages_see_one_session(live):
    async def go():
        async with live.page() as one, live.page() as other:
            await one.say("hello")
            await other.say("hello")
            await one.say("step", by=3)
            heard = await other.until(lambda news: news["is"] == "session" and news["step"] == 3)
            assert heard["state"] == "paused"
            head, _ = await other.frame()
            assert head.step == 3

    asyncio.run(go())


def test_after_a_cut_no_point_is_missing_and_none_twice(live):
    async def go():
        points: list[int] = []

        def take(page):
            for curve in page.of("curve"):
                if curve["first"] == 0:
                    points.clear()
                assert curve["first"] == len(points)
                points.extend(curve["step"])
                assert curve["next"] == len(points)

        async with live.page() as page:
            welcome = await page.say("hello")
            await page.say("step", by=7)
            await page.until(lambda news: news["is"] == "curve" and news["next"] >= 8)
            take(page)
        before = len(points)
        async with live.page() as page:
            await page.say("step", by=9)  # while this page was away
        async with live.page() as page:
            await page.say("hello", session=welcome["session"], have={"A": before})
            await page.until(lambda news: news["is"] == "curve")
            assert page.of("curve")[0]["first"] == before
            take(page)
        assert points == [point.step for point in live.session.line.points]
        async with live.page() as page:  # a page that claims too much gets all
            await page.say("hello", session=welcome["session"], have={"A": 10**6, "Z": 3})
            await page.until(lambda news: news["is"] == "curve")
            assert page.of("curve")[0]["first"] == 0

    asyncio.run(go())


def test_a_studio_that_was_stopped_and_started_is_found_again(tmp_path):
    async def once(live, have):
        async with live.page() as page:
            welcome = await page.say("hello", **have)
            await page.frame()
            return welcome["session"]

    with studio(tmp_path) as first:
        port, known = first.port, asyncio.run(once(first, {}))
        cookie = first.headers["Cookie"]
    with studio(tmp_path, port) as again:
        assert again.headers["Cookie"] == cookie  # an open page's cookie is still good
        assert asyncio.run(once(again, {"session": known, "have": {"A": 5}})) != known


def test_questions_are_answered_and_errors_have_four_parts(live):
    async def go():
        async with live.page() as page:
            await page.say("hello")
            await page.say("step", by=4)
            found = await page.say("explain", address="0.W[0,1]")
            assert found["nodes"][found["root"]]["letters"][0] == "mrow"
            for do, more in {
                "explain": {"address": "9.W[0,0]"}, "seek": {"step": 10**9},
                "show": {"branch": "Q"}, "open": {"name": "../../etc/passwd"},
                "configure": {"settings": {"learning_rate": "fast"}},
                "address": {"text": "#learning_rate=-1"},
            }.items():  # fmt: skip
                failed = await page.say(do, **more)
                assert failed["is"] == "failed", do
                assert all(failed[part] for part in ("called", "needs", "got", "do"))
            assert failed["field"] == "learning_rate"
            answers = await asyncio.gather(page.say("code", language="numpy"))
            assert "np.load" in answers[0]["text"]

    asyncio.run(go())


@pytest.mark.parametrize(
    "text",
    ["", "null", "{}", '{"do":"play"}', '{"do":"fly","id":1}', "[" * 5000, '{"do":"seek","id":1,'
     '"step":1e400}', '{"do":"play","id":1,"id":2}', "\x00", "é" * 1000],
)  # fmt: skip
def test_nonsense_is_answered_and_the_connection_stays(live, text):
    async def go():
        async with live.page() as page:
            await page.line.send(text)
            failed = await page.until(lambda news: news["is"] == "failed")
            assert failed["re"] is None
            assert (await page.say("hello"))["is"] == "welcome"

    asyncio.run(go())


def test_endless_nonsense_ends_the_connection_alone(live):
    async def go():
        async with live.page() as page:
            for _ in range(client.BAD + 5):
                await page.line.send("x")
            assert await page.closed() == 1008
        async with live.page() as page:
            assert (await page.say("hello"))["is"] == "welcome"

    asyncio.run(go())


def test_a_frame_above_the_limit_and_binary_ones_are_refused(live):
    async def go():
        for content in ("x" * (server.MESSAGE + 1), b"\x00" * 10):
            async with live.page() as page:
                await page.line.send(content)
                assert await page.closed() in (1008, 1009)

    asyncio.run(go())


def test_many_tiny_messages_are_slowed_and_answered(live):
    async def go():
        async with live.page() as page:
            await page.say("hello")
            for k in range(600):
                await page.line.send(json.dumps({"do": "share", "id": 1000 + k}))
            await page.until(lambda news: news.get("re") == 1599)
            assert [news["re"] for news in page.of("shared")] == list(range(1000, 1600))

    asyncio.run(go())


def test_messages_before_hello_are_only_answered(live):
    async def go():
        async with live.page() as page:
            await page.say("step", by=1)
            assert [news["is"] for news in page.news] == ["done"]
            assert not page.frames

    asyncio.run(go())


def handshake(live, **changes):
    headers = {
        "Host": live.host, "Upgrade": "websocket", "Connection": "Upgrade",
        "Sec-WebSocket-Key": "x3JJHMbDL1EzLkh9GBhXDw==", "Sec-WebSocket-Version": "13",
        **live.headers, **changes,
    }  # fmt: skip
    lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
    return ("GET /socket HTTP/1.1\r\n" + "\r\n".join(lines) + "\r\n\r\n").encode()


def test_real_handshakes_without_cookie_origin_or_host_are_refused(live):
    assert live.raw(handshake(live)).startswith(b"HTTP/1.1 101")
    for changes in (
        {"Cookie": None}, {"Origin": None}, {"Origin": "https://evil.example"}, {"Origin": "null"},
        {"Host": "evil.example"}, {"Host": f"localhost.evil:{live.port}"}, {"Cookie": "a=b"},
    ):  # fmt: skip
        answer = live.raw(handshake(live, **changes))
        assert b" 403 " in answer.split(b"\r\n")[0], changes


def test_real_requests_with_two_hosts_or_none_are_refused(live):
    cookie = live.headers["Cookie"]
    for hosts in ([], [live.host, live.host], [live.host, "evil.example"], ["evil.example"]):
        lines = [f"Host: {host}" for host in hosts] + [f"Cookie: {cookie}"]
        answer = live.raw(("GET / HTTP/1.1\r\n" + "\r\n".join(lines) + "\r\n\r\n").encode())
        assert answer.split(b" ")[1] in (b"400", b"421"), hosts
    for path in ("/../../etc/passwd", "/%2e%2e/x", "//x", "/..%2f", "/\\x", "http://evil/"):
        text = f"GET {path} HTTP/1.1\r\nHost: {live.host}\r\nCookie: {cookie}\r\n\r\n"
        assert live.raw(text.encode()).split(b" ")[1] in (b"404", b"400"), path


def test_half_open_and_half_said_connections_hold_nobody_up(live):
    import socket

    lines = []
    for content in (b"", b"GET / HT", handshake(live)[:60], handshake(live)):
        line = socket.create_connection(("127.0.0.1", live.port))
        line.sendall(content)
        lines.append(line)
    lines[-1].sendall(b"\x81\xfe\x00\x7e\x00\x00\x00\x00half a frame")  # the rest never comes
    lines[-1].sendall(struct.pack("!BB", 0x83, 0x80) + bytes(4))  # and an opcode nobody knows
    assert live.ask("/")[0] == 200
    for line in lines:
        line.close()


def test_the_page_is_served_and_nothing_else(live):
    status, content, headers = live.ask("/")
    assert status == 200
    assert b"chainrule" in content
    assert "chainrule studio" in EMPTY
    assert headers["content-type"].startswith("text/html")
    for path in ("/index.html", "/static/", "/etc/passwd", "/LICENSES.txt", "/web", "/take"):
        assert live.ask(path)[0] == 404, path
    assert live.ask("/", Cookie="none=1")[0] == 401


# ------------------------------------------------------------------------------------------ tables


def upload(live, content, name="rows.csv", **headers):
    more = {"Content_Type": "application/octet-stream", "X_Name": name, **headers}
    status, answer, _ = live.ask("/table", "POST", content, **more)
    return status, json.loads(answer)


ROWS = "a,b,kind\n" + "".join(f"{k % 7},{k % 5},{'xy'[k % 2]}\n" for k in range(40))


def test_a_parquet_file_is_a_table(live):
    polars = pytest.importorskip("polars", reason="polars is not installed: no Parquet")
    file = io.BytesIO()
    polars.DataFrame({"a": [1.0, 2.5] * 9, "kind": ["x", "y"] * 9}).write_parquet(file)
    status, found = upload(live, file.getvalue(), "rows.parquet")
    assert (status, found["rows"], found["task"]) == (200, 18, "classes")


WIDE = b"\n".join([b",".join(b"c%d" % k for k in range(5000)), *[b",".join([b"1"] * 5000)] * 2])


def test_a_dropped_table_is_looked_at_and_learnt(live):
    status, found = upload(live, ROWS.encode(), "my%20rows.csv")
    assert status == 200
    assert (found["rows"], found["target"], found["task"]) == (40, ["kind"], "classes")
    assert [column["name"] for column in found["columns"]] == ["a", "b", "kind"]
    assert found["first"][1] == ["1", "1", "y"]

    async def go():
        async with live.page() as page:
            settings = {"data": f"table:{found['id']}", "target": ["a"], "columns": ["b", "kind"],
                        "hidden": [[3, "tanh"]], "task": "numbers"}  # fmt: skip
            assert (await page.say("configure", settings=settings))["is"] == "done"
            await page.say("hello")
            await page.frame()
            names = page.of("network")[-1]["inputs"]
            assert names == ["b", "kind=x", "kind=y"]
            assert (await page.say("step", by=2))["step"] == 2

    asyncio.run(go())


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.csv"), (b"a,b\n", "a.csv"), (b"a\n1\n2\n", "a.csv"),
        (b"\x00\x01\x02" * 99, "a.csv"), (b"PK\x03\x04junk", "a.npz"),
        (b"\x93NUMPY\x01\x00junk", "a.npy"), (b"PAR1junk", "a.parquet"),
        (ROWS.encode(), "a.exe"), (ROWS.encode(), ""), (ROWS.encode(), "..%2f..%2fetc%2fpasswd"),
        (ROWS.encode(), "a.svg"), (b"\x1f\x8bjunk", "a.csv.gz"), (WIDE, "wide.csv"),
    ],
    ids=["empty", "header only", "one column", "bytes", "zip", "npy", "parquet", "program",
         "no name", "path", "picture", "gzip", "wide"],
)  # fmt: skip
def test_what_is_no_table_is_refused_in_four_parts(live, content, name):
    status, answer = upload(live, content, name)
    assert status == 400
    assert all(answer["error"][part] for part in ("called", "needs", "got", "do"))


def test_a_table_that_is_said_to_be_too_large_is_not_waited_for(live):
    status, answer = upload(live, b"", X_Size=str(tables.BYTES + 1))
    assert (status, answer["error"]["needs"]) == (400, f"at most {tables.BYTES // 2**20} MB")
    for size in ("12", "-1", "many", "9" * 5000, "\u00b2"):
        assert upload(live, ROWS.encode(), X_Size=size)[0] == 200


def test_an_error_names_the_file_and_no_folder(live):
    error = upload(live, b"\x00\x01\x02" * 99, "a.csv")[1]["error"]
    assert "a.csv" in error["called"]
    assert "/" not in "".join(error.values())


def test_a_name_that_is_no_utf_8_is_a_name(live):
    status, found = upload(live, ROWS.encode(), "ab%ffcd.csv")
    assert (status, found["rows"]) == (200, 40)


def test_a_pickled_object_is_not_read(live):
    file = io.BytesIO()
    np.save(file, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    assert upload(live, file.getvalue(), "a.npy")[0] == 400


def test_a_packed_bomb_is_not_unpacked(live, monkeypatch):
    monkeypatch.setattr(extent, "UNPACKED", 2**22)
    packed = gzip.compress(b"1,2\n" * 2**21)
    assert len(packed) < 2**16
    status, answer = upload(live, packed, "bomb.csv.gz")
    assert status == 400
    assert "unpacked" in answer["error"]["needs"]


def test_too_large_a_body_is_cut_off(live, monkeypatch):
    from chainrule.studio import app

    monkeypatch.setattr(app, "BYTES", 1000)
    status, answer = upload(live, b"1,2\n" * 1000)
    assert (status, answer["error"]["got"]) == (400, "more")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/json", "multipart/form-data; boundary=x", ""]
)
def test_forms_of_other_pages_are_refused(live, kind):
    assert upload(live, ROWS.encode(), Content_Type=kind)[0] == 400


def test_only_so_many_tables_are_kept(live):
    ids = [upload(live, ROWS.encode(), f"{k}.csv")[1]["id"] for k in range(10)]
    kept = list(live.session.kept.tables)
    assert len(kept) == 8
    assert kept[-7:] == ids[-7:]  # the eighth may be the one in use


def test_nothing_is_left_of_what_was_dropped(live):
    import tempfile

    before = set(os.listdir(tempfile.gettempdir()))
    upload(live, ROWS.encode())
    upload(live, b"junk", "a.csv")
    left = set(os.listdir(tempfile.gettempdir())) - before
    assert not [name for name in left if name.startswith("chainrule-")]


def test_signs_of_life_go_on_while_the_session_is_busy(live, monkeypatch):
    from chainrule.view.session import Session

    free = threading.Event()
    monkeypatch.setattr(Session, "frame", lambda *asked: free.wait(20) and b"")

    async def go():
        async with live.page() as page:
            await page.say("hello")  # from here on a picture is wanted
            for _ in range(3):
                await page.until(lambda news: news["is"] == "alive", 5)
            free.set()

    try:
        asyncio.run(go())
    finally:
        free.set()


# --------------------------------------------------------------------------------------- downloads


def test_all_that_can_be_taken_is_what_is_shown(live, tmp_path):
    from chainrule import RunFile, load

    assert live.ask("/take/run")[0] == 409  # nothing was trained yet

    async def go():
        async with live.page() as page:
            await page.say("step", by=5)

    asyncio.run(go())
    for name in ("run", "model", "data", "code/chainrule", "code/numpy", "code/pytorch"):
        status, content, headers = live.ask(f"/take/{name}")
        assert status == 200, name
        assert headers["content-disposition"].startswith("attachment; filename=")
        (tmp_path / Path(name).name).write_bytes(content)
    state = live.session.shown_state()
    with RunFile(tmp_path / "run") as run:
        assert run.state().params["0.W"].tobytes() == state.params["0.W"].tobytes()
    held = load(tmp_path / "model").network.params
    assert held["1.W"].tobytes() == state.params["1.W"].tobytes()
    with np.load(tmp_path / "data") as arrays:
        assert set(arrays) >= {"x", "y", "test_x", "0.W"}


# -------------------------------------------------------------------------------------------- load


def test_two_hundred_pages_of_which_twenty_never_read(live):
    """None of them is waited for, and none makes the server hold more than a frame or two."""
    import resource

    async def go():
        silent, readers = [], []
        async with live.page() as teacher:
            await teacher.say("hello")
            await teacher.say("look", rate=0)
            await teacher.say("configure", settings={"epochs": 10**6, "hidden": [[8, "tanh"]] * 2})
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            stack = [live.page() for _ in range(200)]
            pages = [await each.__aenter__() for each in stack]
            try:
                for k, page in enumerate(pages):
                    await page.line.send('{"do":"hello","id":1}')
                    (silent if k < 20 else readers).append(page)
                for page in silent:
                    page.line.transport.pause_reading()
                tasks = [asyncio.create_task(_read(page)) for page in readers]
                await teacher.say("speed", speed="fast")
                await teacher.say("play")
                await asyncio.sleep(2)
                done = await teacher.say("pause")
                async with asyncio.timeout(30):
                    while any(_step(page) != done["step"] for page in readers):
                        await asyncio.sleep(0.1)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
                return done["step"], readers, (after - before) / 1024
            finally:
                for page in silent:
                    page.line.transport.abort()
                for each in stack[20:]:
                    await each.__aexit__(None, None, None)

    step, readers, grown = asyncio.run(go())
    assert step > 100
    assert {_step(page) for page in readers} == {step}  # every page ends with the last picture
    assert grown < 0.25 * 220 + 40, f"{grown} MB"  # 256 KiB a page, and the pages' own side


def _step(page):
    return frame.from_bytes(page.frames[-1])[0].step if page.frames else None


async def _read(page):
    while True:
        await page.hear()
        page.frames, page.news = page.frames[-1:], page.news[-1:]


def test_a_storm_of_reconnects(live):
    async def once():
        async with live.page() as page:
            await page.say("hello")

    async def go():
        for _ in range(5):
            await asyncio.gather(*(once() for _ in range(20)))

    asyncio.run(go())
    assert live.ask("/")[0] == 200


# ---------------------------------------------------------------------------------------- the port


def test_a_port_in_use_is_said_and_without_one_the_next_is_taken(live):
    with pytest.raises(UsageError, match="a port that is free"):
        server.bound(live.port)
    with server.bound(None) as one, server.bound(None) as other:
        assert one.getsockname()[0] == other.getsockname()[0] == "127.0.0.1"
        one.listen()
        assert one.getsockname()[1] != other.getsockname()[1]
