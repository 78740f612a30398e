"""What a killed check leaves behind is cleared away by the next one, and nothing else is."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from chainrule.checker.sandbox import observe
from chainrule.checker.sandbox.folder import OWNER, PREFIX, YOUNG, sweep, temporary

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no such locks")
HOLDER = """
import os, sys, time
from chainrule.checker.sandbox.folder import temporary
with temporary() as folder:
    (folder / "work").mkdir()
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A folder for temporary folders."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def holder(place):
    """Another process with a check under way, and its folder, both older than they are."""
    env = {**os.environ, "TMPDIR": str(place)}
    command = [sys.executable, "-c", HOLDER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as process:
        folder = Path(process.stdout.readline().strip())
        aged(owner_of(folder))
        yield process, folder
        process.kill()


def owner_of(folder):
    return folder.with_name(folder.name + OWNER)


def aged(path, seconds=YOUNG + 5):
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_a_check_leaves_nothing(place):
    with temporary() as folder:
        assert folder.is_dir()
        assert len(list(place.iterdir())) == 2
    assert list(place.iterdir()) == []


def test_the_folder_of_a_killed_check_goes_at_the_next_one(place, holder):
    process, folder = holder
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert (folder / "work").is_dir()
    observe("x = 1\ny = 2\n")
    assert list(place.iterdir()) == []


def test_the_folder_of_a_check_that_is_under_way_stays(holder):
    _, folder = holder
    sweep()
    assert (folder / "work").is_dir()
    assert owner_of(folder).exists()


def test_what_is_young_stays(place, holder):
    process, folder = holder
    process.kill()
    process.wait()
    aged(owner_of(folder), 1)
    sweep()
    assert folder.is_dir()


def test_a_link_to_another_folder_is_not_followed(place, tmp_path_factory):
    precious = tmp_path_factory.mktemp("precious")
    (precious / "thesis").write_text("")
    link = place / f"{PREFIX}abc"
    link.symlink_to(precious)
    owner = owner_of(link)
    owner.write_text("")
    aged(owner)
    sweep()
    assert (precious / "thesis").exists()
    target = place / "target"
    target.write_text("")
    aged(target)
    owner_of(place / f"{PREFIX}xyz").symlink_to(target)
    (place / f"{PREFIX}xyz").mkdir()
    sweep()
    assert (place / f"{PREFIX}xyz").is_dir()


def test_a_folder_without_an_owner_stays(place):
    (place / f"{PREFIX}old").mkdir()
    sweep()
    assert (place / f"{PREFIX}old").is_dir()
