"""The way into the page: the address is on no command line, and in no file but this user's."""

import stat
import sys
import time
import webbrowser
from pathlib import Path

import pytest

from chainrule.studio import browser as opening
from chainrule.studio.browser import Opener, takes_files
from tests.studio.live import started

NOBODYS = """#!{python}
import sys, time
from pathlib import Path
Path("seen").write_text(" ".join(sys.argv[1:]))
time.sleep(0.2)
"""


@pytest.fixture
def given(monkeypatch):
    """What a browser was told to open."""
    seen = []
    monkeypatch.setattr(webbrowser, "open", seen.append)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(opening.platform, "release", lambda: "6.1")  # of no Windows around it
    for name in ("BROWSER", *opening.REMOTE):
        monkeypatch.delenv(name, raising=False)
    return seen


def test_a_browser_is_given_a_file_that_nobody_else_can_read(given):
    opener = Opener("http://127.0.0.1:1/?token=secret&x")
    opener.open()
    assert "secret" not in given[0]
    path = Path(given[0].removeprefix("file://"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert "0;url=http://127.0.0.1:1/?token=secret&amp;x" in path.read_text()
    opener.close()
    opener.close()
    assert not path.parent.exists()


def test_browsers_out_of_snaps_find_it_in_the_home(given, monkeypatch, tmp_path):
    monkeypatch.setattr(opening, "SNAPS", tmp_path)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    opener = Opener("http://x/")
    opener.open()
    found = Path(given[0].removeprefix("file://"))
    assert found.parent.parent == tmp_path
    assert not found.parent.name.startswith(".")
    opener.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [OSError("no room"), RuntimeError("no home")])
def test_no_place_for_the_file_is_no_end(given, monkeypatch, tmp_path, error):
    def fails(*_, **__):
        raise error

    monkeypatch.setattr(opening, "SNAPS", tmp_path)
    monkeypatch.setattr(Path, "home", fails)
    opener = Opener("http://x/")
    opener.open()  # its address is printed all the same
    opener.close()
    assert given == []


def test_the_home_is_asked_for_where_snaps_are_alone(given, monkeypatch, tmp_path):
    monkeypatch.setattr(opening, "SNAPS", tmp_path / "none")
    monkeypatch.setattr(Path, "home", lambda: pytest.fail("it asks"))
    opener = Opener("http://x/")
    opener.open()
    opener.close()
    assert given[0].startswith("file://")


@pytest.mark.parametrize(
    ("platform", "release", "environment", "expected"),
    [
        ("linux", "6.1", {}, True), ("linux", "6.1", {"BROWSER": "firefox"}, True),
        ("linux", "6.1", {"SSH_CONNECTION": "x"}, True),
        ("linux", "6.1", {"BROWSER": "helper", "VSCODE_IPC_HOOK_CLI": "x"}, False),
        ("linux", "5.15-microsoft-standard-WSL2", {}, False), ("win32", "10", {}, False),
        ("darwin", "23", {}, False), ("freebsd14", "14", {}, True),
    ],
)  # fmt: skip
def test_where_a_file_would_not_be_found_it_is_the_address(
    monkeypatch, platform, release, environment, expected
):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(opening.platform, "release", lambda: release)
    assert takes_files(environment) == expected


def test_the_studio_opens_a_browser_so_and_leaves_nothing(tmp_path):
    """As webbrowser does it: by the command in BROWSER, with what it is to open."""
    command = tmp_path / "browser"
    command.write_text(NOBODYS.format(python=sys.executable))
    command.chmod(0o700)
    held = tmp_path / "held"
    held.mkdir()
    remote = dict.fromkeys(opening.REMOTE)
    with started(tmp_path, browser=True, BROWSER=f"{command} %s", TMPDIR=str(held), **remote) as (
        process, printed,
    ):  # fmt: skip
        token = printed["url"].partition("token=")[2]
        until = time.monotonic() + 20
        while not (tmp_path / "seen").exists() or not (tmp_path / "seen").read_text():
            assert time.monotonic() < until
            time.sleep(0.02)
        seen = (tmp_path / "seen").read_text()
        assert token not in seen
        if not seen.startswith("file:///"):
            pytest.skip(f"no file is given to a browser on this system, but {seen.split(':')[0]}")
        assert token in Path(seen.removeprefix("file://")).read_text()
        process.terminate()
        process.wait(20)
    assert not [path for path in held.iterdir() if path.name.startswith("chainrule-")]
