"""The training process: its end, its loss, its successor."""

import queue
import subprocess
import sys
from multiprocessing import Pipe

import pytest

from chainrule import RunFile
from chainrule.view import trainer as module
from chainrule.view.trainer import Trainer

PROGRAM = """
from pathlib import Path
from time import sleep
from chainrule.view import commands as c
from chainrule.view.session import Session

if __name__ == "__main__":
    session = Session(Path("."))
    session.do(c.Configure(1, {"data": "moons", "epochs": 10**6}))
    session.do(c.Speed(1, "fast"))
    session.do(c.Play(1))
    while session.line.head < 30:
        session.tick()
"""


class Ring:
    def __init__(self):
        self.name, self.is_open = "a name", True

    def close(self):
        self.is_open = False


class Hangs:
    """A process that hears nothing, and ends by force alone."""

    def __init__(self):
        self.runs = True

    def join(self, seconds=None):
        assert seconds is not None or not self.runs

    def is_alive(self):
        return self.runs

    def kill(self):
        self.runs = False


def test_who_forgets_to_close_a_session_loses_no_step(tmp_path):
    """And Python's own end waits for nobody."""
    (tmp_path / "program.py").write_text(PROGRAM)
    subprocess.run([sys.executable, "program.py"], cwd=tmp_path, check=True, timeout=60)
    (path,) = tmp_path.glob("*.chainrule")
    with RunFile(path) as run:
        assert run.steps()[-1] >= 30
        assert run.meta("writer") is None


def test_a_process_that_hangs_is_ended_by_force():
    trainer, (here, there), ring = Trainer(), Pipe(), Ring()
    process = trainer.process = Hangs()
    trainer.pipe, trainer.ring = here, ring
    trainer.close()
    assert not process.runs
    assert not ring.is_open
    assert here.closed
    there.close()


def test_another_run_has_another_ring(monkeypatch):
    rings = [Ring(), Ring()]
    waiting = iter(rings)
    monkeypatch.setattr(module.Ring, "create", lambda _: next(waiting))
    trainer = Trainer()
    monkeypatch.setattr(trainer, "start", lambda: None)
    monkeypatch.setattr(trainer, "tell", lambda *_: None)
    for _ in rings:
        trainer.open("a path", None, longer=False)
    assert [each.is_open for each in rings] == [False, True]


def test_the_end_of_a_former_process_is_no_loss_of_the_present_one():
    trainer, (old, far), (new, other) = Trainer(), Pipe(), Pipe()
    trainer.pipe = new
    far.close()
    trainer._listen(old)
    assert not trainer.is_lost
    assert trainer.heard.empty()
    other.close()
    trainer._listen(new)
    assert trainer.is_lost
    assert trainer.heard.get_nowait() == ("lost",)
    for each in (old, new):
        each.close()


@pytest.mark.parametrize("kind", ["failed", "lost"])
def test_nobody_waits_for_a_process_that_failed(kind):
    trainer = Trainer()
    trainer.heard = queue.SimpleQueue()
    for each in (("points", []), (kind,), ("stands", 1, 1)):
        trainer.heard.put(each)
    assert trainer.wait_for("stands", seconds=0.1)[-1] == (kind,)
