"""Records: every array has the shape that stands beside its name, and nobody may change it."""

import inspect
import re

import numpy as np
import pytest

from chainrule import records
from chainrule.engine.reference import record, start_memory
from chainrule.network import Network
from chainrule.records import Batch, LayerRecord, State
from chainrule.spec import Spec, Training
from tests.helpers import same_bits

N = 5
SPECS = {
    "on z": Spec.chain([3, 4, 2], "tanh", loss="softmax_cross_entropy"),
    "on a": Spec.chain([3, 4, 2], "tanh", bias="none", dtype="float32"),
}
EACH = pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)


def step(spec, rng, training=None, weight=None):
    training = training or Training("adam", steps=9, l2=0.1)
    params = Network.start(spec, seed=0).params
    x = rng.normal(size=(N, spec.inputs)).astype(spec.dtype)
    labels = rng.integers(0, 2, N)
    y = labels if spec.loss.targets == "labels" else np.eye(2, dtype=spec.dtype)[labels]
    state = State(4, params, start_memory(spec, training, params), {"epoch": 2})
    batch = Batch(np.arange(10, 10 + N), x, y, weight)
    return state, batch, record(spec, training, state, batch, epoch=2)


def declared(cls):
    """Field -> the shape in the comment beside it: {"z": "(n, units)", ...}"""
    found = re.findall(r"^    (\w+): Array[^#\n]*# (\([^)]*\))", inspect.getsource(cls), re.M)
    return dict(found)


@EACH
def test_every_array_has_the_shape_beside_its_name(spec, rng):
    _, batch, made = step(spec, rng, weight=np.ones(N, spec.dtype))
    shapes = declared(LayerRecord)
    assert set(LayerRecord._fields) - set(shapes) == {"db"}  # "as b"
    for l, layer in enumerate(made.layers):
        sizes = {"n": N, "fan_in": spec.sizes[l], "units": spec.sizes[l + 1]}
        for field, shape in shapes.items():
            array = getattr(layer, field)
            assert array is None or array.shape == eval(shape, sizes), field
    sizes = {"n": N, "inputs": spec.inputs, "outputs": spec.outputs}
    for field, shape in declared(Batch).items():
        if field != "y" or spec.loss.targets == "columns":
            array = getattr(batch, field)
            assert array is None or array.shape == eval(shape, sizes), field


@EACH
def test_what_is_there_and_what_is_not(spec, rng):
    _, _, made = step(spec, rng)
    one, two = made.layers
    assert one.da is not None
    assert (two.da is None) == (spec.loss.on == "z")
    assert (one.db is None) == (two.db is None) == (spec.layers[0].bias == "none")
    assert one.dx is not None
    assert one.mask is two.mask is None


@EACH
def test_one_thing_leads_to_the_next(spec, rng):
    state, batch, made = step(spec, rng)
    one, two = made.layers
    assert same_bits(one.x, batch.x)
    assert same_bits(two.x, one.a)
    assert same_bits(one.da, two.dx)
    assert same_bits(two.dz if two.da is None else two.da, made.loss.d)
    assert (made.t, made.epoch, made.clip_scale, made.made_by) == (5, 2, 1.0, "reference")
    assert (made.before.step, made.after.step) == (4, 5)
    assert made.before.control == made.after.control == {"epoch": 2}
    assert same_bits(made.before.params, state.params)
    assert same_bits(made.before.memory, state.memory)
    assert list(made.after.params) == list(state.params)
    assert list(made.after.memory) == list(state.memory)
    assert (made.spec, made.learning_rate) == (spec, 0.1)
    for l, layer in enumerate(made.layers):
        assert same_bits(made.grads[f"{l}.W"], layer.dW + made.penalty_grads[f"{l}.W"])
        if layer.db is not None:
            assert same_bits(made.grads[f"{l}.b"], layer.db)


def arrays(part):
    """Every array in a record and the names on the way to it, found here by field."""
    if isinstance(part, np.ndarray):
        return [((), part)]
    inside = {}
    if hasattr(part, "_fields"):
        inside = part._asdict()
    elif isinstance(part, dict):
        inside = part
    elif isinstance(part, tuple):
        inside = dict(enumerate(part))
    return [((name, *at), a) for name, each in inside.items() for at, a in arrays(each)]


@EACH
def test_no_array_of_a_record_can_be_written_into(spec, rng):
    _, _, made = step(spec, rng, weight=np.ones(N, spec.dtype))
    found = arrays(made)
    assert len(found) > 30
    for at, array in found:
        assert not array.flags.writeable, at
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


@EACH
def test_what_was_handed_in_stays_writable_and_as_it_was(spec, rng):
    weight = np.ones(N, spec.dtype)
    state, batch, made = step(spec, rng, weight=weight)
    fresh, again, _ = step(spec, np.random.default_rng(0))
    for at, array in [*arrays(state), *arrays(batch)]:
        assert array.flags.writeable, at
    assert same_bits(state.params, fresh.params)
    assert same_bits(state.memory, fresh.memory)
    assert again.x.shape == batch.x.shape
    before = made.before.params["0.W"].copy()
    state.params["0.W"][:] = 7
    state.memory["0.W.m"][:] = 7
    assert same_bits(made.before.params["0.W"], before)
    assert not made.before.memory["0.W.m"].any()


@EACH
def test_all_arrays_are_of_the_networks_dtype(spec, rng):
    _, _, made = step(spec, rng)
    kinds = {
        a.dtype.name for at, a in arrays(made) if at[:2] not in [("batch", "rows"), ("batch", "y")]
    }
    assert kinds == {spec.dtype}


def test_events_are_what_the_page_says():
    assert records.Ended("finished", State(0, {}, {}, {}), 0).error is None
    names = {kind.__name__ for kind in records.Event.__args__}
    assert names == {"Started", "Progress", "Evaluated", "Saved", "Ended"}
