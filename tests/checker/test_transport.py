"""Readings come back to the bit, and whatever else is in the pipe is refused, never a crash."""

from __future__ import annotations

import contextlib
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.checker import transport
from chainrule.checker.observation import Call, Layer, Names, Reading
from chainrule.checker.transport import Answer, Failure, TransportError
from tests.helpers import same_bits

W, b = np.arange(6.0).reshape(3, 2), np.array([np.nan, -0.0])
CALL = Call(
    "distinct", W.T, np.eye(2, dtype=np.int64), (Layer(W, b), Layer(W[:, ::-1], None)),
    (None, Layer(W.astype("f4"), b)), None, 0.1, None, float("nan"), (None, W), 7, ("x",),
    ("overflow encountered in exp",), {"cache": np.array(True), "empty": np.zeros((0, 3))},
)  # fmt: skip
READING = Reading(
    "object", "Net.fit(X, y)", {"samples": "rows"}, "labels", (CALL,), (Names("W1", "b1"),),
    "returned", (Layer(W, None),), {"equal": "ValueError"}, {"dW1": 12}, {"lambda": 0.1}, ("note",),
)  # fmt: skip
ANSWER = Answer(
    (READING,), Failure("exception", "ValueError", "no", 3, "f", "layers.py", ("np.x",))
)


def plain(value):
    return transport._plain(value, "")


def document(**changes):
    """The answer as JSON, with one thing in its call changed."""
    made = json.loads(transport.encode(ANSWER))
    made["readings"][0]["calls"][0].update(changes)
    return json.dumps(made).encode()


def test_an_answer_comes_back_to_the_bit():
    found = transport.decode(transport.encode(ANSWER))
    assert plain(found) == plain(ANSWER) or transport.encode(found) == transport.encode(ANSWER)
    call = found.readings[0].calls[0]
    assert same_bits(call.before[0].b, b)
    assert same_bits(call.gradients[1].W, W.astype("f4"))
    assert call.seen["empty"].shape == (0, 3)


@pytest.mark.parametrize(
    "value",
    [
        np.array([None]), np.array(["a"]), np.zeros(2, "M8[s]"), object(), {"a": {1}}, 1j, b"bytes",
        np.zeros(2, [("a", "f8")]),
    ],
)  # fmt: skip
def test_what_is_no_number_is_not_sent(value):
    with pytest.raises(TransportError):
        transport.encode(Answer((READING._replace(settings={"x": value}),)))


def test_a_list_that_holds_itself_is_not_sent():
    loop: list = []
    loop.append(loop)
    with pytest.raises(TransportError):
        transport.encode(Answer((READING._replace(notes=loop),)))


array = plain(W)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff", b"{}", b"null", b"3", b"[]", b"garbage", transport.encode(ANSWER)[:-1],
        transport.encode(ANSWER) * 2, b"[" * 100_000, b"[" * 300_000, b'{"a":' * 50_000,
        b"9" * 9999,
        b"NaN", b"[1e999]", document(probe=None), document(probe=3), document(probe="x" * 10**6),
        document(x=[1.0]), document(x={**array, "dtype": "O"}),
        document(x={**array, "dtype": "<U9"}),
        document(x={**array, "shape": [3, 3]}), document(x={**array, "shape": [-3, -2]}),
        document(x={**array, "shape": [2**62, 4]}), document(x={**array, "shape": [1.5]}),
        document(x={**array, "shape": [1] * 40 + [6]}), document(x={**array, "base64": "AAA"}),
        document(x={**array, "base64": 7}), document(x={**array, "base64": "é"}),
        document(x={**array, "more": 1}), document(before=array), document(before=[array]),
        document(before=[{"W": array}]), document(gradients=[[]]), document(loss="1"),
        document(loss=True), document(loss=10**400), document(rows_in_all=1.5),
        document(rows_in_all=float("nan")), document(rows_in_all=2**64), document(changed="x"),
        document(seen=[]), document(seen={"a": 1}), document(unknown=1),
        b" " * (transport.BYTES + 1),
    ],
    ids=lambda data: data[:20].decode("latin1"),
)  # fmt: skip
def test_anything_else_is_refused(data):
    with pytest.raises(TransportError):
        transport.decode(data)


@given(st.binary() | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_no_bytes_crash_it(data):
    with pytest.raises(TransportError):
        transport.decode(data)


@given(st.integers(0, 2**32), st.binary(min_size=1, max_size=3))
def test_a_damaged_answer_is_refused_or_an_answer(at, damage):
    data = bytearray(transport.encode(ANSWER))
    at %= len(data)
    data[at : at + len(damage)] = damage
    with contextlib.suppress(TransportError):
        assert isinstance(transport.decode(bytes(data)), Answer)
