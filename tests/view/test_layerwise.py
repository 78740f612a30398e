"""What each layer answers, by the kernels or without them, held to the reference."""

from dataclasses import replace

import numpy as np
import pytest

from chainrule.core.activations import ACTIVATIONS
from chainrule.engine.reference import forward
from chainrule.network import Network
from chainrule.spec import Dense, Spec
from chainrule.view import layerwise

HIDDEN = [name for name, row in ACTIVATIONS.items() if not row.output_only]
KINDS = {
    **{name: Spec(3, (Dense(7, name), Dense(2, name)), "squared") for name in HIDDEN},
    "dropout": Spec(3, (Dense(7, "tanh", drop_probability=0.5), Dense(2, "identity")), "squared"),
    "biases": Spec(3, (Dense(7, "tanh", bias="none"), Dense(2, "tanh", bias="shared")), "squared"),
    "classes": Spec(3, (Dense(40, "relu"), Dense(4, "softmax")), "softmax_cross_entropy"),
}


@pytest.mark.parametrize("kernels", [True, False])
@pytest.mark.parametrize("spec", KINDS.values(), ids=KINDS)
def test_it_is_what_the_reference_answers(spec, kernels, monkeypatch):
    if not kernels:
        monkeypatch.setattr(layerwise, "_alone", lambda _: None)
    monkeypatch.setattr(layerwise, "ANSWERS", 40 * 64)  # in several pieces
    params = Network.start(spec, seed=3).params
    x = np.random.default_rng(4).normal(size=(150, 3))
    wanted = [passed.a for passed in forward(replace(spec, dtype="float64"), params, x)]
    for l, found in enumerate(layerwise.answers(spec, params, x)):
        assert found.dtype == np.float32
        assert np.allclose(found, wanted[l], rtol=0, atol=1e-5)
    few = layerwise.answers(spec, params, x, most=3)
    assert [a.shape[1] for a in few] == [3, wanted[1].shape[1]]
    first = layerwise.answers(spec, params, x, layer=0, most=3)
    assert [a.shape for a in first] == [wanted[0].shape]
    assert len(layerwise.answers(spec, params, x[:0])[0]) == 0
