"""The doctor's line under a run that may still go on."""

import sqlite3
from dataclasses import replace

from chainrule.data.problems import find
from chainrule.network import Network
from chainrule.training.loop import fit
from chainrule.training.run_writer import RunWriter
from chainrule.view.surgery import examined


def test_who_only_pauses_has_not_stopped_too_early(tmp_path):
    problem, path = find("circles"), tmp_path / "run.chainrule"
    data = problem.data()
    network = Network.start(problem.spec, seed=0)
    training = replace(problem.training, epochs=140)
    with RunWriter.create(path, network, data, training) as run:
        fit(network, data, training, run=run)
    ended = examined("A", path, 140)
    assert ended.findings[0].id == "unfinished"
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM meta WHERE key = 'ended'")
    going_on = examined("A", path, 140)
    assert going_on.findings == ()
    assert going_on.line == "Doctor: nothing to report."
