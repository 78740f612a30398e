"""The run file: who may write it, what it holds, and that it gives back what went in."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import sqlite3
import threading
from pathlib import Path
from time import sleep

import numpy as np
import pytest

from chainrule import ChainruleError, Data, Network, RunFile, RunWriter, Training, fit, resume
from chainrule.core.errors import TaskError
from chainrule.data import problems
from chainrule.records import Progress, State
from chainrule.training import run_contents, run_database, run_writer, writers
from tests.helpers import refused, same_bits
from tests.training.kills import end_of
from tests.training.small import (
    arrays,
    end,
    every_step,
    interrupted,
    made,
    parts,
    same_state,
    stop_at,
    writing,
)

FILES = Path(__file__).parent / "files"


# ----------------------------------------------------------------------------------- new files


def test_a_file_that_is_there_is_not_replaced(tmp_path):
    path = made(tmp_path / "a.chainrule")
    before = path.read_bytes()
    with refused("a.chainrule", "force"):
        RunWriter.create(path, *parts())
    assert path.read_bytes() == before


def test_any_file_that_is_there_is_not_replaced(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear reader")
    with refused("letter.txt"):
        RunWriter.create(path, *parts())
    with refused("letter.txt"):
        RunWriter.create(path, *parts(), force=True)
    assert path.read_text() == "Dear reader"


def test_force_replaces_it(tmp_path):
    path = made(tmp_path / "a.chainrule", optimizer="adam")
    network, data, training = parts(epochs=3)
    with RunWriter.create(path, network, data, training, force=True) as run:
        fit(network, data, training, run=run)
    with RunFile(path) as run:
        assert (run.training, run.steps()[-1], len(run.history())) == (training, 3, 4)


def test_a_new_run_makes_its_folders(tmp_path):
    assert made(tmp_path / "deep" / "down" / "a.chainrule").is_file()


def test_a_file_that_came_in_between_is_not_replaced(tmp_path, monkeypatch):
    """Two programs choose the same free name at the same moment: the second one is refused."""
    path = made(tmp_path / "a.chainrule")
    before, real = path.read_bytes(), Path.exists
    monkeypatch.setattr(Path, "exists", lambda self: self != path and real(self))
    with refused("a.chainrule"):
        RunWriter.create(path, *parts())
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.chainrule"]


def test_what_a_killed_run_left_behind_does_not_get_into_a_new_one(tmp_path):
    """A user removes the file of a killed run, and not the -wal file beside it."""
    path = tmp_path / "a.chainrule"
    with writing(path) as process:
        process.kill()
        process.wait()
    assert (tmp_path / "a.chainrule-wal").stat().st_size > 0
    path.unlink()
    network, data, training = parts(epochs=2)
    with RunWriter.create(path, network, data, training) as run:
        fit(network, data, training, run=run)
    with RunFile(path) as run:
        assert run.steps()[-1] == 2
        assert run.training == training


def test_a_run_can_be_resumed_from_the_moment_it_is_there(tmp_path):
    path = tmp_path / "a.chainrule"
    RunWriter.create(path, *parts()).close()
    resume(path)
    assert same_state(end(path), end(made(tmp_path / "b.chainrule")))


# ------------------------------------------------------------------------------ one writer only


def test_a_second_writer_is_kept_out(tmp_path):
    path = tmp_path / "a.chainrule"
    with writing(path) as process:
        with refused("a.chainrule", f"process {process.pid}", kind=TaskError):
            resume(path)
        with refused("a.chainrule", f"process {process.pid}", kind=TaskError):
            RunWriter.create(path, *parts(), force=True)
        assert process.stdout
        assert int(process.stdout.readline()) > 0  # it goes on writing
    with RunFile(path) as run:
        assert run.history().points[0].step == 0


def test_a_second_writer_in_the_same_process_is_kept_out(tmp_path):
    path = tmp_path / "a.chainrule"
    with RunWriter.create(path, *parts()), refused("only writer", kind=TaskError):
        RunWriter.resume(path)
    RunWriter.resume(path).close()


def test_a_second_writer_under_another_name_is_kept_out(tmp_path, monkeypatch):
    path, link = tmp_path / "a.chainrule", tmp_path / "link.chainrule"
    link.symlink_to(path)
    monkeypatch.chdir(tmp_path)
    with RunWriter.create(path, *parts()):
        for name in (link, "a.chainrule", "./link.chainrule"):
            with refused("only writer", kind=TaskError):
                RunWriter.resume(name)
    RunWriter.resume(link).close()


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("of the program"), sqlite3.OperationalError("of the database")]
)
def test_what_fails_halfway_is_not_written_at_all(tmp_path, monkeypatch, error):
    network, data, training = parts(epochs=3)
    with RunWriter.create(tmp_path / "a.chainrule", network, data, training) as run:
        state = run.state()

        def fail(db, best):
            raise error

        with monkeypatch.context() as patch:
            patch.setattr(run_writer, "thin", fail)
            with pytest.raises((ZeroDivisionError, ChainruleError)):
                run.save(state._replace(step=7), state)
        assert run.steps() == [0]
        assert not run.db.in_transaction
        fit(network, data, training, run=run)
        assert run.steps()[-1] == 3


def test_readers_are_free_while_the_run_goes_on(tmp_path):
    path = tmp_path / "a.chainrule"
    with writing(path) as process, RunFile(path) as run:
        assert process.stdout
        last = run.steps()[-1]
        while int(process.stdout.readline()) <= last:
            pass
        assert run.steps()[-1] > last
        assert len(run.history())
        state = run.state()
        assert all(np.isfinite(theta).all() for theta in state.params.values())
        assert process.poll() is None


def test_readers_see_one_moment(tmp_path):
    """What a reader is told by one question was written in one transaction."""
    path = tmp_path / "a.chainrule"
    with writing(path), RunFile(path) as run:
        for _ in range(50):
            run.db.execute("BEGIN")
            last, best = run.steps()[-1], run.meta("best_step")
            points = [point.step for point in run.history()]
            run.db.execute("COMMIT")
            assert best <= last
            assert max(points) <= last


@pytest.mark.parametrize("waited_for", [True, False], ids=["gone", "a zombie"])
def test_a_writer_that_was_killed_locks_nobody_out(tmp_path, waited_for):
    """A killed process that nobody waits for stays in the list of processes: it is dead, too."""
    path = tmp_path / "a.chainrule"
    with writing(path) as process:
        process.kill()
        if waited_for:
            process.wait()
        else:
            stat = Path(f"/proc/{process.pid}/stat")
            while stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z":
                sleep(0.01)
        with RunWriter.resume(path) as run:
            assert run.start.step == run.steps()[-1] > 0


def test_a_later_process_of_the_same_number_is_another():
    this = writers.Writer.of_this_process()
    assert writers.is_alive(this)
    later = writers.Writer(this.pid, this.host, "12345", this.seen)
    assert not writers.is_alive(later)


def test_a_writer_elsewhere_counts_as_gone_after_a_while(monkeypatch):
    this = writers.Writer.of_this_process()
    elsewhere = writers.Writer(this.pid, "another machine", this.began, this.seen)
    assert writers.is_alive(elsewhere)
    monkeypatch.setattr(writers, "time", lambda: this.seen + writers.SILENT + 1)
    assert not writers.is_alive(elsewhere)
    assert writers.is_alive(this)


def test_a_closed_run_is_one_file(tmp_path):
    path = interrupted(tmp_path / "a.chainrule", at=10)
    resume(path)
    assert [p.name for p in tmp_path.iterdir()] == ["a.chainrule"]


def test_a_killed_run_is_one_file_again_once_it_was_resumed(tmp_path):
    path = tmp_path / "a.chainrule"
    with writing(path) as process:
        process.kill()
        process.wait()
    resume(path, steps=end(path).step + 5)
    assert [p.name for p in tmp_path.iterdir()] == ["a.chainrule"]


def test_a_run_has_a_sign_of_its_writer_only_while_it_is_written(tmp_path):
    with RunWriter.create(tmp_path / "a.chainrule", *parts()) as run:
        assert run.meta("writer")["pid"] == writers.Writer.of_this_process().pid
    with RunFile(tmp_path / "a.chainrule") as run:
        assert run.meta("writer") is None


# ----------------------------------------------------------------------------- what is no run file


def database(path, statements):
    with sqlite3.connect(path) as db:
        db.executescript(statements)
    db.close()
    return path


@pytest.mark.parametrize("open_it", [RunFile, RunWriter.resume, resume])
def test_a_newer_version_is_refused_and_left_alone(tmp_path, open_it):
    path = database(
        made(tmp_path / "a.chainrule"), f"PRAGMA user_version = {run_database.VERSION + 1}"
    )
    before = path.read_bytes()
    with refused("version 2", "untouched"):
        open_it(path)
    with refused("version 2"):
        RunWriter.create(path, *parts(), force=True)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.chainrule"]


@pytest.mark.parametrize("open_it", [RunFile, resume])
def test_what_is_no_run_file(tmp_path, open_it):
    foreign = database(tmp_path / "b.db", "CREATE TABLE t(x); INSERT INTO t VALUES (1)")
    text, empty = tmp_path / "c.txt", tmp_path / "d"
    text.write_text("step,train\n0,0.5\n" * 100)
    empty.touch()
    before = foreign.read_bytes()
    with refused("b.db", "another program"):
        open_it(foreign)
    assert foreign.read_bytes() == before
    with refused("c.txt", "another kind"):
        open_it(text)
    with refused("'" + str(empty) + "'"):
        open_it(empty)
    with refused("a folder"):
        open_it(tmp_path)
    with refused("nothing there"):
        open_it(tmp_path / "e")
    assert not (tmp_path / "e").exists()


@pytest.mark.parametrize("table", ["meta", "snapshot", "history", "data"])
def test_a_run_file_without_one_of_its_tables(tmp_path, table):
    path = database(interrupted(tmp_path / "a.chainrule", at=10), f"DROP TABLE {table}")
    with refused("a.chainrule", table), RunFile(path) as run:
        run.spec, run.history(), run.state(), run.data()
    with refused("a.chainrule"):
        resume(path)


# ---------------------------------------------------------------------------------- one of each


def test_a_file_of_version_1_opens_and_goes_on(tmp_path):
    """Written by chainrule 0.1.0, interrupted at step 40 of 100."""
    path = Path(shutil.copy(FILES / "version-1.chainrule", tmp_path))
    with RunFile(path) as run:
        assert run.source == "arrays"
        assert run.spec == parts()[0].spec
        assert run.ended == {"reason": "interrupted", "step": 40, "why": ""}
        assert run.history().points[-1].step == 40
        assert run.history().points[-1].train == pytest.approx(0.047704252060385276, rel=1e-9)
        same = run.same_bits() is None
    expected = contextlib.nullcontext() if same else pytest.warns(match="rounds differently")
    with expected:
        ended = resume(path).ended
    assert (ended.reason, ended.state.step) == ("finished", 100)
    whole = end(made(tmp_path / "b.chainrule", optimizer="adam", batch_size=5, steps=100))
    for name, theta in whole.params.items():
        # elsewhere 40 of 100 steps were rounded differently: 1e-9 is 10⁶ roundings
        assert same_bits(theta, ended.state.params[name]) or not same
        assert ended.state.params[name] == pytest.approx(theta, rel=1e-9)


# --------------------------------------------------------------------------------------- data


def test_data_comes_back_as_it_was(tmp_path):
    path = made(tmp_path / "a.chainrule", weights=True, validation=5, test=4)
    data = parts(weights=True, validation=5, test=4)[1]
    with RunFile(path) as run:
        held = run.data()
        assert run.meta("data")["fingerprint"] == data.fingerprint == held.fingerprint
    assert held.preparation == data.preparation
    assert list(held.parts) == ["train", "validation", "test"]
    for name, part in data.parts.items():
        assert all(map(same_bits, part.block(0, part.n), held.parts[name].block(0, part.n)))


def size_of(data):
    return sum(a.nbytes for p in data.parts.values() for a in p.block(0, p.n) if a is not None)


@pytest.mark.parametrize("room", [0, -1], ids=["just small enough", "a byte too large"])
def test_only_small_data_is_held(tmp_path, monkeypatch, room):
    assert run_contents.HELD_DATA == 32 * 2**20
    monkeypatch.setattr(run_contents, "HELD_DATA", size_of(parts()[1]) + room)
    path = made(tmp_path / "a.chainrule")
    with RunFile(path) as run:
        if room == 0:
            assert run.data().fingerprint == parts()[1].fingerprint
        else:
            with refused("data=", "Hand it over"):
                run.data()


def test_data_of_a_built_in_problem_is_made_again(tmp_path):
    problem = problems.find("circles")
    network = Network.start(problem.spec, seed=5)
    training = Training(learning_rate=0.01, epochs=20, seed=5)
    path = tmp_path / "a.chainrule"
    with RunWriter.create(path, network, problem.data(5), training, hold_data=False) as run:
        fit(network, problem.data(5), training, run=run, consumers=[stop_at(7)])
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT count(arrays) FROM data").fetchone() == (0,)
    db.close()
    resumed = resume(path)
    assert same_bits(
        resumed.ended.state.params, fit(network, problem.data(5), training).ended.state.params
    )


def test_data_of_a_built_in_problem_are_cut_again(tmp_path):
    problem = problems.find("circles")
    data = problem.data(5).cut(test_size=None, validation_size=0.25, seed=5)
    assert [part.n for part in data.parts.values()] == [375, 125, 500]
    path, training = tmp_path / "a.chainrule", Training(epochs=2, seed=5)
    network = Network.start(problem.spec, seed=5)
    RunWriter.create(path, network, data, training, hold_data=False).close()
    assert resume(path).ended.reason == "finished"
    with RunFile(path) as run:
        assert run.data().fingerprint == data.fingerprint


def test_data_of_a_built_in_problem_from_another_seed_is_not_made_up(tmp_path):
    problem = problems.find("circles")
    training = Training(epochs=2, seed=5)
    network = Network.start(problem.spec, seed=5)
    path = tmp_path / "a.chainrule"
    RunWriter.create(path, network, problem.data(6), training, hold_data=False).close()
    with refused("data="):
        resume(path)
    assert resume(path, data=problem.data(6)).ended.reason == "finished"


def test_own_data_that_is_not_held_is_to_be_handed_over(tmp_path):
    path = interrupted(tmp_path / "a.chainrule", at=10, hold_data=False)
    with refused("does not hold it", "data="):
        resume(path)
    with pytest.raises(ChainruleError) as caught:
        resume(path)
    assert caught.value.got == "a run file that does not hold it"  # and it is not called damaged
    resume(path, data=parts()[1])
    assert same_state(end(path), end(made(tmp_path / "b.chainrule")))


def test_a_run_file_tells_of_one_run(tmp_path):
    """Of the network, training and data it was made for, and once."""
    network, data, training = parts(epochs=2)
    x, y, _ = arrays()
    others = {
        "network": (Network.start(parts(dtype="float32")[0].spec, seed=0), data, training),
        "training": (network, data, parts(epochs=3)[2]),
        "data": (network, Data.from_arrays(x + 1, y), training),
    }
    for what, (a, b, c) in others.items():
        with RunWriter.create(tmp_path / f"{what}.chainrule", network, data, training) as run:
            with refused(what):
                fit(a, b, c, run=run)
            assert run.steps() == [0]
    with RunWriter.create(tmp_path / "twice.chainrule", network, data, training) as run:
        fit(network, data, training, run=run)
        with refused("a second run"):
            fit(network, data, training, run=run)


@pytest.mark.parametrize("hold_data", [True, False])
def test_other_data_than_the_runs_own_is_refused(tmp_path, hold_data):
    path = interrupted(tmp_path / "a.chainrule", at=10, hold_data=hold_data)
    x, y, _ = arrays()
    x[3, 1] = np.nextafter(x[3, 1], 9)
    before = end(path)
    with refused("data", "other"):
        resume(path, data=Data.from_arrays(x, y))
    with RunFile(path) as run:
        assert run.ended["reason"] == "interrupted"
    assert same_state(end(path), before)
    resume(path, data=parts()[1])
    assert same_state(end(path), end(made(tmp_path / "b.chainrule")))


def test_a_file_without_data_does_not_hold_it_anywhere(tmp_path):
    network, _, training = parts(epochs=2)
    x, y, _ = arrays()
    x[0] = 123456.75, -98765.4375
    path = tmp_path / "a.chainrule"
    mark = x[0].tobytes()
    for hold_data in (True, False):
        data = Data.from_arrays(x * 1.0, y)
        with RunWriter.create(
            path, network, data, training, force=True, hold_data=hold_data
        ) as run:
            fit(network, data, training, run=run)
        assert (mark in path.read_bytes()) is hold_data


# ------------------------------------------------------------------------------------- states

REPLAYED = {
    "sgd, full batch": {},
    "sgd, online": {"batch_size": 1, "shuffle": False, "epochs": 4},
    "momentum, shuffled": {"optimizer": "momentum", "batch_size": 5, "epochs": 12},
    "adam, shuffled, weights, validation": {
        "optimizer": "adam", "batch_size": 7, "weights": True, "validation": 5, "epochs": 20,
    },
    "adam, full batch, float32, l2": {"optimizer": "adam", "dtype": "float32", "l2": 0.01},
}  # fmt: skip


def passed_through(path, how, monkeypatch) -> dict[int, State]:
    """All states of a run, as it went through them."""
    network, data, training = parts(**how)
    seen: dict[int, State] = {}

    def keep(event):
        if isinstance(event, Progress):
            seen[event.state.step] = event.state

    with monkeypatch.context() as patch:
        every_step(patch)
        with RunWriter.create(path, network, data, training) as run:
            fit(network, data, training, run=run, consumers=[keep])
    assert len(seen) == training.total_steps(data.train.n)
    return seen


@pytest.mark.parametrize("how", REPLAYED.values(), ids=REPLAYED)
def test_a_replay_is_the_run_itself(tmp_path, monkeypatch, how):
    seen = passed_through(tmp_path / "a.chainrule", how, monkeypatch)
    with RunFile(tmp_path / "a.chainrule") as run:
        assert set(run.steps()) <= {0, run.meta("best_step"), len(seen)}  # all else is replayed
        for step in (1, 2, 3, 17, len(seen) // 2, len(seen) - 1, len(seen)):
            assert same_state(run.state(step), seen[step]), step
        steps = sorted({1, 5, 6, 20, 21, 33, len(seen)})
        states = list(run.states([*steps[3:], *steps[:3]]))
        assert [state.step for state in states] == steps
        assert all(same_state(state, seen[state.step]) for state in states)


def test_states_start_from_the_nearest_snapshot(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        every_step(patch, saves=True)
        path = made(tmp_path / "a.chainrule", optimizer="adam")
    whole = {}
    with RunFile(path) as run:
        assert run.steps() == list(range(61))
        whole = {step: run.state(step) for step in run.steps()}
    database(path, "DELETE FROM snapshot WHERE step % 20 > 0 OR step = 40")
    with RunFile(path) as run:
        steps = [0, 3, 19, 20, 21, 40, 41, 59, 60]
        assert all(same_state(s, whole[s.step]) for s in run.states(steps))
        replayed = []
        replay = run._replayed
        run._replayed = lambda state, step: (
            replayed.append((state.step, step)) or replay(state, step)
        )
        assert [s.step for s in run.states([60, 20, 19, 3])] == [3, 19, 20, 60]
        assert replayed == [(0, 3), (3, 19)]  # 20 and 60 are there
        assert list(run.states([])) == []


@pytest.mark.parametrize("step", [-1, 61, 10**9])
def test_a_state_that_the_run_did_not_reach(tmp_path, step):
    path = made(tmp_path / "a.chainrule")
    with RunFile(path) as run:
        with refused("from 0 to 60", str(step)):
            run.state(step)
        with refused("from 0 to 60", str(step)):
            list(run.states([3, step]))


def test_the_states_given_out_are_the_callers_own(tmp_path):
    path = made(tmp_path / "a.chainrule", optimizer="adam")
    with RunFile(path) as run:
        state = run.state()
        for array in [*state.params.values(), *state.memory.values()]:
            array[:] = 7
        assert same_state(run.state(), end(made(tmp_path / "b.chainrule", optimizer="adam")))


# ------------------------------------------------------------------------------------- thinning


@pytest.mark.parametrize("best", [0, 1, 37, 100, 199])
def test_thinning_keeps_the_first_the_best_and_the_last(tmp_path, monkeypatch, best):
    network, data, training = parts(steps=10**6)
    with RunWriter.create(tmp_path / "a.chainrule", network, data, training) as run:
        size = len(run_contents.to_bytes(network.params))
        monkeypatch.setattr(run_contents, "KEPT", 20 * size)
        for step in range(200):
            state = State(step, network.params, {}, {"best_step": min(best, step)})
            run.save(state, state._replace(step=min(best, step)))
            kept = run.steps()
            assert kept[0] == 0
            assert kept[-1] == step
            assert min(best, step) in kept
            assert step == 0 or kept[-2] == step - 1  # what is new is not touched
            assert len(kept) <= 22  # 20, the best one, and the one that makes it too much
        gaps = np.diff([step for step in kept if step != best])
        assert gaps[-5:].max() == 1 < gaps[:5].max()  # dense where it is new
        assert run.state().step == 199


def test_without_need_nothing_is_thinned(tmp_path, monkeypatch):
    every_step(monkeypatch, saves=True)
    with RunFile(made(tmp_path / "a.chainrule")) as run:
        assert run.steps() == list(range(61))


def test_the_model_of_a_run(tmp_path):
    """The best state where patience chose, else the last one; or the state of a step."""
    how = {"validation": 8, "learning_rate": 0.3, "epochs": 900}
    with RunFile(made(tmp_path / "a.chainrule", **how)) as last:
        assert same_bits(last.model().network.params, last.state().params)
        assert same_bits(last.model(3).network.params, last.state(3).params)
    with RunFile(made(tmp_path / "b.chainrule", patience=30, **how)) as best:
        chosen = best.ended["step"]
        assert chosen == best.meta("best_step") < best.steps()[-1]
        assert same_bits(best.model().network.params, best.state(chosen).params)
        assert best.model().preparation == best.preparation


# --------------------------------------------------------------------------------- same bits


def test_same_bits_here(tmp_path):
    with RunFile(made(tmp_path / "a.chainrule")) as run:
        assert run.same_bits() is None


def test_another_fingerprint_is_said(tmp_path):
    path = database(
        made(tmp_path / "a.chainrule"),
        "UPDATE meta SET value = '\"0123456789ab\"' WHERE key = 'fingerprint'",
    )
    with RunFile(path) as run:
        said = run.same_bits()
        assert said is not None
        assert "0123456789ab" in said
        assert "not to the bit" in said
    with pytest.warns(match="0123456789ab"):
        resume(path, steps=1000)


def test_the_best_state_is_kept_though_the_run_went_on(tmp_path):
    """It is needed for a patience that ends after a resume, however far the replay would be."""
    how = {"validation": 8, "optimizer": "adam", "learning_rate": 0.05, "epochs": 900}
    whole = made(tmp_path / "a.chainrule", patience=300, **how)
    path = interrupted(tmp_path / "b.chainrule", at=end(whole).step - 50, patience=300, **how)
    with RunFile(path) as run:
        best = run.meta("best_step")
        assert 0 < best < run.steps()[-1]
        assert best in run.steps()
        wanted = run.state(best)
    ended = resume(path).ended
    assert (ended.reason, ended.best_step) == ("no improvement", best)
    assert same_state(ended.state, wanted)
    assert end_of(path) == end_of(whole)


def test_what_a_run_file_says_of_itself(tmp_path):
    path = made(tmp_path / "a.chainrule", validation=5)
    network, data, training = parts(validation=5)
    result = fit(network, data, training)
    with RunFile(path) as run:
        assert (run.spec, run.training) == (network.spec, training)
        assert (run.preparation, run.source) == (data.preparation, "arrays")
        assert run.ended == {"reason": "finished", "step": 60, "why": ""}
        wanted = [point._replace(seconds=0) for point in result.history]
        assert [point._replace(seconds=0) for point in run.history()] == wanted
        times = run.history()["seconds"]
        assert (np.diff(times) >= 0).all()
        rows = run.db.execute("SELECT step, arrays, control, sha256 FROM snapshot").fetchall()
        for step, content, control, digest in rows:
            assert hashlib.sha256(content + f"{step} {control}".encode()).digest() == digest


def test_a_reader_in_another_thread(tmp_path):
    """A run file is opened where it is read."""
    path, found = made(tmp_path / "a.chainrule"), []
    thread = threading.Thread(target=lambda: found.append(end(path).step))
    thread.start()
    thread.join()
    assert found == [60]
