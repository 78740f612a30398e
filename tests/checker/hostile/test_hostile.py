"""A hostile program ends in a verdict in time, and changes nothing outside a temporary folder.

Each runs behind the wall, and with the hook alone; with a stand-in for the reader of programs, so
that what is said can be held to the word, and through the whole of check().
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from pathlib import Path

import pytest

from chainrule.checker.api import check
from chainrule.checker.own import own
from chainrule.checker.sandbox import observe, wall
from chainrule.core.errors import UsageError
from tests.checker.hostile.programs import PROGRAMS, SECONDS, Hostile

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes of POSIX")
READER = "stand_in"
LATE = 3.0  # seconds beyond the limit, on a machine that does other things as well
WAYS = ("wall", "hook")


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A home, a folder for temporary ones, and a folder outside with a file in it."""
    for name in ("home", "tmp", "outside"):
        (tmp_path / name).mkdir()
    (tmp_path / "outside" / "kept.txt").write_text("kept")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setenv("CHAINRULE_SECRET", "the answer")
    monkeypatch.syspath_prepend(Path(__file__).parent)  # the child finds what its parent finds
    return tmp_path


def stand(way: str, monkeypatch) -> None:
    if way == "hook":
        monkeypatch.setattr(wall, "stands", lambda: False)
    elif not wall.stands():
        assert "CI" not in os.environ, "CI has bubblewrap, and it has to work"
        pytest.skip("bubblewrap is not installed, or namespaces are forbidden here")


def snapshot(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Every file and folder with its rights, its time and a hash of what is in it."""
    found = {}
    for path in sorted(folder.rglob("*")):
        about = path.lstat()
        text = path.read_bytes() if path.is_file() else b""
        key = path.relative_to(folder).as_posix()
        when = about.st_mtime_ns if path.is_file() else 0
        found[key] = (about.st_mode, when, hashlib.sha256(text).hexdigest())
    return found


def processes_of(place: Path) -> list[str]:
    """Processes that were started with the place in their arguments."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes()
        except OSError:
            continue
        if str(place).encode() in line:
            found.append(f"{path.parent.name}: {line[:200]!r}")
    return found


def left_by(mark: str) -> list[Path]:
    here = Path.cwd()
    folders = ("/tmp", "/var/tmp", "/dev/shm", "/", Path.home(), Path.home().parent, here)
    return [Path(f, mark) for f in folders if Path(f, mark).exists()]


def written(place: Path, hostile: Hostile, mark: str) -> Path:
    path = place / "home" / "learner.py"
    head = f"OUTSIDE = {str(place / 'outside')!r}; MARK = {mark!r}; "
    needs = "OUTSIDE" in hostile.source or "MARK" in hostile.source
    source = hostile.source
    if needs:
        source = head.rstrip("; ") + "\n" + source
    path.write_text(source, encoding="utf-8", errors="surrogatepass")
    return path


def held(place: Path, before: dict, mark: str, begun: float) -> None:
    """In time; nothing changed, nothing left, nobody running."""
    assert time.monotonic() - begun < SECONDS + LATE
    assert snapshot(place) == before
    assert left_by(mark) == []
    until = time.monotonic() + 2
    while processes_of(place) and time.monotonic() < until:
        time.sleep(0.02)
    assert processes_of(place) == []


def run_one(place: Path, name: str, mark: str) -> None:
    hostile = PROGRAMS[name]
    path = written(place, hostile, mark)
    before, begun = snapshot(place), time.monotonic()
    try:
        seen = observe(path, seconds=SECONDS, reader=READER)
    except UsageError as error:
        said, readings = str(error), ()
    else:
        said, readings = seen.error or "", seen.readings
        assert seen.isolated == wall.stands()
        assert len(seen.said) <= 70_000
    held(place, before, mark, begun)
    if hostile.sound:
        assert readings, said
    assert bool(readings) != bool(said)
    if hostile.says and not readings:
        assert said.startswith((path.name, str(path)))
        assert any(word in said for word in hostile.says), said
    assert not hostile.says or not readings, "it was read"
    assert said.isprintable(), repr(said)
    assert len(said) < 1000


@pytest.mark.parametrize("way", WAYS)
def test_a_hostile_program_ends_in_a_verdict_and_changes_nothing(way, place, battery, monkeypatch):
    stand(way, monkeypatch)
    names = battery(sorted(PROGRAMS))
    failed = {}
    for k, name in enumerate(names):
        for old in (place / "home").iterdir():
            old.unlink()
        try:
            run_one(place, name, f"chainrule-mark-{os.getpid()}-{k}")
        except AssertionError as error:
            failed[name] = str(error)[:600]
    assert not failed, "\n".join(f"{name}: {why}" for name, why in failed.items())


def test_a_hostile_program_ends_in_a_verdict_of_the_whole_checker(place, battery):
    for k, name in enumerate(battery(sorted(PROGRAMS))):
        mark = f"chainrule-mark-{os.getpid()}-{k}"
        path = written(place, PROGRAMS[name], mark)
        before, begun = snapshot(place), time.monotonic()
        try:
            verdict = check(path, seconds=SECONDS)
        except UsageError:
            continue
        held(place, before, mark, begun)
        assert verdict.status in ("right", "different", "wrong", "unknown", "error"), name
        assert verdict.message or verdict.mistakes or verdict.exit_code == 0, name
        path.unlink()


def test_it_is_held_as_well_where_it_is_run_as_by_hand(place, battery):
    """`doctor --why-stuck` runs a program up to its training loop."""
    failed = {}
    for k, name in enumerate(battery(sorted(PROGRAMS))[::6]):
        for old in (place / "home").iterdir():
            old.unlink()
        mark = f"chainrule-mark-own-{os.getpid()}-{k}"
        path = written(place, PROGRAMS[name], mark)
        before, begun = snapshot(place), time.monotonic()
        try:
            found, why = own(path, seconds=SECONDS)
            assert found is None
            assert why.isprintable()
        except UsageError:
            pass
        except AssertionError as error:
            failed[name] = str(error)[:600]
        held(place, before, mark, begun)
    assert failed == {}
