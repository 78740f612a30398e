"""What the pictures of one run read, each part computed once, when it is first asked for."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from chainrule.core.dense import Array
from chainrule.data.parts import Data
from chainrule.engine.batches import Batches
from chainrule.engine.reference import record
from chainrule.model import Model
from chainrule.network import Network
from chainrule.plots import words
from chainrule.plots.film import can_compute, last_step
from chainrule.plots.scene import Scene
from chainrule.records import Batch, StepRecord
from chainrule.spec import Spec
from chainrule.training.history import History
from chainrule.training.run_file import RunFile

REPLAY = 1.0  # seconds that reaching a step again may take
RECORDED = 2**21  # rows × units of a record; of more rows a sample, evenly spaced


class Sight:
    """A run and its data. `step` is the state that is drawn: the one to use."""

    def __init__(self, run: RunFile, data: Data | None = None, *, format: str = "webp") -> None:
        self.run, self._data, self.format = run, data, format
        self.name, self.spec, self.step = run.source, run.spec, last_step(run)

    @cached_property
    def data(self) -> Data:
        return self._data or self.run.data()

    @property
    def has_data(self) -> bool:
        """Some pictures do without."""
        return self._data is not None or can_compute(self.run)

    @cached_property
    def scene(self) -> Scene:
        return Scene.of(self.data)

    @cached_property
    def model(self) -> Model:
        return self.run.model(self.step)

    @property
    def network(self) -> Network:
        return self.model.network

    @cached_property
    def measured(self) -> words.Measured:
        return words.measure(self.network, self.data)

    @cached_property
    def history(self) -> History:
        return self.run.history()

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the network's inputs, as far as its columns are its inputs."""
        names = self.scene.columns if self.has_data else ()
        return names if len(names) == self.spec.inputs else ()

    @property
    def outputs(self) -> tuple[str, ...]:
        return output_names(self.scene, self.spec) if self.has_data else ()

    @cached_property
    def records(self) -> tuple[StepRecord, StepRecord]:
        """The first step, and the last one that can be replayed soon."""
        batches = Batches(self.data.fitted(self.spec).train, self.run.training)
        first, t = self._record(1, batches), self.replayable
        return first, first if t == 1 else self._record(t, batches)

    @property
    def replayable(self) -> int:
        """The step that led to the drawn state; where it can't be replayed soon, the one after."""
        before = max(0, self.step - 1)
        held = before in self.run.steps()
        if held or (can_compute(self.run) and self.run.replay_seconds(before) <= REPLAY):
            return before + 1
        return self.step + 1

    def _record(self, t: int, batches: Batches) -> StepRecord:
        batch = sample(batches(t), self.spec)
        with np.errstate(all="ignore"):
            return record(
                self.spec, self.run.training, self.run.state(t - 1), batch, epoch=batches.epoch(t)
            )


def replayed(run: RunFile, data: Data | None = None) -> tuple[StepRecord, StepRecord]:
    """Two steps of a run, every number of them: the first, and the one that led to its model.

    data: needed where the run file was told not to hold it. Of large batches a sample of the rows.
    """
    return Sight(run, data).records


def output_names(scene: Scene, spec: Spec) -> tuple[str, ...]:
    """What the outputs are called: p(class), classes, or targets."""
    if not scene.classes:
        return scene.targets if len(scene.targets) == spec.outputs else ()
    if spec.outputs == 1:
        return (f"p({scene.class_name(1)})",)
    names = tuple(scene.class_name(k) for k in range(len(scene.classes)))
    return names if len(names) == spec.outputs else ()


def sample(batch: Batch, spec: Spec) -> Batch:
    """A step's rows, or as many of them as a record has room for.

    A sample counts for all of its batch: where the loss is a sum, its rows weigh more.
    """
    most = max(32, RECORDED // sum(spec.sizes))
    n = len(batch.x)
    if n <= most:
        return batch
    rows = np.linspace(0, n - 1, most).astype(np.int64)
    weight: Array | None = None if batch.weight is None else batch.weight[rows]
    if spec.conventions.batch == "sum":
        ones = np.ones(most, spec.dtype) if weight is None else weight
        weight = ones * (n / most)
    of_class = None if batch.class_weight is None else batch.class_weight[rows]
    return Batch(batch.rows[rows], batch.x[rows], batch.y[rows], weight, of_class)
