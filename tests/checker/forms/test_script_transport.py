"""What the script form reads goes through transport, whatever the program's arrays are made of."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chainrule.checker.forms.script import read_script
from chainrule.checker.forms.script_plain import plain
from chainrule.checker.forms.script_tape import leaf
from chainrule.checker.observation import Call, Layer, Reading
from chainrule.checker.transport import Answer, decode, encode

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.py"))
PRINTS_LOSS = """
import numpy as np
np.random.seed(1)
X = np.array([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
y = np.array([[0.], [1.], [1.], [0.]])
W1, b1 = np.random.randn(2, 3), np.zeros((1, 3))
W2, b2 = np.random.randn(3, 1), np.zeros((1, 1))
for epoch in range(100):
    a1 = 1 / (1 + np.exp(-(X @ W1 + b1)))
    a2 = 1 / (1 + np.exp(-(a1 @ W2 + b2)))
    print("loss", np.mean((y - a2) ** 2))
    d2 = (a2 - y) * a2 * (1 - a2)
    d1 = d2 @ W2.T * a1 * (1 - a1)
    W2 -= 0.5 * a1.T @ d2
    b2 -= 0.5 * d2.sum(axis=0, keepdims=True)
    W1 -= 0.5 * X.T @ d1
    b1 -= 0.5 * d1.sum(axis=0, keepdims=True)
"""


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_reading_goes_through_transport(path: Path) -> None:
    readings = tuple(read_script(path.read_text(encoding="utf-8"), str(path)))
    back = decode(encode(Answer(readings))).readings
    for mine, other in zip(readings, back, strict=True):
        for one, two in zip(mine.calls, other.calls, strict=True):
            assert one.seen.keys() == two.seen.keys()
            assert all(np.array_equal(one.seen[n], two.seen[n], equal_nan=True) for n in one.seen)
            assert one.before[0].W.dtype == two.before[0].W.dtype


def test_a_printed_loss_is_seen_as_a_plain_number() -> None:
    (reading,) = read_script(PRINTS_LOSS, "prints_loss.py")
    seen = reading.calls[0].seen["said.loss"]
    assert type(seen) is np.ndarray
    assert reading.calls[0].loss == pytest.approx(float(seen))


def test_plain_unwraps_what_it_can_and_drops_the_rest() -> None:
    tracked = leaf(np.ones((2, 1)), "W")
    layer = Layer(tracked, None)
    seen = {
        "loss": leaf(0.5, "loss"), "long": np.ones(2, np.longdouble), "word": np.array("a"),
        "single": np.ones(2, np.float32), "own": np.ones((1, 2)).view(np.matrix),
        "mixed": np.array([1, {}], dtype=object),
    }  # fmt: skip
    call = Call("own", tracked, tracked, (layer,), (None,), (layer,), leaf(0.1, "rate"),
                tracked, leaf(2.0, "loss"), hidden=(None,), seen=seen)  # fmt: skip
    made = plain(Reading("script", "", {}, "columns", (call,)))
    found = made.calls[0]
    assert set(found.seen) == {"loss", "long", "single", "own"}
    assert found.seen["single"].dtype == np.float32
    assert all(type(each) is np.ndarray for each in (*found.seen.values(), found.before[0].W))
    assert (type(found.loss), found.loss, found.learning_rate) == (float, 2.0, 0.1)
    assert decode(encode(Answer((made,)))).readings[0].calls[0].gradients == (None,)
