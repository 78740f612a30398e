"""A run that is told to end within a step or an evaluation goes on as if nobody had spoken."""

import numpy as np
import pytest

from chainrule import Data, Network, Spec, Training, fit
from chainrule.records import Evaluated, Progress
from chainrule.training.loop import resume
from chainrule.training.run_writer import RunWriter
from tests.helpers import same_bits

SPEC = Spec.chain([2, 3, 1], "tanh", last="sigmoid")


def data():
    x = np.random.default_rng(4).normal(size=(18, 2))
    return Data.from_arrays(x, (x[:, 0] > 0).astype(float)[:, None])


class EndsAt:
    """Says so from the first event on that is of this kind and reached this step."""

    def __init__(self, kind, step):
        self.kind, self.step, self.ends = kind, step, step == 0 and kind is Progress

    def __call__(self, event):
        reached = event.state.step if isinstance(event, Progress) else getattr(event, "step", -1)
        self.ends |= isinstance(event, self.kind) and reached >= self.step

    def halts(self):
        return self.ends


@pytest.mark.parametrize("engine", ["auto", "reference"])
@pytest.mark.parametrize(
    ("kind", "step", "reached"),
    [(Progress, 0, 0), (Progress, 6, 6), (Progress, 24, 24), (Evaluated, 6, None)],
    ids=["before the start is judged", "at a judgement", "at the last one", "within a step"],
)
def test_it_ends_at_once_and_goes_on_alike(kind, step, reached, engine, tmp_path):
    training = Training("adam", 0.05, batch_size=6, epochs=8, patience=6, engine=engine)
    network, asked = Network.start(SPEC, seed=2), EndsAt(kind, step)
    with RunWriter.create(tmp_path / "whole.chainrule", network, data(), training) as run:
        whole = fit(network, data(), training, run=run)
    with RunWriter.create(tmp_path / "cut.chainrule", network, data(), training) as run:
        cut = fit(network, data(), training, run=run, consumers=[asked])
    assert cut.ended.reason == "interrupted"
    if reached is not None:
        assert cut.history["step"].tolist() == [s for s in whole.history["step"] if s < reached]
    on = resume(tmp_path / "cut.chainrule")
    assert on.ended.reason == whole.ended.reason
    assert same_bits(on.ended.state.params, whole.ended.state.params)
    kept, right = (dict(sorted(made.ended.state.memory.items())) for made in (on, whole))
    assert same_bits(kept, right)
    assert on.ended.state.control == whole.ended.state.control
    for one, other in zip(on.history.points, whole.history.points, strict=True):
        assert one._replace(seconds=0) == other._replace(seconds=0)
