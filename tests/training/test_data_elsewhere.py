"""A run that does not hold its rows says where it looks for them."""

from __future__ import annotations

from chainrule import Data, Network, RunWriter, Spec, Training, fit
from chainrule.training.run_file import RunFile
from tests.helpers import refused


def test_a_file_that_is_gone_is_named_with_why_it_is_needed(tmp_path):
    table = tmp_path / "rows.csv"
    table.write_text("a,b\n" + "\n".join(f"{k},{k % 3 + 0.5}" for k in range(30)))
    data = Data.from_file(table, "b", task="numbers")
    network = Network.start(Spec.chain([1, 2, 1], "tanh"), seed=0)
    training = Training(learning_rate=0.01, steps=2)
    path = tmp_path / "run.chainrule"
    with RunWriter.create(path, network, data, training, hold_data=False) as run:
        fit(network, data, training, run=run)
    with RunFile(path) as run:
        assert run.data().fingerprint == data.fingerprint
    table.unlink()
    with RunFile(path) as run, refused("data of run.chainrule", "does not hold its rows", "data="):
        run.data()
