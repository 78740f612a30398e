"""Which engine does the work, what is said of it, and what an engine is asked for."""

import logging
from dataclasses import dataclass, replace

import numpy as np
import pytest

from chainrule import Network, RunFile, RunWriter, Spec, Training, fit, resume
from chainrule.cli.app import run
from chainrule.engine import choice
from chainrule.engine.reference import Reference, loss_of, reference
from chainrule.engine.reference import forward as passed_on
from chainrule.training.run_file import RunFile as Reader
from tests.helpers import refused, same_bits
from tests.random_networks import random_case
from tests.training.small import interrupted, made, parts

SPEC = Spec.chain([2, 3, 1], "tanh")


@dataclass(frozen=True)
class Fast(Reference):
    """A native engine as the chooser sees one: it rounds like the reference, and calls are seen."""

    threads: int | None = None
    name = "native"
    fingerprint = "0123456789ab"

    def supports(self, spec, training):
        return "Momentum is too much for it." if training.optimizer.name == "momentum" else None


@pytest.fixture
def fast(monkeypatch):
    """This installation has a native engine."""
    monkeypatch.setattr(choice, "compiled", Fast)
    monkeypatch.setattr(choice, "why_not_native", lambda: None)
    choice._say.cache_clear()


@pytest.fixture
def slow(monkeypatch):
    """This installation has none."""
    monkeypatch.setattr(choice, "compiled", lambda threads=None: None)
    monkeypatch.setattr(choice, "why_not_native", lambda: "No compiler was found.")
    choice._say.cache_clear()


def test_auto_takes_the_fastest_that_can(fast):
    can, can_t = Training(steps=1), Training("momentum", steps=1)
    assert choice.choose(SPEC, can) == Fast()
    assert choice.choose(SPEC) == Fast()
    assert choice.choose(SPEC, can_t) is reference
    assert choice.choose(SPEC, replace(can, engine="reference")) is reference
    assert choice.choose(SPEC, can, "reference") is reference
    assert choice.choose(SPEC, replace(can_t, engine="native"), "reference") is reference
    assert choice.refused(SPEC, can) is None
    assert "too much" in choice.refused(SPEC, can_t)


def test_where_there_is_none_the_reference_does_it_and_nothing_is_said(slow, caplog):
    assert choice.choose(SPEC) is reference
    assert choice.refused(SPEC) == "No compiler was found."
    assert not caplog.records


def test_what_is_asked_for_by_name_and_can_t_be_had_is_refused(slow):
    with refused('engine="native"', "No compiler was found", 'engine="auto"'):
        choice.choose(SPEC, Training(steps=1, engine="native"))
    with refused("auto, reference, native", "'fast'"):
        Network.start(SPEC, seed=0).forward([[0.0, 1.0]], engine="fast")


def test_what_it_refuses_is_refused_by_name_too(fast):
    with refused('engine="native"', "Momentum is too much for it."):
        choice.choose(SPEC, Training("momentum", steps=1, engine="native"))


def test_the_reason_is_said_once(fast, caplog):
    with caplog.at_level(logging.WARNING, "chainrule"):
        for _ in range(3):
            choice.choose(SPEC, Training("momentum", steps=1))
        choice.choose(SPEC, Training("momentum", steps=1, engine="reference"))
    assert [record.getMessage() for record in caplog.records] == [
        "Momentum is too much for it. The reference engine does it, which takes longer."
    ]


def test_threads_are_those_of_the_training(fast):
    assert choice.choose(SPEC, Training(steps=1, threads=2)).threads == 2
    assert choice.choose(SPEC, Training(steps=1)).threads is None
    with refused("threads"):
        Training(steps=1, threads=0)


# ----------------------------------------------------------------------------------------- runs


def test_a_run_file_knows_its_engine_and_goes_on_with_it(fast, tmp_path):
    path = interrupted(tmp_path / "a.chainrule", at=20, epochs=60)
    with RunFile(path) as run:
        assert (run.meta("engine"), run.meta("fingerprint")) == ("native", Fast.fingerprint)
        assert run.engine == Fast()
        assert run.same_bits() is None
    resumed = resume(path, threads=2)
    assert same_bits(resumed.model.network.params, fit(*parts()).model.network.params)
    with RunFile(path) as run:
        assert run.engine == Fast(2)


def test_a_run_of_the_reference_stays_with_it(slow, tmp_path, monkeypatch):
    path = made(tmp_path / "a.chainrule")
    monkeypatch.setattr(choice, "compiled", Fast)
    monkeypatch.setattr(choice, "why_not_native", lambda: None)
    with RunFile(path) as run:
        assert run.engine is reference
        assert run.same_bits() is None


def test_a_native_run_is_read_without_the_native_engine_and_the_difference_said(
    fast, tmp_path, monkeypatch
):
    path = made(tmp_path / "a.chainrule", engine="native")
    monkeypatch.setattr(choice, "compiled", lambda threads=None: None)
    monkeypatch.setattr(choice, "why_not_native", lambda: "No compiler was found.")
    with RunFile(path) as run:
        assert run.engine is reference
        assert "(No compiler was found)" in run.same_bits()
        assert "agree within rounding" in run.same_bits()
        assert run.state(30).step == 30
    with pytest.warns(match="the reference goes on with it"):
        resume(path, epochs=70)


def test_a_run_that_can_t_be_leaves_no_file(slow, tmp_path):
    network, data, training = parts(engine="native")
    with refused("No compiler"):
        RunWriter.create(tmp_path / "a.chainrule", network, data, training)
    with refused("No compiler"):
        fit(network, data, training)
    assert list(tmp_path.iterdir()) == []


used: set[str] = set()


class Seen(Fast):
    """An engine that tells which of its ways were used."""

    def __getattribute__(self, name):
        if name in ("train", "evaluate", "predict", "gradients"):
            used.add(name)
        return super().__getattribute__(name)


def test_everything_above_goes_through_the_chosen_engine(monkeypatch, tmp_path):
    monkeypatch.setattr(choice, "compiled", Seen)
    monkeypatch.setattr(choice, "why_not_native", lambda: None)
    used.clear()
    path = made(tmp_path / "a.chainrule")
    assert used == {"train", "evaluate"}
    used.clear()
    with Reader(path) as run:
        run.state(30)
        model = run.model()
    assert used == {"train"}
    model.predict([[0.1, 0.2]])
    model.network.gradients([[0.1, 0.2]], [[0.3]])
    assert used == {"train", "predict", "gradients"}


def test_evaluation_is_the_loss_of_each_row_and_its_outputs(seed):
    for number in range(40):
        case = random_case(number, seed, widest=9, most_rows=17)
        per_row, a = reference.evaluate(case.spec, case.params, case.batch)
        passed = passed_on(case.spec, case.params, case.batch.x)
        assert same_bits(per_row, loss_of(case.spec, passed, case.batch).per_row)
        assert same_bits(a, reference.predict(case.spec, case.params, case.batch.x))
        assert np.isfinite(per_row).all()


def test_the_command_line_says_it_on_stderr_unless_quiet(fast, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    line = ["train", "xor", "--steps", "5", "--optimizer", "momentum", "--pictures", "none"]
    for more, said in (([], True), (["--json"], True), (["--quiet"], False)):
        choice._say.cache_clear()
        assert run([*line, *more]) == 0
        shown = capsys.readouterr()
        assert ("note: Momentum is too much for it. The reference" in shown.err) is said
        assert "Momentum" not in shown.out
    assert not logging.getLogger("chainrule").handlers
