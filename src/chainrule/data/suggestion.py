"""A network and a training for data that nobody has looked at: a good first model."""

from __future__ import annotations

from chainrule.core.initializers import Zeros
from chainrule.core.optimizers import Adam
from chainrule.data.parts import Data
from chainrule.spec import Dense, Spec, Training

HIDDEN = (100,)
WEIGHTS, LEAST_UNITS = 2**19, 8  # of the first layer: fewer units where there are many inputs
LEARNING_RATE = 0.001
BATCH = 32  # rows
EPOCHS, PATIENCE = 200, 20


def suggest(data: Data, *, seed: int = 0) -> tuple[Spec, Training]:
    """What `chainrule train FILE` takes where nothing else is said.

        spec, training = chainrule.suggest(data)
        result = chainrule.fit(chainrule.Network.start(spec, seed=0), data, training)

    A hidden layer of ReLU; the loss that belongs to the task; Adam with small batches. Against
    learning by heart: the penalty 1/n · ½ Σ W² (where weights are believed to be N(0, 1) before
    any of n rows is seen, the most probable network has it in its mean loss); and the state that
    was best on the validation part, where there is one.
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
    rows = data.train.n
    patience = PATIENCE if data.validation is not None else None
    return Training(
        Adam(), LEARNING_RATE, batch_size=min(BATCH, rows), epochs=EPOCHS, l2=1 / rows,
        patience=patience, seed=seed,
    )  # fmt: skip
