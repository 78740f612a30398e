"""`chainrule studio` as a process: what it prints, and how it ends."""

import asyncio
import http.client
import json
import os
import signal
import socket
import time
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from chainrule import RunFile
from chainrule.cli.app import run
from chainrule.cli.screen import Screen
from chainrule.cli.studio import _tell_saved
from chainrule.core.errors import UsageError
from chainrule.studio import server
from chainrule.view.commands import Address, Branch, Configure, Step
from chainrule.view.messages import Offered
from chainrule.view.session import Session
from docs.pages.json_examples import SERVES
from tests.studio.live import Speaker, started
from tests.view.sessions import QUICK


def entered(url):
    """The cookie that the address is exchanged for."""
    host, _, rest = url.removeprefix("http://").partition("/")
    line = http.client.HTTPConnection(host, timeout=20)
    line.request("GET", f"/{rest}")
    answer = line.getresponse()
    line.close()
    return host, (answer.getheader("set-cookie") or "").partition(";")[0]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_it_prints_one_line_trains_and_ends_on_ctrl_c_with_all_saved(tmp_path, number):
    """SIGHUP: the terminal is closed. A terminal tells the whole group of either."""

    async def play(host, cookie):
        headers = {"Cookie": cookie, "Origin": f"http://{host}"}
        async with connect(
            f"ws://{host}/socket", additional_headers=headers, compression=None, max_size=None
        ) as line:
            page = Speaker(line)
            await page.say("hello")
            await page.say("configure", settings={**QUICK, "epochs": 10**6})
            await page.say("speed", speed="fast")
            await page.say("play")
            await page.until(lambda news: news["is"] == "alive" and news["step"] > 50)

    with started(tmp_path, "moons") as (process, printed):
        assert printed.keys() == SERVES["studio"][1].keys()
        assert (printed["schema"], printed["command"]) == (1, "studio")
        with started(tmp_path) as (other, second):  # a second one takes another port
            ports = {each["url"].split(":")[2].partition("/")[0] for each in (printed, second)}
            assert len(ports) == 2
            other.send_signal(signal.SIGTERM)
            other.wait(20)
        host, cookie = entered(printed["url"])
        assert cookie
        assert entered(printed["url"])[1] == ""  # good once
        asyncio.run(play(host, cookie))
        trainer = _children(process.pid)
        for each in (process.pid, *map(int, trainer)):
            os.kill(each, number)
        out, err = process.communicate(timeout=30)
        assert (process.returncode, out) == (0, "")
        token = printed["url"].partition("token=")[2]
        assert token not in err
        assert cookie.partition("=")[2] not in err
        assert "Traceback" not in err
        (path,) = (tmp_path / "runs").glob("*.chainrule")
        with RunFile(path) as file:
            step = file.steps()[-1]
        name = f"runs/{path.name}"
        assert f"saved     {name} at step {step:,}\n" in err
        assert f"again     chainrule studio {name}\n" in err
    (path,) = (tmp_path / "runs").iterdir()  # one file: nothing lies beside it
    with RunFile(path) as held:
        assert held.steps()[-1] > 50
        assert held.meta("writer") is None
    wait_until_gone(trainer)


def _children(pid):
    """Processes that any thread of it began."""
    lists = list(Path(f"/proc/{pid}/task").glob("*/children"))
    found = [child for each in lists for child in each.read_text().split()]
    assert found or not lists  # where the system tells of them, the training is one
    return found


def wait_until_gone(processes):
    until = time.monotonic() + 10
    while any(os.path.exists(f"/proc/{pid}") for pid in processes):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_when_the_server_is_killed_the_training_ends_by_itself(tmp_path):
    with started(tmp_path) as (process, _):
        trainer = _children(process.pid)
        assert trainer  # it is begun before the server says that it is there
        process.kill()
        process.wait()
        wait_until_gone(trainer)


@pytest.mark.parametrize(
    ("words", "needs"),
    [
        (["studio", "nothing"], "problem"), (["studio", "nothing.csv"], "file"),
        (["studio", "nothing.chainrule"], "run file"), (["studio", "--port", "TAKEN"], "port"),
        (["studio", "--port", "x"], "options"),
        (["studio", "broken.csv"], "table"), (["studio", "broken.parquet"], "whole Parquet"),
        (["studio", "one.csv"], "a column beside the target"),
        (["studio", "."], "a run, a table or a problem"),
    ],
)  # fmt: skip
def test_what_can_t_be_shown_is_said(words, needs, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.csv").write_bytes(bytes(range(256)) * 4)
    (tmp_path / "broken.parquet").write_bytes(b"PAR1" + bytes(40) + b"PAR1")
    (tmp_path / "one.csv").write_text("a\n1\n2\n")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        words = [str(taken.getsockname()[1]) if word == "TAKEN" else word for word in words]
        assert run([*words, "--json", "--no-browser"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert needs in error["needs"]
    assert all(error.values())


def test_a_table_and_a_run_are_shown(tmp_path, monkeypatch):
    from chainrule.cli.studio import _session

    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.csv").write_text("a,b\n" + "1,2\n3,5\n" * 15)
    session = _session("own.csv")
    assert (session.setup.source.title, session.offered) == ("own.csv", None)
    session.close()
    assert run(["train", "xor", "--steps", "50", "--run", "x.chainrule", "--quiet",
                "--pictures", "none"]) == 0  # fmt: skip
    session = _session("x.chainrule")
    assert (session.step, session.setup.source.title) == (50, "xor")
    session.close()


@pytest.mark.parametrize(
    "rows",
    [
        "a,b\n" + "1,2\n,5\n" * 15,  # a hole
        "a,b\n" + "".join(f"{k},name {k}\n" for k in range(30)),  # no classes, no numbers
        "a,b\n" + "1,yes\n" * 30,  # one class
        "a,b\n" + "x,1\nx,2\n" * 15,  # nothing to predict it from
        "a,b\n" + "".join(f"{k}.5,b\nk.A.,c\n" * (k < 8) or f"{k},b\n" for k in range(60)),
    ],
)  # fmt: skip
def test_a_table_that_can_t_be_used_as_it_stands_is_offered(tmp_path, monkeypatch, rows):
    from chainrule.cli.studio import _session

    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.csv").write_text(rows)
    session = _session("own.csv")
    try:
        assert session.offered is not None
        assert session.offered.name == "own.csv"
        assert session.setup.source.title == "Circles"  # till something is chosen
        told = [news for news in session.everything() if news.message() == "offered"]
        assert told == [Offered(session.offered)]
        session.do(Configure(1, {"data": "moons"}))
        assert session.offered is None  # whoever chose something else is not asked again
        session.take_news()
        named = {"data": f"table:{next(iter(session.kept.tables))}"}
        for choose in (Configure(2, named), Address(3, f"#data={named['data']}")):
            with pytest.raises(UsageError):
                session.do(choose)
            assert session.take_news() == [Offered(session.offered)]
            assert session.offered.name == "own.csv"
            session.do(Configure(4, {"data": "moons"}))  # another page's move
            session.take_news()
        with pytest.raises(UsageError):  # with choices of its own it is refused as ever
            session.do(Configure(5, named | {"columns": []}))
        assert session.take_news() == []
    finally:
        session.close()


def test_a_run_is_found_without_its_ending_and_by_its_name(tmp_path, monkeypatch):
    from chainrule.cli.studio import _session

    monkeypatch.chdir(tmp_path)
    assert (
        run(["train", "xor", "--steps", "5", "--quiet"]) == 0
    )  # with pictures, a folder beside it
    assert Path("runs/xor-1").is_dir()
    for name in ("runs/xor-1", "runs/xor-1/", "xor-1", "runs/xor-1.chainrule"):
        session = _session(name)
        assert (session.step, session.folder) == (5, Path("runs")), name
        session.close()
    session = _session("xor")  # the problem
    assert session.step == 0
    session.close()


def test_a_folder_is_told_by_its_runs_the_newest_first(tmp_path, monkeypatch, capsys):
    def told(name):
        assert run(["studio", name, "--json", "--no-browser"]) == 2
        return json.loads(capsys.readouterr().out)["error"]

    monkeypatch.chdir(tmp_path)
    assert (told("runs")["got"], "train circles" in told("runs")["do"]) == ("no such folder", True)
    Path("runs").mkdir()
    assert told("runs/")["got"] == "a folder without runs"
    for age in range(10):
        path = Path(f"runs/r-{age}.chainrule")
        path.touch()
        os.utime(path, (10**9 - age, 10**9 - age))
    error = told("runs")
    assert error["got"].startswith("a folder of 10 runs, the newest first: r-0.chainrule, r-1.")
    assert error["got"].endswith("r-7.chainrule, ...")
    assert error["do"] == "`chainrule studio runs/r-0.chainrule` opens the newest."


@pytest.mark.parametrize(
    ("words", "is_terminal", "is_shown"),
    [([], True, True), ([], False, False), (["--json"], True, False)],
)
def test_another_address_is_printed_on_a_terminal_alone(
    words, is_terminal, is_shown, tmp_path, monkeypatch, capsys
):
    def serve(session, listener, *, ready, again, browser):
        session.close()
        if again is not None:
            again("http://127.0.0.1/?token=fresh")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("chainrule.studio.server.serve", serve)
    monkeypatch.setattr("sys.stderr.isatty", lambda: is_terminal)
    assert run(["studio", "--no-browser", *words]) == 0
    assert ("token=fresh" in capsys.readouterr().err) == is_shown


def test_a_page_that_is_opened_leaves_no_token_in_a_log(tmp_path):
    with started(tmp_path) as (process, printed):
        assert entered(printed["url"])[1]
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert "token" not in err
    assert err == ""  # nor is there anything that was saved


def test_of_many_trained_runs_the_newest_are_named_and_the_last_is_opened_again(tmp_path, capsys):
    session = Session(tmp_path / "my runs")
    for seed in range(10):
        session.do(Configure(1, {**QUICK, "seed": seed}))
        session.do(Step(1, 2))
    session.do(Branch(1, 1, {"learning_rate": 0.1}))
    session.close()
    made = session.driver.trained
    assert len(made) == 10  # the branch has made no step
    _tell_saved(Screen("studio", as_json=True), [*made, tmp_path / "gone.chainrule"])
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert out == ""
    assert lines[0] == "  saved     2 runs more, and of the newest"
    assert lines[1:-1] == [f"  saved     {path} at step 2" for path in made[2:]]
    assert lines[-1] == f"  again     chainrule studio '{made[-1]}'"


def test_ctrl_c_before_the_server_has_begun_is_a_plain_end(tmp_path, capfd):
    """uvicorn's own handling raised it again in the midst of the end."""
    session = Session(tmp_path)
    said = []

    async def interrupted(made, sockets):
        for _ in range(2):  # a second one forces nothing
            signal.raise_signal(signal.SIGINT)
        await whole(made, sockets)

    whole = server._Server.serve
    with server.bound(0) as listener, pytest.MonkeyPatch.context() as patch:
        patch.setattr(server._Server, "serve", interrupted)
        server.serve(session, listener, ready=said.append, again=None, browser=False)
    assert said == []
    assert capfd.readouterr().err == ""
    assert session.driver.trainer.process is None
