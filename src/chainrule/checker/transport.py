"""Readings as bytes and back. JSON, never pickle: who decodes need not trust who encoded.

An array is {"dtype", "shape", "base64"}. Every other number, text and list has its own kind and
limit, and what is not of its kind is refused with a TransportError that says where.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from chainrule.checker.observation import Call, Layer, Names, Own, Reading, Step
from chainrule.core.dense import Array

BYTES = 64 * 2**20  # of one document
VALUES = 200_000  # lists, objects and separators in it: what makes parsing dear
TEXT = 200_000  # characters of one text
STEPS, STARTS, LOOPS = 3, 200, 16  # of one program
DTYPES = {"<f8", "<f4", "<f2", "<c16", "<c8", "|b1", "|i1", "|u1"} | {
    f"<{kind}{size}" for kind in "iu" for size in (2, 4, 8)
}
KINDS = (
    "exception", "syntax", "exit", "input", "time",  # the program's
    "returned", "unread",  # it runs, but gives nothing that could be read
    "ours",
)  # fmt: skip


class TransportError(Exception):
    """Something that can't be a reading."""


class Failure(NamedTuple):
    """Why there are no readings, as the process that ran the program saw it."""

    kind: str  # one of KINDS
    name: str  # "ValueError"
    text: str  # its message
    line: int | None = None  # of the learner's file
    function: str = ""  # in which function
    file: str = ""  # where it isn't the program itself: a module beside it
    patched: tuple[str, ...] = ()  # names of NumPy that the program replaced


class Answer(NamedTuple):
    """What comes out of the process."""

    readings: tuple[Reading, ...] = ()
    failure: Failure | None = None


def encode(answer: Answer) -> bytes:
    """The document. TransportError where a reading holds what is no number."""
    try:
        return _dumps(_plain(answer, "answer")).encode()
    except (ValueError, RecursionError, MemoryError) as error:
        raise TransportError(f"{type(error).__name__}: {error}") from error


def decode(data: bytes) -> Answer:
    """The answer in a document that anybody may have written."""
    if len(data) > BYTES:
        raise TransportError(f"more than {BYTES >> 20} MB")
    if sum(data.count(sign) for sign in (b",", b"[", b"{")) > VALUES:
        raise TransportError(f"more than {VALUES} values")
    try:
        document = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise TransportError(f"not JSON: {error}") from error
    answer = _record(Answer)(document, "answer")
    assert isinstance(answer, Answer)
    return answer


# ------------------------------------------------------------------------------------ out

_dumps = json.JSONEncoder().encode  # taken before the learner's code can replace it


def _plain(value: Any, at: str) -> Any:
    """NamedTuples, lists, arrays and numbers as JSON knows them."""
    if value is None or type(value) in (str, bool, int, float):
        return value
    if type(value) is np.ndarray:
        return _plain_array(value, at)
    if isinstance(value, np.bool_ | np.integer | np.floating):
        return value.item()
    if type(value) is dict:
        return {str(key): _plain(item, f"{at}.{key}") for key, item in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {f: _plain(v, f"{at}.{f}") for f, v in zip(value._fields, value, strict=True)}
    if type(value) in (list, tuple):
        return [_plain(item, f"{at}[{k}]") for k, item in enumerate(value)]
    raise TransportError(f"{at} is a {type(value).__name__}")


def _plain_array(array: Array, at: str) -> dict[str, Any]:
    code = array.dtype.newbyteorder("<").str
    if code not in DTYPES:
        raise TransportError(f"{at} is an array of {array.dtype}")
    data = base64.b64encode(array.astype(code).tobytes()).decode()
    return {"dtype": code, "shape": list(array.shape), "base64": data}


# ------------------------------------------------------------------------------------- in

Kind = Callable[[Any, str], Any]


def _wrong(at: str, needs: str, got: Any) -> TransportError:
    return TransportError(f"{at} needs {needs}, got {type(got).__name__}")


def _text(value: Any, at: str) -> str:
    if type(value) is not str or len(value) > TEXT:
        raise _wrong(at, f"a text of at most {TEXT} characters", value)
    return value


def _integer(value: Any, at: str) -> int:
    if type(value) is not int or abs(value) > 2**53:
        raise _wrong(at, "a whole number", value)
    return value


def _truth(value: Any, at: str) -> bool:
    if type(value) is not bool:
        raise _wrong(at, "true or false", value)
    return value


def _number(value: Any, at: str) -> float:
    if type(value) is int and abs(value) <= 2**53:
        return float(value)
    if type(value) is not float:
        raise _wrong(at, "a number", value)
    return value


def _array(value: Any, at: str) -> Array:
    if type(value) is not dict or set(value) != {"dtype", "shape", "base64"}:
        raise _wrong(at, "an array", value)
    code, shape = _text(value["dtype"], at), _many(_integer)(value["shape"], at)
    if code not in DTYPES or len(shape) > 8 or any(not 0 <= n <= BYTES for n in shape):
        raise _wrong(at, "an array of numbers", value)
    try:
        data = base64.b64decode(value["base64"], validate=True)
    except (TypeError, ValueError) as error:
        raise _wrong(at, "base64", value["base64"]) from error
    if len(data) != math.prod(shape) * np.dtype(code).itemsize:
        raise TransportError(f"{at}: {len(data)} bytes are no array of {shape}")
    return np.frombuffer(data, code).reshape(shape)


def _optional(kind: Kind) -> Kind:
    return lambda value, at: None if value is None else kind(value, at)


def _many(kind: Kind, most: int = VALUES) -> Kind:
    def read(value: Any, at: str) -> tuple[Any, ...]:
        if type(value) is not list or len(value) > most:
            raise _wrong(at, f"a list of at most {most}", value)
        return tuple(kind(item, f"{at}[{k}]") for k, item in enumerate(value))

    return read


def _mapping(kind: Kind) -> Kind:
    def read(value: Any, at: str) -> dict[str, Any]:
        if type(value) is not dict:
            raise _wrong(at, "an object", value)
        return {key: kind(item, at) for key, item in value.items()}

    return read


def _record(cls: Any) -> Kind:
    """All fields of a NamedTuple, each of its kind; no other, none left out."""

    def read(value: Any, at: str) -> Any:
        kinds = _FIELDS[cls]
        if type(value) is not dict or set(value) != set(kinds):
            raise _wrong(at, f"the fields of a {cls.__name__}", value)
        return cls(**{field: kind(value[field], f"{at}.{field}") for field, kind in kinds.items()})

    return read


_layers = _many(_record(Layer))
_texts = _many(_text)
_FIELDS: dict[Any, dict[str, Kind]] = {
    Layer: {"W": _array, "b": _optional(_array)},
    Names: {"W": _text, "b": _text, "dW": _text, "db": _text},
    Call: {
        "probe": _text,
        "x": _array,
        "y": _array,
        "before": _layers,
        "gradients": _optional(_many(_optional(_record(Layer)))),
        "after": _optional(_layers),
        "learning_rate": _optional(_number),
        "outputs": _optional(_array),
        "loss": _optional(_number),
        "numeric": _optional(_many(_optional(_record(Layer)))),
        "hidden": _many(_optional(_array)),
        "rows_in_all": _optional(_integer),
        "changed": _texts,
        "warnings": _texts,
        "seen": _mapping(_array),
    },
    Reading: {
        "form": _text,
        "entry": _text,
        "layout": _mapping(_text),
        "targets": _text,
        "calls": _many(_record(Call)),
        "names": _many(_record(Names)),
        "loss_is": _text,
        "start": _optional(_layers),
        "failed": _mapping(_text),
        "lines": _mapping(_integer),
        "settings": _mapping(_number),
        "notes": _texts,
        "own": _optional(_record(Own)),
    },
    Step: {"x": _array, "y": _array, "before": _layers, "after": _layers},
    Own: {
        "where": _text,
        "x": _optional(_array),
        "y": _optional(_array),
        "steps": _many(_record(Step), STEPS),
        "starts": _many(_layers, STARTS),
        "seeded": _truth,
        "turns": _many(_integer, LOOPS),
        "made_up": _truth,
        "learning_rate": _optional(_number),
    },
    Failure: {
        "kind": _text,
        "name": _text,
        "text": _text,
        "line": _optional(_integer),
        "function": _text,
        "file": _text,
        "patched": _texts,
    },
    Answer: {"readings": _many(_record(Reading)), "failure": _optional(_record(Failure))},
}
