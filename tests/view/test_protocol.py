"""The messages: read with suspicion, written as JSON, and the page's types of them are fresh."""

import json
from pathlib import Path

import numpy as np
import pytest

from chainrule.core.errors import UsageError
from chainrule.view import commands, frame, messages, parts, wire
from web import protocol


def test_the_pages_types_are_fresh():
    held = protocol.PLACE.read_text(encoding="utf-8")
    assert held == protocol.text(), "web/src/protocol.gen.ts is stale: make protocol"


def test_every_message_is_in_the_pages_types():
    held = protocol.PLACE.read_text(encoding="utf-8")
    for each in (*commands.COMMANDS.values(), *messages.NEWS.values(), *parts.PARTS):
        assert f"export interface {each.__name__} {{" in held
        assert each.__doc__
        assert not each.__doc__.startswith(f"{each.__name__}("), each


def test_a_command_survives_the_way():
    asked = commands.Branch(7, 40, {"learning_rate": 1.5, "optimizer": "adam"})
    assert wire.read(asked.to_text(), commands.COMMANDS) == asked


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "null", "7", '"play"', '{"do":"play"}', '{"do":"play","id":"1"}',
        '{"do":"play","id":true}', '{"do":"play","id":1.5}', '{"do":"play","id":1,"id":2}',
        '{"do":"fly","id":1}', '{"do":["play"],"id":1}', '{"do":"play","id":1,"more":2}',
        '{"do":"seek","id":1,"step":NaN}', '{"do":"seek","id":1,"step":1e400}',
        '{"do":"seek","id":1,"step":' + "9" * 5000 + "}", '{"do":"seek","id":1}',
        '{"do":"speed","id":1,"speed":"warp"}', '{"do":"share","id":1,"hide":"all"}',
        '{"do":"share","id":1,"hide":[1]}', '{"do":"hello","id":1,"have":{"A":"1"}}',
        '{"do":"check","id":1,"program":"","hint":4}',
        '{"do":"check","id":1,"program":"","hint":true}',
        '{"do":"configure","id":1,"settings":' + "[" * 10_000 + "]" * 10_000 + "}",
        '{"do":"what_if","id":1,"address":"loss","changed":"0.W","value":Infinity}',
        '{"do":"what_if","id":1,"address":"loss","changed":"0.W","value":1e301}',
        '{"do":"seek","id":1,"step":9007199254740993}',
    ],
)  # fmt: skip
def test_what_is_no_command_is_answered_in_four_parts(text):
    with pytest.raises(UsageError) as error:
        wire.read(text, commands.COMMANDS)
    assert all(error.value.to_json().values())
    assert len(str(error.value)) < 700


def test_what_is_not_finite_is_null():
    said = messages.Curve(
        "A", 0, 1, (3,), (float("nan"),), (None,), (float("inf"),), (), (), (), (), False
    )
    found = json.loads(said.to_text())
    assert found["is"] == "curve"
    assert (found["train"], found["test"]) == ([None], [None])


def test_a_frame_is_read_back_bit_for_bit():
    arrays = {
        "map": np.linspace(0, 1, 15, dtype=np.float32).reshape(3, 5, order="F"),
        "0.map": np.arange(7, dtype=np.uint8), "batch": np.array([[3, -1]], dtype=np.int32),
        "none": np.zeros((0, 2)),
    }  # fmt: skip
    head = {
        "session": "s", "branch": "A", "step": 3, "head": 4, "live": False, "state": "paused",
        "epoch": 1.5, "losses": {"train": None}, "metrics": {}, "right": {"train": (1, 2)},
        "measured_at": {"train": 2}, "headline": "é", "layer": 1, "unit": 0,
    }  # fmt: skip
    content = frame.to_bytes(frame.Picture(head, arrays, {"0.map": (-1.0, 1.0)}))
    found, got = frame.from_bytes(content)
    assert found.headline == "é"
    assert found.blocks[1].high == 1.0
    assert all(block.at % frame.EDGE == 0 for block in found.blocks)
    for name in ("ab", "abc"):  # a head of another length
        longer = frame.to_bytes(frame.Picture({**head, "session": name}, {}, {}))
        assert len(longer) % frame.EDGE == len(content) % frame.EDGE == 0
    for name, array in arrays.items():
        assert got[name].tobytes() == np.ascontiguousarray(array).tobytes()
        assert got[name].shape == array.shape
    with pytest.raises(UsageError):
        frame.from_bytes(b"PNG." + content[4:])


def test_a_stale_file_would_be_found(monkeypatch):
    before = protocol.text()
    monkeypatch.delitem(messages.NEWS, "alive")
    assert protocol.text() != before
    assert Path(protocol.PLACE).exists()
