"""Runs that were made before, what is taken of a session, and what the doctor reads in a file."""

import os

import numpy as np
import pytest

from chainrule import RunFile, RunWriter, load
from chainrule.core.errors import UsageError
from chainrule.doctor.examine import diagnose
from chainrule.view import commands as c
from chainrule.view import takeaway
from chainrule.view.answers import answer
from chainrule.view.surgery import EARLY, UNFINISHED, examined
from tests.training.small import interrupted, parts
from tests.view.sessions import QUICK, head

pytestmark = pytest.mark.usefixtures("patient")


def made(session, seed, steps=3):
    session.do(c.Configure(1, {**QUICK, "seed": seed}, whole=True))
    session.do(c.Step(1, steps))
    return session.line.path


def test_the_newest_runs_come_first_and_hidden_ones_not_at_all(session):
    paths = [made(session, seed) for seed in (1, 2, 3)]
    for age, path in zip((20, 10, 30), paths, strict=True):
        then = path.stat().st_mtime - age
        os.utime(path, (then, then))
    (session.folder / ".hidden.chainrule").write_bytes(paths[0].read_bytes())
    (session.folder / "junk.chainrule").write_bytes(b"no run")
    found = answer(session, c.Runs(1)).runs
    names = [run.name for run in found]
    assert [name for name in names if name in {path.name for path in paths}] == [
        paths[1].name, paths[0].name, paths[2].name,
    ]  # fmt: skip
    assert ".hidden.chainrule" not in names
    assert next(run.says for run in found if run.name == "junk.chainrule") == "it can't be read"


def test_a_link_that_leads_elsewhere_is_no_run(session, tmp_path):
    path = made(session, 4)
    outside = tmp_path / "outside.chainrule"
    outside.write_bytes(path.read_bytes())
    (session.folder / "link.chainrule").symlink_to(outside)
    with pytest.raises(UsageError, match="one in the list"):
        session.do(c.Open(1, "link.chainrule"))
    assert session.line.path == path


def test_what_is_taken_is_of_the_shown_state(session, tmp_path):
    session.do(c.Configure(1, {"data": "iris"}, whole=True))
    session.do(c.Step(1, 6))
    late = {name: takeaway.TAKEN[name](session) for name in ("model",)}
    session.do(c.Seek(1, 2))
    early = {name: takeaway.TAKEN[name](session) for name in late}
    for name, taken in early.items():
        assert taken.content != late[name].content
        assert "-2." in taken.name
    path = tmp_path / early["model"].name
    path.write_bytes(early["model"].content)
    model, data = load(path), session.setup.source.data
    assert model.preparation == data.preparation  # raw rows can be predicted
    params = session.shown_state().params
    assert all(np.array_equal(model.network.params[name], params[name]) for name in params)


def test_why_is_taken_of_the_row_that_was_asked_for(session):
    session.do(c.Step(1, 2))
    texts = [takeaway.why(session, "md", sample=row).content.decode() for row in (None, 3, 4)]
    assert ["row 3" in text for text in texts] == [False, True, False]
    found = [session.moment(None, row).trace.node("loss").digits for row in (None, 3, 4)]
    assert len(set(found)) == 3
    assert [[each in text for each in found] for text in texts] == np.eye(3, dtype=bool).tolist()


def test_a_run_that_was_interrupted_goes_on(session):
    path = interrupted(session.folder / "stopped.chainrule", at=5, steps=50)
    with RunFile(path) as run:
        assert run.ended["reason"] == "interrupted"
        reached = run.steps()[-1]
    session.do(c.Open(1, path.name))
    assert (session.line.ended, session.state, session.step) == (None, "paused", reached)
    assert "In the past" not in head(session).headline
    session.do(c.Step(1, 1))
    assert session.step == reached + 1


def test_runs_that_call_each_other_their_parent_are_opened_once(session):
    for name, parent in (("chick", "egg"), ("egg", "chick")):
        about = {"parent": {"run": f"{parent}.chainrule", "step": 0}}
        RunWriter.create(session.folder / f"{name}.chainrule", *parts(), about=about).close()
    session.do(c.Open(1, "egg.chainrule"))
    assert [line.path.stem for line in session.lines.values()] == ["chick", "egg"]


def test_the_doctor_s_findings_are_told_as_they_are(session):
    session.do(c.Configure(1, {"learning_rate": 1e-4, "optimizer": "sgd", "epochs": 40}))
    session.do(c.Step(1, 150))
    path = session.line.path
    found = examined("A", path, 150)
    with RunFile(path) as run:
        wanted = [
            each for each in diagnose(run).findings if UNFINISHED not in (each.id, each.because)
        ]
    assert wanted
    assert [(each.id, each.name, each.since_step, each.sentence) for each in found.findings] == [
        (each.id, each.name, each.since_step, each.sentence) for each in wanted
    ]
    for told, each in zip(found.findings, wanted, strict=True):
        assert told.try_this == each.try_this.replace("RUN", path.name)
    assert (found.branch, found.step) == ("A", 150)
    assert f"since step {wanted[0].since_step:,}" in found.line


def test_of_a_few_steps_or_a_broken_file_the_doctor_says_nothing(session, tmp_path):
    session.do(c.Configure(1, {"learning_rate": 50.0, "optimizer": "sgd"}))
    session.do(c.Step(1, EARLY - 1))
    path = session.line.path
    with RunFile(path) as run:
        assert diagnose(run).findings
    assert examined("A", path, EARLY - 1).findings == ()
    broken = tmp_path / "broken.chainrule"
    broken.write_bytes(path.read_bytes()[:5000])
    assert examined("A", broken, 1) is None
