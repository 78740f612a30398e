"""Learners' programs of many styles are read, and the numbers are those of their gradients.

The truth is had by complex step; nothing of it is in the process that reads.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chainrule.checker.forms import NotUnderstood, Program, read, template
from chainrule.checker.observation import Call, Layer

PROGRAMS = Path(__file__).parent / "programs"

# file -> hidden activation, head; their loss is a multiple of the sum over the samples
HEADS = {
    "attributes": ("sigmoid", "sigmoid mse"),
    "chain_names": ("sigmoid", "sigmoid mse"),
    "closures": ("tanh", "sigmoid ce"),
    "coursera": ("tanh", "sigmoid ce"),
    "coursera_deep": ("relu", "sigmoid ce"),
    "csv_fallback": ("tanh", "softmax ce"),
    "dict_by_layer": ("tanh", "linear mse"),
    "flat_vector": ("tanh", "sigmoid ce"),
    "globals_step": ("sigmoid", "sigmoid mse"),
    "lists_apart": ("sigmoid", "sigmoid mse"),
    "mnist_style": ("relu", "softmax ce"),
    "momentum_pairs": ("relu", "softmax ce"),
    "neuron_objects": ("sigmoid", "sigmoid mse"),
    "nielsen": ("sigmoid", "sigmoid mse"),
    "notebook": ("sigmoid", "linear mse"),
    "params_pairs": ("sigmoid", "sigmoid ce"),
    "pure_lists": ("sigmoid", "sigmoid mse"),
    "separate_args": ("tanh", "softmax ce"),
    "sequential": ("relu", "sigmoid ce"),
    "tds": ("sigmoid", "sigmoid mse"),
    "update_fn": ("relu", "linear mse"),
    "while_converge": ("tanh", "linear mse"),
}


def load(source: str, path: str = "learner.py") -> Program:
    tree = ast.parse(source)
    namespace: dict[str, Any] = {"__name__": "learner"}
    exec(compile(tree, path, "exec"), namespace)
    return Program(path, source, tree, namespace)


def loss(layers: list[Layer], x: Any, y: Any, hidden: str, head: str) -> Any:
    acts = {
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "tanh": np.tanh,
        "relu": lambda z: z * (z.real > 0),
        "linear": lambda z: z,
    }
    for l, (W, b) in enumerate(layers):
        z = x @ W + (0 if b is None else b)
        x = acts[hidden](z) if l < len(layers) - 1 else z
    kind, rule = head.split()
    if kind == "softmax":
        return -np.sum(y * (x - np.log(np.exp(x).sum(1, keepdims=True))))
    a = acts[kind](x)
    if rule == "mse":
        return np.sum((a - y) ** 2)
    return -np.sum(y * np.log(a) + (1 - y) * np.log(1 - a))


def truth(call: Call, hidden: str, head: str) -> list[np.ndarray]:
    """The gradient by every parameter, by complex step."""
    flat = [p for layer in call.before for p in layer if p is not None]
    found = []
    for at, p in enumerate(flat):
        gradient = np.zeros(p.shape)
        for i in np.ndindex(p.shape):
            moved = [q.astype(complex) for q in flat]
            moved[at][i] += 1e-30j
            parts = iter(moved)
            layers = [
                Layer(next(parts), None if b is None else next(parts)) for _, b in call.before
            ]
            gradient[i] = loss(layers, call.x, call.y, hidden, head).imag / 1e-30
        found.append(gradient)
    return found


def seen(call: Call) -> list[np.ndarray]:
    """Their gradients, or their steps."""
    layers = call.gradients
    if layers is None:
        assert call.after is not None
        pairs = zip(call.before, call.after, strict=True)
        layers = tuple(
            Layer(p.W - q.W, None if p.b is None or q.b is None else p.b - q.b) for p, q in pairs
        )
    return [p for layer in layers if layer for p in layer if p is not None]


@pytest.mark.parametrize("name", sorted(HEADS))
def test_the_numbers_are_those_of_the_gradient_up_to_one_factor(name: str) -> None:
    program = load((PROGRAMS / f"{name}.py").read_text(encoding="utf-8"))
    fits = []
    for reading in read(program):
        call = reading.calls[0]
        ours, theirs = truth(call, *HEADS[name]), seen(call)
        if len(ours) == len(theirs):
            factor = np.sum(ours[0] * theirs[0]) / np.sum(ours[0] ** 2)
            pairs = zip(ours, theirs, strict=True)
            # complex step is exact; a step's difference loses eps |W| / rate, about 1e-14
            fits.append(all(np.allclose(a * factor, b, rtol=1e-9, atol=1e-11) for a, b in pairs))
    assert any(fits)


@pytest.mark.parametrize("name", [*sorted(HEADS), "rashid"])
def test_a_reading_is_whole(name: str) -> None:
    reading = read(load((PROGRAMS / f"{name}.py").read_text(encoding="utf-8")))[0]
    assert [call.probe for call in reading.calls[:3]] == ["distinct"] * 3
    assert "fresh" in {call.probe for call in reading.calls}
    for call in reading.calls:
        assert call.x.shape[1] == call.before[0].W.shape[0]
        assert call.y.shape == (len(call.x), call.before[-1].W.shape[1])
    assert len(reading.names) == len(reading.calls[0].before)


def test_three_steps_follow_each_other() -> None:
    reading = read(load((PROGRAMS / "update_fn.py").read_text(encoding="utf-8")))[0]
    one, two, _ = reading.calls[:3]
    assert one.after is not None
    np.testing.assert_array_equal(one.after[0].W, two.before[0].W)
    assert one.learning_rate == 0.07
    assert reading.loss_is == "returned"


def test_a_step_after_every_sample_is_handed_one_sample() -> None:
    source = (
        (PROGRAMS / "pure_lists.py")
        .read_text(encoding="utf-8")
        .replace("    def train(self, inputs", "    def one(self, inputs")
    )
    source += (
        "\n    def train(self, X, Y, lr=0.5, epochs=10):\n        for epoch in range(epochs):\n"
        "            for x, y in zip(X, Y):\n                self.one(x, y, lr)\n"
    )
    reading = next(r for r in read(load(source)) if "train" in r.entry)
    assert len(reading.calls[0].x) == 1
    assert reading.notes


def test_a_shape_that_fits_only_by_chance_is_read_on_equal_sizes() -> None:
    source = (PROGRAMS / "params_pairs.py").read_text(encoding="utf-8")
    reading = read(load(source.replace("delta @ W.T", "delta @ W")))[0]
    assert "distinct" in reading.failed
    assert "line 18" in reading.failed["distinct"]
    assert {call.probe for call in reading.calls} == {"equal"}


def test_the_template_is_understood() -> None:
    source = (PROGRAMS / "separate_args.py").read_text(encoding="utf-8") + (
        "\n\nchainrule_sizes = (2, 4, 3)\n\n\n"
        "def chainrule_check(params, X, y):\n"
        "    (W1, b1), (W2, b2) = params\n"
        "    loss, dW1, db1, dW2, db2 = gradients(X, y.argmax(1), W1, b1, W2, b2)\n"
        "    return [(dW1, db1), (dW2, db2)]\n"
    )
    (reading, *_) = read(load(source))
    assert reading.entry == "chainrule_check(params, X, y)"
    assert [layer.W.shape for layer in reading.calls[0].before] == [(2, 4), (4, 3)]


def test_the_template_names_their_function() -> None:
    program = load((PROGRAMS / "separate_args.py").read_text(encoding="utf-8"))
    assert "gradients(X, y, W1, b1, W2, b2)" in template(program)


def test_nothing_to_call_is_said() -> None:
    with pytest.raises(NotUnderstood, match="functions: add; classes: none"):
        read(load("def add(a, b):\n    return a + b\n"))
