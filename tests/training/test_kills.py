"""A run that is killed, stopped or interrupted goes on to the bits of the one that was not."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
from pathlib import Path

import numpy as np
import pytest

from chainrule import RunFile, resume
from chainrule.training import loop
from tests.training.kills import DRIVER, end_of, finish, kill_runs, start
from tests.training.small import (
    WRITER,
    end,
    interrupted,
    made,
    same_state,
    started,
    stop_at,
    writing,
)

KILLS = 400  # in all; half of a battery's size is run, for a kill takes a second


def test_killed_runs_end_like_undisturbed_ones(battery, seed, tmp_path, capsys):
    found = kill_runs(len(battery(range(KILLS))) // 2, seed, tmp_path)
    with capsys.disabled():
        print(f"\n{found}")
    assert found["differing"] == []
    assert found["unreadable"] == []
    assert found["kills"] > found["missed"]


# ------------------------------------------------------------------- killed at each moment there is

# Every way to end; saved after each step. A moment is a statement of the database or the giving or
# taking of a file's name: between any two of them the process is killed.
ENDINGS = {
    "finished": {"steps": 4, "patience": None},
    "no improvement": {"steps": 99, "validation": 12, "patience": 1, "learning_rate": 0.3},
    "target": {"steps": 99, "stop_below": 0.4, "learning_rate": 0.1},
}
BASE = "momentum, full batch, saved often"


def moments_of(folder: Path, ending: str) -> tuple[int, str]:
    """How many moments there are in an undisturbed run, and what it comes to."""
    (folder / "driver.py").write_text(DRIVER, encoding="utf-8")
    path = folder / "whole.chainrule"
    process = start(path, BASE, die_at=0, **ENDINGS[ending])
    said, complaint = process.communicate()
    assert process.returncode == 0, complaint
    with RunFile(path) as run:
        assert run.ended["reason"] == ending
        assert len(run.steps()) > 2
    return int(said), end_of(path)


@pytest.mark.parametrize("ending", ENDINGS)
def test_killed_at_every_moment(tmp_path, battery, ending):
    moments, wanted = moments_of(tmp_path, ending)
    chosen = {*battery(range(1, moments + 1))[::6], moments - 1}
    for at in sorted(chosen):
        path = tmp_path / f"{at}.chainrule"
        process = start(path, BASE, die_at=at, **ENDINGS[ending])
        finish(process)
        assert process.returncode == -signal.SIGKILL
        error = finish(start(path, BASE, **ENDINGS[ending]))
        assert (at, error) == (at, "")
        assert (at, end_of(path)) == (at, wanted)


def test_a_difference_would_be_seen(tmp_path):
    """What runs are compared by changes with every number of them."""
    path = made(tmp_path / "a.chainrule", optimizer="adam")
    seen = {end_of(path)}
    for statement in (
        "UPDATE history SET train = train * 1.0000000000000002 WHERE step = 30",
        "DELETE FROM history WHERE step = 7",
        'UPDATE meta SET value = replace(value, "finished", "target") WHERE key = "ended"',
    ):
        with sqlite3.connect(path) as db:
            changed = db.execute(statement).rowcount
        db.close()
        assert changed == 1
        seen.add(end_of(path))
    assert len(seen) == 4
    for statement in (
        "UPDATE snapshot SET step = 61 WHERE step = 60",
        "UPDATE snapshot SET arrays = zeroblob(length(arrays))",
    ):
        with sqlite3.connect(path) as db:
            db.execute(statement)
        db.close()
        with pytest.raises(AssertionError):
            end_of(path)


# ------------------------------------------------------------------------------------- signals


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_run_with_all_kept(tmp_path, number):
    path = tmp_path / "a.chainrule"
    with writing(path, 10**6) as process:
        process.send_signal(number)
        said, complaint = process.communicate(timeout=30)
    assert (process.returncode, complaint) == (0, "")
    assert said.split()[-1] == "interrupted"
    assert [p.name for p in tmp_path.iterdir()] == ["a.chainrule"]
    with RunFile(path) as run:
        step = run.steps()[-1]
        assert run.ended == {"reason": "interrupted", "step": step, "why": ""}
        assert run.meta("writer") is None
    length = step + 50
    assert resume(path, steps=length).ended.reason == "finished"
    how = {"validation": 6, "batch_size": 4}
    assert same_state(end(path), end(made(tmp_path / "b.chainrule", steps=length, **how)))


def test_a_second_signal_acts_at_once(tmp_path):
    """The first one asks; a program that hangs can still be stopped by hand."""
    program = """
import signal, time
from chainrule.training.loop import Interrupts
with Interrupts() as interrupts:
    print("ready", flush=True)
    while not interrupts(None):
        time.sleep(0.01)
    print("asked", flush=True)
    time.sleep(60)
"""
    process = started(program)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    assert process.stdout.readline() == "asked\n"
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=30)
    assert complaint.strip().endswith("KeyboardInterrupt")


def test_a_run_killed_before_it_can_begin_leaves_nothing_in_the_way(tmp_path):
    path = tmp_path / "a.chainrule"
    for wait in (0.0, 0.1, 0.2):
        process = started(WRITER, path, 5)
        try:
            process.wait(timeout=wait)
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate()
        if path.exists():
            resume(path, steps=7 + int(10 * wait))
            path.unlink()
    assert [p for p in tmp_path.iterdir() if not p.name.startswith(".")] == []


def test_interrupting_between_two_chunks_changes_no_bit(tmp_path, monkeypatch):
    """However often a run is stopped and resumed."""
    whole = made(tmp_path / "a.chainrule", optimizer="adam", batch_size=5)
    monkeypatch.setattr(loop, "SCREEN", 0.0)
    monkeypatch.setattr("chainrule.engine.reference.POLL", 0.0)
    path = interrupted(tmp_path / "b.chainrule", at=3, optimizer="adam", batch_size=5)
    stops = np.random.default_rng(1).integers(4, 300, 12)
    for step in sorted({*stops.tolist()}):
        assert resume(path, consumers=[stop_at(step)]).ended.reason == "interrupted"
    assert resume(path).ended.reason == "finished"
    assert end_of(path) == end_of(whole)
