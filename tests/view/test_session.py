"""A session with its training process: play, pause, steps, time travel, branches, faults."""

import os
import resource
import signal
from itertools import islice
from multiprocessing.shared_memory import SharedMemory
from string import ascii_uppercase
from time import monotonic, sleep

import numpy as np
import pytest

import chainrule
from chainrule import Network, RunFile, fit
from chainrule.core.errors import ChainruleError, TaskError, UsageError
from chainrule.view import branches, frame, messages
from chainrule.view import commands as c
from chainrule.view import session as session_module
from chainrule.view.answers import answer
from chainrule.view.line import Line
from chainrule.view.ring import Snapshot
from chainrule.view.session import Session
from chainrule.view.surgery import examined
from chainrule.view.trainer import Trainer
from tests.helpers import same_bits
from tests.view.sessions import head, picture, played, settled

pytestmark = pytest.mark.usefixtures("patient")


def test_a_branch_s_program_has_the_branch_s_settings(session):
    session.do(c.Step(1, 5))
    first = answer(session, c.Code(1, "numpy"))
    session.do(c.Branch(1, 3, {"learning_rate": 0.123}))
    found = answer(session, c.Code(1, "numpy"))
    assert "0.123" in found.text
    assert "0.123" not in first.text
    assert "left A at step 3" in found.notes[-1]


def test_it_opens_on_circles_and_writes_nothing(tmp_path):
    session = Session(tmp_path / "runs")
    assert head(session).headline.startswith("Not trained yet: 250 of 500 test points right")
    assert session.state == "ready"
    session.close()
    assert not (tmp_path / "runs").exists()


def test_a_step_and_back_shows_the_same_picture(session):
    pictures = [picture(session)]
    for _ in range(4):
        session.do(c.Step(1))
        pictures.append(picture(session))
    assert len(set(pictures)) == 5
    for wanted in reversed(pictures[:-1]):
        session.do(c.Step(1, -1))
        found, held = frame.from_bytes(picture(session)), frame.from_bytes(wanted)
        assert same_bits(found[1], held[1])
        assert found[0].losses == held[0].losses
    session.do(c.Step(1, -1))
    assert (session.step, session.state) == (0, "paused")


def test_what_was_played_is_the_run_of_the_library(session):
    played(session)
    assert session.state == "ended"
    setup = session.setup
    network = Network.start(setup.spec, seed=setup.training.seed)
    result = fit(network, setup.source.data, setup.training)
    assert same_bits(session.shown_state().params, result.model.network.params)
    with RunFile(session.line.path) as run:
        assert run.ended["reason"] == "finished"
        assert same_bits(run.model().network.params, result.model.network.params)


def test_any_step_is_reached_again(session):
    played(session)
    path = session.line.path
    for step in np.random.default_rng(1).integers(0, session.line.head + 1, 12).tolist():
        session.do(c.Seek(1, step))
        assert head(session).step == step
        with RunFile(path) as run:
            assert same_bits(session.shown_state().params, run.state(step).params)
            found, wanted = session.shown_state().memory, run.state(step).memory
            assert same_bits(dict(sorted(found.items())), dict(sorted(wanted.items())))


def test_pause_saves_and_play_goes_on(session):
    session.do(c.Configure(1, {"epochs": 100_000}))
    session.do(c.Speed(1, "fast"))
    session.do(c.Play(2))
    while session.line.head < 20:
        session.tick()
    session.do(c.Pause(3))
    stopped = session.step
    assert stopped == session.line.head == session.line.saved > 0
    with RunFile(session.line.path) as run:
        assert run.steps()[-1] == stopped
    session.do(c.Step(4))
    assert session.step == stopped + 1


def test_play_in_the_past_repeats_it_and_goes_on(session):
    for _ in range(3):
        session.do(c.Step(1, 5))
    session.do(c.Seek(1, 2))
    known = picture(session)
    session.do(c.Seek(1, 0))
    session.do(c.Speed(1, "fast"))
    session.do(c.Play(1))
    assert session.mode == "repeating"
    settled(session)
    assert session.step == session.line.head == session.line.total
    session.do(c.Seek(1, 2))
    assert same_bits(frame.from_bytes(picture(session))[1], frame.from_bytes(known)[1])


def test_play_after_the_end_doubles_the_length(session):
    total = played(session).line.total
    before = picture(session)
    played(session)
    assert session.line.total == session.line.head == 2 * total
    session.do(c.Seek(1, total))
    again = frame.from_bytes(picture(session))[1]
    assert same_bits(again, frame.from_bytes(before)[1])


def test_points_are_counted_and_never_change(session):
    session.do(c.Speed(1, "fast"))
    session.do(c.Play(1))
    heard = []
    while session.playing:
        session.tick()
        heard += [news for news in session.take_news() if isinstance(news, messages.Curve)]
    steps = [step for curve in heard for step in curve.step]
    assert steps == sorted(set(steps)) == [point.step for point in session.line.points]
    assert [curve.first for curve in heard[1:]] == [curve.next for curve in heard[:-1]]
    assert steps[0] == 0
    assert steps[-1] == session.line.total


def test_a_branch_is_a_file_that_names_its_parent_and_step(session):
    played(session)
    parent, at_20 = session.line, None
    session.do(c.Seek(1, 20))
    at_20 = picture(session)
    session.do(c.Branch(1, 20, {"learning_rate": 0.1, "optimizer": "momentum"}))
    assert (session.line.name, session.step, session.line.says) == (
        "B", 20, "rate 0.1, optimizer momentum",
    )  # fmt: skip
    assert frame.from_bytes(picture(session))[1]["0.W"].tobytes() == (
        frame.from_bytes(at_20)[1]["0.W"].tobytes()
    )
    played(session)
    with RunFile(session.line.path) as run:
        assert run.meta("parent") == {"run": parent.path.name, "step": 20}
        assert run.steps()[0] == 20
        assert run.training.optimizer.name == "momentum"
        assert run.history().points[0].step == 20
        with pytest.raises(UsageError, match="parent"):
            run.state(19)
    ends = {}
    for name in "AB":
        session.do(c.Show(1, name))
        session.do(c.Seek(1, 7))
        past = session.shown_state().params
        session.do(c.Seek(1, session.line.head))
        ends[name] = past, session.shown_state().params
    assert same_bits(ends["A"][0], ends["B"][0])
    assert not same_bits(ends["A"][1], ends["B"][1])


def test_a_branch_without_a_change_has_the_same_future(session):
    played(session)
    end = session.shown_state()
    session.do(c.Branch(1, 13))
    played(session)
    assert same_bits(session.shown_state().params, end.params)
    assert same_bits(
        *(dict(sorted(state.memory.items())) for state in (session.shown_state(), end))
    )


def test_a_branch_at_the_end_has_a_future(session):
    total = played(session).line.total
    session.do(c.Branch(1, total, {"learning_rate": 0.001}))
    assert session.line.total == 2 * total
    session.do(c.Step(1))
    assert session.step == total + 1
    played(session)
    assert session.line.head == 2 * total


def test_branches_of_branches_and_what_may_be_dropped(session):
    session.do(c.Step(1, 10))
    session.do(c.Branch(1, 6, {"learning_rate": 0.1}))
    session.do(c.Step(1, 4))
    session.do(c.Branch(1, 8, {"l2": 0.1}))
    session.do(c.Step(1, 2))
    session.do(c.Branch(1, 3, {"l2": 0.2}))  # the state lies before the parent's own beginning
    assert [(line.name, line.parent and line.parent.name) for line in session.lines.values()] == [
        ("A", None), ("B", "A"), ("C", "B"), ("D", "A"),
    ]  # fmt: skip
    for name in "AB":
        with pytest.raises(UsageError):
            session.do(c.Drop(1, name))
    session.do(c.Drop(1, "C"))
    session.do(c.Branch(1, 2))
    assert list(session.lines) == ["A", "B", "D", "E"]  # a page may hold the curve of C
    with pytest.raises(UsageError):
        session.do(c.Show(1, "C"))
    with pytest.raises(UsageError, match="can change on the way"):
        session.do(c.Branch(1, 2, {"hidden": [[2, "tanh"]]}))
    with pytest.raises(UsageError):
        session.do(c.Branch(1, 999, {}))


def test_the_same_step_of_another_branch_is_compared(session):
    session.do(c.Step(1, 10))
    session.do(c.Branch(1, 2, {"learning_rate": 0.3}))
    session.do(c.Step(1, 8))
    arrays = frame.from_bytes(picture(session, compare="A"))[1]
    session.do(c.Show(1, "A"))
    assert arrays["compare"].tobytes() == frame.from_bytes(picture(session))[1]["output"].tobytes()


def test_a_run_is_opened_again_with_its_branches(session):
    played(session)
    session.do(c.Branch(1, 15, {"learning_rate": 0.2}))
    played(session)
    session.do(c.Seek(1, 5))
    early = picture(session)
    name = session.line.path.name
    assert {run.name for run in _runs(session)} >= {name}
    session.do(c.Open(1, name))
    assert list(session.lines) == ["A", "B"]
    assert session.line.parent is session.lines["A"]
    assert session.setup.chosen.settings["learning_rate"] == 0.2
    session.do(c.Seek(1, 5))
    found = frame.from_bytes(picture(session))[1]
    assert same_bits(found, frame.from_bytes(early)[1])
    for wrong in ("../x.chainrule", "nothing.chainrule", str(session.folder / name), ""):
        with pytest.raises(UsageError):
            session.do(c.Open(1, wrong))


def _runs(session):
    from chainrule.view.answers import answer

    return answer(session, c.Runs(1)).runs


def test_a_run_of_the_command_line_is_opened_and_goes_on(session, tmp_path):
    data = chainrule.Data.from_arrays(np.eye(4), [0, 1, 0, 1])
    spec = chainrule.Spec.chain([4, 3, 1], "tanh", last="sigmoid", loss="squared")
    training = chainrule.Training(epochs=30, seed=2)
    path = session.folder / "own.chainrule"
    network = Network.start(spec, seed=2)
    with chainrule.RunWriter.create(path, network, data, training) as run:
        fit(network, data, training, run=run)
    session.do(c.Open(1, path.name))
    assert (session.step, session.state) == (30, "ended")
    session.do(c.Step(1))
    assert session.step == 31
    session.do(c.Branch(1, 12, {"learning_rate": 0.9}))
    session.do(c.Step(1))
    assert session.setup.training.learning_rate == 0.9
    assert session.setup.spec == spec


def test_names_of_branches_have_no_end():
    taken = set(ascii_uppercase[:24]) - {"C"}
    assert list(islice(branches.names(taken), 5)) == ["C", "Y", "Z", "AA", "AB"]


def test_data_of_runs_are_kept_while_they_are_shown(session):
    for seed in (1, 2):
        session.do(c.Configure(1, {"seed": seed}))
        session.do(c.Step(1))
        session.do(c.Open(1, session.line.path.name))
    assert list(session.kept.runs) == [f"run:{session.line.path.name}"]


@pytest.mark.parametrize("by", [1001, -1001, 10**9])
def test_too_many_steps_at_once_are_refused(session, by):
    with pytest.raises(UsageError, match="at most 1,000 steps"):
        session.do(c.Step(1, by))
    assert session.line.head == 0


def test_steps_that_take_long_can_be_paused_and_added_to(session, monkeypatch):
    monkeypatch.setattr(session_module, "MOMENT", 0.0)
    session.do(c.Configure(1, {"epochs": 10**6}))
    session.do(c.Step(1, 1000))
    assert session.playing
    session.do(c.Speed(1, "fast"))  # is no new goal
    session.do(c.Step(1, 1000))
    settled(session)
    assert session.step == session.line.head == 2000
    session.do(c.Step(1, 1000))
    session.do(c.Pause(1))
    assert session.state == "paused"
    assert session.step == session.line.saved


def test_questions_while_it_trains_are_about_the_last_saved_state(session, monkeypatch):
    monkeypatch.setattr(session_module, "RECENT", 3600.0)
    session.do(c.Configure(1, {"epochs": 10**6}))
    session.do(c.Speed(1, "fast"))
    session.do(c.Play(1))
    saves, save = [], session.driver.save
    monkeypatch.setattr(session.driver, "save", lambda: (saves.append(1), save()))
    while session.line.head < 2000:
        session.tick()
        at = session.moment(None, None)
        assert at.made.t == session.line.saved + 1
    assert len(saves) == 1
    session.do(c.Pause(1))
    assert session.moment(None, None).made.t == session.step + 1


def test_what_was_told_of_a_run_is_not_taken_for_another(session):
    driver, first = session.driver, session.line
    driver.go(first, session.folder)
    while first.path is None or not _has_ended(first.path):
        sleep(0.01)
    other = Line("other", session.setup)
    driver.go(other, session.folder, until=3)
    driver.settle(10)
    assert first.ended == ("finished", first.head, "")
    assert (other.ended, other.head) == (None, 3)
    assert [point.step for point in other.points] == [0, 1, 2, 3]
    driver.leave()


def _has_ended(path):
    with RunFile(path) as run:
        return run.ended is not None


# ------------------------------------------------------------------------------------------ faults


def test_signals_for_the_studio_don_t_end_the_process(session):
    session.do(c.Step(1, 3))
    process = session.driver.trainer.process
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(process.pid, number)
    session.do(c.Step(1, 3))
    assert session.line.head == 6
    assert session.driver.trainer.process is process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_nor_do_they_before_its_first_line(number):
    trainer = Trainer()
    trainer.start()
    process = trainer.process
    os.kill(process.pid, number)  # it is at its imports, or before them
    assert number not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
    trainer.close()
    assert process.exitcode == 0


def test_the_shared_memory_has_no_name_that_could_be_left(session):
    session.do(c.Step(1, 3))
    with pytest.raises(FileNotFoundError):
        SharedMemory(name=session.driver.trainer.ring.name)


def test_a_killed_process_loses_nothing_that_was_saved(session):
    session.do(c.Step(1, 12))
    saved = picture(session)
    process = session.driver.trainer.process
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    with pytest.raises(ChainruleError, match="process"):
        _until_heard(session)
    assert session.state == "broken"
    assert session.take_news()
    session.do(c.Seek(1, 12))
    assert same_bits(frame.from_bytes(picture(session))[1], frame.from_bytes(saved)[1])
    played(session)
    assert session.line.head == session.line.total
    steps = [point.step for point in session.line.points]
    assert steps == sorted(set(steps))


def _until_heard(session):
    until = monotonic() + 10
    while monotonic() < until:
        session.tick()
        sleep(0.01)


def test_a_process_killed_while_it_trains_is_told(session):
    session.do(c.Configure(1, {"epochs": 10**6}))
    session.do(c.Speed(1, "fast"))
    session.do(c.Play(1))
    while session.line.head < 10:
        session.tick()
    session.driver.trainer.process.kill()
    with pytest.raises(ChainruleError):
        _until_heard(session)
    assert session.state == "broken"
    assert "saved" in session.broken
    step = session.step
    session.do(c.Step(1))
    assert session.step == step + 1


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs limits of another process")
def test_a_full_disk_is_said_and_the_session_stays(session):
    session.do(c.Step(1, 5))
    process, no_more = session.driver.trainer.process.pid, (4096, resource.RLIM_INFINITY)
    before = resource.prlimit(process, resource.RLIMIT_FSIZE, no_more)  # bytes of any file
    try:
        with pytest.raises(TaskError):
            session.do(c.Step(1))
    finally:
        resource.prlimit(process, resource.RLIMIT_FSIZE, before)
    assert session.line.head == 5
    assert head(session).step == 5
    session.do(c.Step(1))
    assert session.step == 6


def test_a_place_that_can_t_be_written_is_said(session):
    (session.folder / "file").write_text("not a folder")
    folder, session.folder = session.folder, session.folder / "file"
    try:
        session.do(c.Configure(1, {"seed": 5}))
        with pytest.raises(ChainruleError):
            session.do(c.Step(1))
        assert session.line.path is None
    finally:
        session.folder = folder
    session.do(c.Step(1))
    assert session.step == 1


def test_a_damaged_run_file_is_said(session):
    session.do(c.Step(1, 9))
    path = session.line.path
    session.do(c.Configure(1, {"seed": 8}))
    content = bytearray(path.read_bytes())
    content[3000 : len(content) - 2000 : 7] = b"\xff" * len(range(3000, len(content) - 2000, 7))
    path.write_bytes(content)
    with pytest.raises(ChainruleError):
        session.do(c.Open(1, path.name))
    assert session.setup.training.seed == 8  # what was shown is still there
    assert next(run for run in _runs(session) if run.name == path.name).says
    session.do(c.Step(1))


def test_numbers_that_grow_without_end_are_told(session):
    session.do(c.Configure(1, {"learning_rate": 1e4, "loss": "half_squared", "optimizer": "sgd",
                               "hidden": [[8, "relu"]], "output": "identity"}))  # fmt: skip
    played(session)
    assert session.state == "broken"
    assert "learning rate" in session.line.ended.why
    assert head(session).headline.startswith("Stopped")
    assert all(np.isfinite(theta).all() for theta in session.shown_state().params.values())


BREAKS = {
    "data": "moons", "learning_rate": 1e4, "optimizer": "sgd",
    "hidden": [[20, "relu"], [20, "relu"]], "loss": "squared", "output": "identity",
}  # fmt: skip


def test_a_run_that_breaks_at_once_shows_its_last_whole_state_and_the_cause(session):
    session.do(c.Configure(1, BREAKS))
    played(session)
    with RunFile(session.line.path) as run:
        whole = run.ended["step"]  # which one that is depends on where the run was cut
    assert whole < 6
    assert (session.state, session.step, session.line.head) == ("broken", whole, whole)
    assert head(session).headline.startswith("Stopped")
    assert examined("A", session.line.path, whole).findings[0].id == "rate_too_high"


def test_the_newest_state_may_be_one_before_that_was_shown(session, monkeypatch):
    """Where numbers were not finite; that the run has ended is heard a moment later."""
    session.do(c.Configure(1, BREAKS))
    params = session.shown_state().params
    ring = iter([Snapshot(1, 2, params), Snapshot(2, 0, params)])
    monkeypatch.setattr(session.driver, "newest", lambda: next(ring))
    monkeypatch.setattr(session.driver, "hear", lambda: None)
    monkeypatch.setattr(session.driver, "running", True)
    session.mode = "training"
    for step in (2, 0):
        session.tick()
        assert (session.step, session.line.head) == (step, step)
        picture(session)
    session.mode = "still"


def test_news_are_messages_that_can_be_sent(session):
    session.take_news()
    session.do(c.Step(1, 3))
    session.do(c.Branch(1, 1, {"l2": 0.1}))
    news = session.take_news()
    assert {type(each) for each in news} >= {messages.Session, messages.Curve, messages.Form}
    for each in [*news, *session.everything()]:
        each.to_text()


def test_a_reader_sees_the_newest_whoever_else_reads_meanwhile(session):
    """Closing a handle of a file takes this process's locks of it away; then nobody would wait for
    the reader, and it would see the old state for ever."""
    session.do(c.Step(1, 5))
    assert head(session).step == 5  # the file is open for reading now
    assert _runs(session)  # and opened and closed once more
    session.driver.leave()
    session.do(c.Step(1, 7))
    assert head(session).step == 12
    with RunFile(session.line.path) as run:
        assert same_bits(session.shown_state().params, run.state(12).params)


def test_the_swing_of_the_error_is_that_of_the_last_pass(session):
    session.do(c.Step(1, 30))
    curve = session.line.curve()
    per_pass = session.setup.training.steps_per_epoch(session.setup.source.data.train.n)
    assert per_pass > 1
    for k, step in enumerate(curve.step):
        held = [
            error for at, error in zip(curve.step, curve.test, strict=True)
            if step - per_pass < at <= step
        ]  # fmt: skip
        assert (curve.low[k], curve.high[k]) == (min(held), max(held))
    later = session.line.curve(10)
    assert later.low == curve.low[10:]  # what comes piece by piece is the same
