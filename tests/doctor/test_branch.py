"""Of a branch the doctor judges the steps that its own settings have made, and says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chainrule.cli.app import run
from chainrule.data.problems import find
from chainrule.doctor.examine import diagnose
from chainrule.doctor.findings import Diagnosis
from chainrule.network import Network
from chainrule.records import State
from chainrule.training.loop import fit
from chainrule.training.run_file import RunFile
from chainrule.training.run_writer import RunWriter

CIRCLES, FORK = find("circles"), 302


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("runs") / "circles-1.chainrule"
    data, start = CIRCLES.data(), Network.start(CIRCLES.spec, seed=0)
    training = replace(CIRCLES.training, epochs=None, steps=FORK)
    with RunWriter.create(path, start, data, training) as file:
        fit(start, data, training, run=file)
    return path


def branch(parent: Path, path: Path, steps: int, **changes: object) -> Path:
    """A branch at FORK, trained for so many steps of its own."""
    with RunFile(parent) as file:
        state: State = file.state(FORK)
    training = replace(CIRCLES.training, epochs=None, steps=FORK + steps, **changes)  # type: ignore[arg-type]
    network, data = Network(CIRCLES.spec, state.params), CIRCLES.data()
    about = {"parent": {"run": parent.name, "step": FORK}}
    RunWriter.create(path, network, data, training, start=state, about=about).close()
    assert run(["resume", str(path), "--quiet"]) == 0
    return path


def ids(diagnosis: Diagnosis) -> list[str]:
    return [finding.id for finding in diagnosis.findings]


def test_a_rate_that_is_too_low_is_so_since_the_fork(parent, tmp_path, capsys):
    path = branch(parent, tmp_path / "b.chainrule", 200, learning_rate=1e-4)
    found = diagnose(path).findings[0]
    assert (found.id, found.since_step) == ("rate_too_low", FORK)
    assert "in 200 steps they moved" in found.sentence
    assert f"The step from state {FORK} takes the mean loss" in found.sentence
    assert "first step" not in found.sentence
    assert found.try_this.startswith(f"Branch again from step {FORK} with a learning rate of")
    assert run(["doctor", str(path)]) == 1
    assert f"learning rate too low, since step {FORK}" in capsys.readouterr().out


def test_a_rate_that_is_too_high_is_so_since_the_fork(parent, tmp_path):
    path = branch(parent, tmp_path / "b.chainrule", 200, learning_rate=100.0)
    found = diagnose(path)
    assert "rate_too_high" in ids(found)
    assert all(finding.since_step >= FORK for finding in found.findings)


def test_a_branch_of_few_steps_has_only_begun(parent, tmp_path):
    """However many its parent made: with the new settings nothing has been seen yet."""
    path = branch(parent, tmp_path / "b.chainrule", 20, learning_rate=1e-4)
    found = diagnose(path)
    assert "rate_too_low" not in ids(found)
    told = next(each for each in found.findings if each.id == "unfinished")
    assert told.sentence.startswith("After 20 steps the loss is")
    assert f"at state {FORK} it was" in told.sentence
    assert told.evidence["try_steps"] > FORK + 20
