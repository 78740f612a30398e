"""Run files that were cut, changed, or had no room: a clear error or the right numbers."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from chainrule import ChainruleError, RunFile, RunWriter, fit, resume
from chainrule.core.errors import TaskError
from chainrule.training import run_database, run_writer
from tests.helpers import refused, same_bits
from tests.training.small import end, every_step, interrupted, made, parts, same_state

HOW = {"optimizer": "adam", "batch_size": 5, "validation": 5, "weights": True}
FLIPS = 300


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run of 40 of its 240 steps with a dozen snapshots; its content and its numbers."""
    path = tmp_path_factory.mktemp("whole") / "whole.chainrule"
    with pytest.MonkeyPatch.context() as patch:
        every_step(patch, saves=True)
        interrupted(path, at=40, **HOW)
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM snapshot WHERE step % 4 > 0")
    db.execute("VACUUM")
    db.close()
    with RunFile(path) as run:
        states = {step: run.state(step) for step in run.steps()}
        wanted = {"states": states, "data": run.data().fingerprint}
    return path.read_bytes(), wanted


def asked(path: Path, wanted: dict) -> list[str]:
    """Ask a run file for all it holds: what was answered, each answer checked, or refused."""
    answered = []

    def states(run):
        for step in run.steps():
            state = run.state(step)
            assert same_state(state, wanted["states"][step]), f"step {step} is wrong"

    def data(run):
        assert run.data().fingerprint == wanted["data"]

    questions = {
        "states": states, "data": data, "history": lambda run: run.history(),
        "spec": lambda run: (run.spec, run.training, run.preparation), "model": RunFile.model,
        "about": lambda run: (run.ended, run.source, run.same_bits(), run.holds_data),
    }  # fmt: skip
    for name, question in questions.items():
        try:
            with RunFile(path) as run:
                question(run)
        except ChainruleError as error:
            whole_sentence(error)
        else:
            answered.append(name)
    return answered


def whole_sentence(error: ChainruleError) -> None:
    assert all(error.to_json().values()), error


def goes_on(path: Path) -> bool:
    """Whether the run can be resumed; its next steps are made if so."""
    try:
        resume(path, consumers=[lambda event: True])
    except ChainruleError as error:
        whole_sentence(error)
        return False
    return True


def test_the_whole_file_answers_all(tmp_path, whole):
    path = tmp_path / "a.chainrule"
    path.write_bytes(whole[0])
    assert len(whole[1]["states"]) > 8
    assert len(asked(path, whole[1])) == 6
    assert goes_on(path)


def test_wrong_numbers_would_be_seen(tmp_path, whole):
    path = tmp_path / "a.chainrule"
    path.write_bytes(whole[0])
    other = dict(whole[1]["states"])
    other[4] = other[4]._replace(params={k: v * 1.0000001 for k, v in other[4].params.items()})
    with pytest.raises(AssertionError, match="step 4 is wrong"):
        asked(path, {**whole[1], "states": other})


def test_cut_at_any_length(tmp_path, whole, rng, battery):
    """Where a page begins, around it, and anywhere."""
    content, wanted = whole
    size = len(content)
    pages = [p + off for p in range(0, size, 4096) for off in (-1, 0, 1, 17, 2048)]
    lengths = sorted(
        {n for n in [*range(120), *pages, *rng.integers(0, size, 300)] if 0 <= n < size}
    )
    answers = 0
    for k, length in enumerate(battery(lengths[:120])[:12] + lengths[120::3]):
        path = tmp_path / f"{k}.chainrule"
        path.write_bytes(content[:length])
        answers += len(asked(path, wanted))
        if length < size - 4096:
            assert not goes_on(path) or same_state(end(path), wanted["states"][end(path).step])
    assert answers < 6 * len(lengths) / 2


def test_flipped_bytes(tmp_path, whole, seed, battery):
    """One to four bytes of the file are others: never another error, never wrong arrays."""
    content, wanted = whole
    refused_once = 0
    for number in range(FLIPS if len(battery(range(10**5))) < FLIPS else 10 * FLIPS):
        rng = np.random.default_rng([seed, number])
        changed = np.frombuffer(content, np.uint8).copy()
        places = rng.integers(0, len(content), rng.integers(1, 5))
        changed[places] ^= rng.integers(1, 256, len(places), dtype=np.uint8)
        path = tmp_path / "a.chainrule"
        path.write_bytes(changed.tobytes())
        refused_once += len(asked(path, wanted)) < 6
        if number % 5 == 0:
            goes_on(path)
    assert refused_once > FLIPS / 10


@pytest.mark.parametrize("table", ["snapshot", "data"])
def test_every_byte_of_the_arrays_counts(tmp_path, whole, rng, table):
    content, wanted = whole
    where = "step = 8" if table == "snapshot" else "part = 'validation'"
    path = tmp_path / "a.chainrule"
    for _ in range(30):
        path.write_bytes(content)
        with sqlite3.connect(path) as db:
            arrays = db.execute(f"SELECT arrays FROM {table} WHERE {where}").fetchone()[0]
            place, change = int(rng.integers(len(arrays))), int(rng.integers(1, 256))
            arrays = arrays[:place] + bytes([arrays[place] ^ change]) + arrays[place + 1 :]
            db.execute(f"UPDATE {table} SET arrays = ? WHERE {where}", (arrays,))
        db.close()
        with refused("damaged", "other bytes"), RunFile(path) as run:
            run.state(8)
            run.data()
        with RunFile(path) as run:
            assert same_state(run.state(12), wanted["states"][12])


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE snapshot SET control = replace(control, 'best', 'west')",
        "UPDATE snapshot SET sha256 = NULL",
        "UPDATE snapshot SET sha256 = 5",
        "UPDATE snapshot SET arrays = 5",
        "UPDATE snapshot SET control = 7",
        "UPDATE snapshot SET control = X'ff00fe'",
        "UPDATE snapshot SET step = step + 1",
        "DELETE FROM snapshot",
        "DELETE FROM meta",
        "UPDATE meta SET value = '{'",
        "UPDATE meta SET value = X'ff'",
        "UPDATE meta SET value = '[]'",
        "UPDATE meta SET value = '3'",
        "UPDATE meta SET value = '{}'",
        "UPDATE meta SET value = 'null'",
        "UPDATE meta SET value = '" + "[" * 100_000 + "'",
        "DELETE FROM data",
        "UPDATE data SET part = 'other' WHERE part = 'train'",
        "UPDATE data SET part = 'test' WHERE part = 'validation'",
        "UPDATE data SET sha256 = NULL",
        "UPDATE data SET arrays = NULL",
        "UPDATE data SET arrays = 'text'",
        "UPDATE history SET metrics = NULL",
        "UPDATE history SET metrics = X'80'",
        "UPDATE history SET train = 'text'",
        "ALTER TABLE history DROP COLUMN seconds",
    ],
)
def test_rows_of_the_wrong_kind(tmp_path, whole, change):
    schema = change.replace("sha256 BLOB NOT NULL", "sha256")
    path = tmp_path / "a.chainrule"
    path.write_bytes(whole[0])
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA ignore_check_constraints = 1")
        if "= NULL" in schema and "snapshot" in schema:
            db.execute("ALTER TABLE snapshot RENAME TO old")
            db.execute("CREATE TABLE snapshot AS SELECT * FROM old")
        db.execute(schema)
    db.close()
    assert len(asked(path, whole[1])) < 6
    if "history" not in change:
        assert not goes_on(path)


# ------------------------------------------------------------------------------------ full disk


def test_no_room_left(tmp_path, monkeypatch):
    """The run stops at once and says what is kept; with room it goes on to the very bits."""
    every_step(monkeypatch, saves=True)
    path = tmp_path / "a.chainrule"
    network, data, training = parts(**HOW)
    with RunWriter.create(path, network, data, training) as run:
        pages = run.db.execute("PRAGMA page_count").fetchone()[0]
        run.db.execute(f"PRAGMA max_page_count = {pages + 8}")
        with pytest.raises(TaskError, match="disk is full") as caught:
            fit(network, data, training, run=run)
    last = end(path).step
    assert 0 < last < 240
    assert f"Step {last} is the last one saved" in caught.value.do
    assert "`chainrule resume`" in caught.value.do
    assert [p.name for p in tmp_path.iterdir()] == ["a.chainrule"]
    resume(path)
    assert same_state(end(path), end(made(tmp_path / "b.chainrule", **HOW)))


@contextmanager
def small_disk(size: int) -> Iterator[Path]:
    """A file system of so many bytes, in memory."""
    folder = tempfile.mkdtemp(prefix="chainrule-disk-")
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder]
    try:
        mounted = subprocess.run(command, capture_output=True, text=True)
        if mounted.returncode:
            pytest.skip(f"a small disk can't be mounted here: {mounted.stderr.strip()}")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "-l", folder], check=True)
    except FileNotFoundError:
        pytest.skip("a small disk can't be mounted here: there is no mount")
    finally:
        os.rmdir(folder)


def fill(folder: Path, leave: int) -> Path:
    """Leave so many bytes of a disk."""
    free = os.statvfs(folder)
    junk = folder / "junk"
    junk.write_bytes(bytes(max(0, free.f_bavail * free.f_frsize - leave)))
    return junk


@pytest.mark.parametrize("leave", [80_000, 150_000, 300_000])
def test_a_disk_that_becomes_full(tmp_path, monkeypatch, leave):
    every_step(monkeypatch, saves=True)
    with small_disk(32 * 2**20) as folder:
        junk, path = fill(folder, leave), folder / "a.chainrule"
        with pytest.raises(TaskError, match="space") as caught:
            made(path, **HOW)
        junk.unlink()
        if path.exists():
            last = end(path).step
            assert f"Step {last} is the last one saved" in caught.value.do
            resume(path)
        else:
            assert "Nothing was saved" in caught.value.do
            made(path, **HOW)
        assert [p.name for p in folder.iterdir()] == ["a.chainrule"]
        assert same_state(end(path), end(made(tmp_path / "b.chainrule", **HOW)))


@pytest.mark.parametrize("leave", [0, 4096, 16384])
def test_a_full_disk_from_the_beginning(leave):
    with small_disk(2**20) as folder:
        junk = fill(folder, leave)
        with refused("a.chainrule", "Nothing was saved", kind=TaskError):
            RunWriter.create(folder / "a.chainrule", *parts())
        assert list(folder.iterdir()) == [junk]


# ------------------------------------------------------------------------- where nobody may write


@contextmanager
def nobody(folder: Path) -> Iterator[None]:
    """As a user who may read this folder and not write there."""
    for each in (folder, *folder.iterdir()):
        each.chmod(0o555 if each.is_dir() else 0o444)
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def shelf():
    """A folder that all may enter."""
    folder = Path(tempfile.mkdtemp(prefix="chainrule-shelf-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_run_is_read_where_nobody_may_write(shelf):
    """On a CD, in another's folder, in a container whose disk is read-only."""
    path = interrupted(shelf / "a.chainrule", at=20)
    before = path.read_bytes()
    with nobody(shelf):
        with RunFile(path) as run:
            assert run.steps()[-1] >= 20
            assert len(run.history()) == run.steps()[-1] + 1
            assert run.model().predict([[0.5, 0.5]])
        with refused("a.chainrule", "permission", kind=TaskError):
            resume(path)
    assert path.read_bytes() == before
    assert [p.name for p in shelf.iterdir()] == ["a.chainrule"]


def test_no_new_run_where_nobody_may_write(shelf):
    with nobody(shelf), refused("a.chainrule", "permission", kind=TaskError):
        RunWriter.create(shelf / "a.chainrule", *parts())
    assert list(shelf.iterdir()) == []


def test_no_new_run_below_a_file(tmp_path):
    (tmp_path / "file").write_text("I am not a folder")
    with refused("file", "permission", kind=TaskError):
        RunWriter.create(tmp_path / "file" / "a.chainrule", *parts())


def test_the_same_process_goes_on_after_a_full_disk(tmp_path, monkeypatch):
    """Not even the end of the writing could be noted: a notebook goes on all the same."""
    path = tmp_path / "a.chainrule"
    run = RunWriter.create(path, *parts())
    with monkeypatch.context() as patch:
        patch.setattr(run_writer, "put", lambda db, key, value: db.execute("SELECT 1 FROM nothing"))
        run.close()
    with sqlite3.connect(path) as db:
        assert "pid" in db.execute("SELECT value FROM meta WHERE key = 'writer'").fetchone()[0]
    db.close()
    assert same_bits(resume(path).ended.state.params, end(made(tmp_path / "b.chainrule")).params)


def test_the_library_of_the_reasons(tmp_path):
    """SQLite's own numbers, from real errors."""
    with sqlite3.connect(tmp_path / "a.db") as db, pytest.raises(sqlite3.Error) as caught:
        db.execute("SELECT 1 FROM nothing")
    db.close()
    assert run_database.reason_of(caught.value) == sqlite3.SQLITE_ERROR
    assert run_database.reason_of(sqlite3.ProgrammingError("closed")) == 0
