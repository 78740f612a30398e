"""A network and a training for data that nobody has looked at: a good first model."""

from __future__ import annotations

from chainrule.core.initializers import Zeros
from chainrule.core.optimizers import Adam
from chainrule.data.parts import Data
from chainrule.spec import Dense, Spec, Training

HIDDEN = (64, 64)
WEIGHTS, LEAST_UNITS = 2**19, 8  # of the first layer: fewer units where there are many inputs
L2 = 1e-4
LEARNING_RATE = 0.001
BATCH, LEAST_STEPS = 200, 10  # rows of a batch at most, and steps of an epoch at least
EPOCHS, PATIENCE = 500, 20


def suggest(data: Data, *, seed: int = 0) -> tuple[Spec, Training]:
    """What `chainrule train FILE` takes where nothing else is said.

        spec, training = chainrule.suggest(data)
        result = chainrule.fit(chainrule.Network.start(spec, seed=0), data, training)

    Two hidden layers of ReLU; the loss that belongs to the task; Adam with small batches; and the
    state that was best on the validation part.
    """
    return network_for(data), training_for(data, seed)


def network_for(data: Data) -> Spec:
    """Classes: cross-entropy, one output for two of them. Numbers: half the squared error."""
    if data.task == "classes":
        last, loss = (
            ("sigmoid", "binary_cross_entropy")
            if data.outputs == 1
            else ("softmax", "softmax_cross_entropy")
        )
    else:
        last, loss = "identity", "half_squared"
    first = min(HIDDEN[0], max(LEAST_UNITS, WEIGHTS // data.inputs))
    hidden = tuple(Dense(units, "relu", init="he_uniform") for units in (first, *HIDDEN[1:]))
    output = Dense(data.outputs, last, init="glorot_uniform", bias_init=Zeros())
    return Spec(data.inputs, (*hidden, output), loss)


def training_for(data: Data, seed: int) -> Training:
    """Patience judges on the validation part, where there is one."""
    batch = max(1, min(BATCH, data.train.n // LEAST_STEPS))
    patience = PATIENCE if data.validation is not None else None
    return Training(
        Adam(), LEARNING_RATE, batch_size=batch, epochs=EPOCHS, l2=L2, patience=patience, seed=seed
    )
