"""Messages as frozen dataclasses: read from JSON with suspicion, written to JSON, and typed.

A class that inherits from Message is declared once, here in Python. `typescript` makes the page's
types of it, `read` holds what comes from outside to it, name by name.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re
import types
import typing
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal, TypeVar

from chainrule.core.errors import UsageError, unknown

Made = TypeVar("Made")
SHOWN = 60  # characters of what was got that an error repeats
NOTHING = type(None)


class Message:
    """A frozen dataclass that travels; `message()` is its name there."""

    tag: ClassVar[str]  # the key that holds the kind: "do" in commands, "is" in messages

    @classmethod
    def message(cls) -> str:
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()

    def to_json(self) -> dict[str, Any]:
        return {self.tag: self.message(), **fields_of(self)}

    def to_text(self) -> str:
        return text_of(self.to_json())


def text_of(plain: Any) -> str:
    """JSON that every reader takes: what is not finite is null."""
    try:
        return json.dumps(plain, separators=(",", ":"), allow_nan=False)
    except ValueError:
        return json.dumps(finite(plain), separators=(",", ":"), allow_nan=False)


def fields_of(message: Any) -> dict[str, Any]:
    """The fields of a frozen dataclass as JSON, those inside as well."""
    return {
        field.name: _plain(getattr(message, field.name)) for field in dataclasses.fields(message)
    }


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return value.to_json() if isinstance(value, Message) else fields_of(value)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    return value.tolist() if hasattr(value, "tolist") else value


def finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [finite(each) for each in value]
    if isinstance(value, dict):
        return {key: finite(each) for key, each in value.items()}
    return value


# --------------------------------------------------------------------------------------- reading


def read(text: str, known: Mapping[str, type[Made]], tag: str = "do") -> Made:
    """The message in a text. Whatever else it is, is answered in four parts."""
    found = parse(text)
    if not isinstance(found, dict):
        raise _not("a message", "an object of JSON", found)
    kind = found.pop(tag, None)
    if not isinstance(kind, str) or kind not in known:
        raise unknown("a message", "message", _short(kind), known)
    return made(known[kind], found)


def parse(text: str) -> Any:
    """JSON without its traps: no name twice, no NaN, no infinity, no depth without end."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        reason = "nesting without end" if isinstance(error, RecursionError) else str(error)[:SHOWN]
        raise UsageError("a message", "JSON", reason, "The page sends no such thing.") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name that stands there twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name}, which is no JSON")


def made(cls: type[Made], found: Mapping[str, Any]) -> Made:
    """cls(**found), each value of the type that is declared."""
    hints = typing.get_type_hints(cls)
    fields = {field.name: field for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
    called = getattr(cls, "message", lambda: cls.__name__)()
    for name in found:
        if name not in fields:
            raise unknown(f"message {called!r}", "field", _short(name), fields)
    for name, field in fields.items():
        if name not in found and _is_required(field):
            raise UsageError(f"message {called!r}", f"its field {name!r}", "none", "Send it.")
    return cls(**{k: cast(hints[k], v, f"{k} of message {called!r}") for k, v in found.items()})


def _is_required(field: dataclasses.Field[Any]) -> bool:
    missing = dataclasses.MISSING
    return field.default is missing and field.default_factory is missing


def cast(wanted: Any, value: Any, where: str) -> Any:
    """The value as that type, lists as tuples; or an error that says where it stands."""
    origin, inside = typing.get_origin(wanted), typing.get_args(wanted)
    if wanted is Any:
        return value
    if origin in (typing.Union, types.UnionType):
        return _one_of(inside, value, where)
    if origin is Literal:
        if isinstance(value, bool) or not isinstance(value, str | int) or value not in inside:
            raise _not(where, "one of " + ", ".join(map(str, inside)), value)
        return value
    if origin is tuple and isinstance(value, list):
        kinds = [inside[0]] * len(value) if inside[-1] is ... else list(inside)
        if len(kinds) != len(value):
            raise _not(where, f"{len(kinds)} values", value)
        return tuple(cast(kind, each, where) for kind, each in zip(kinds, value, strict=True))
    if origin is dict and isinstance(value, dict):
        return {key: cast(inside[1], each, f"{key} in {where}") for key, each in value.items()}
    if dataclasses.is_dataclass(wanted) and isinstance(value, dict):
        return made(typing.cast(type[Any], wanted), value)
    return _scalar(wanted, value, where)


def _one_of(kinds: tuple[Any, ...], value: Any, where: str) -> Any:
    error: UsageError | None = None
    for kind in kinds:
        try:
            return cast(kind, value, where)
        except UsageError as found:
            error = error or found
    assert error is not None
    raise error


def _scalar(wanted: Any, value: Any, where: str) -> Any:
    if wanted is float and isinstance(value, int | float) and not isinstance(value, bool):
        if not abs(value) <= 1e300:
            raise _not(where, "a finite number", value)
        return float(value)
    if wanted is int and isinstance(value, int) and not isinstance(value, bool):
        if abs(value) > 2**53:
            raise _not(where, "a whole number up to 2^53", value)
        return value
    if wanted in (str, bool, NOTHING) and type(value) is wanted:
        return value
    raise _not(where, WORDS.get(wanted, "an object"), value)


WORDS: dict[Any, str] = {
    float: "a number", int: "a whole number", str: "a text", bool: "true or false", NOTHING: "null",
}  # fmt: skip


def _not(where: str, needs: str, value: Any) -> UsageError:
    return UsageError(where, needs, _short(value), "The page sends no such thing.")


def _short(value: Any) -> str:
    try:
        text = repr(value)
    except ValueError:  # a whole number of more digits than Python writes
        text = "a number of many digits"
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


# ------------------------------------------------------------------------------------ TypeScript


def typescript(kinds: Iterable[type], unions: Mapping[str, Iterable[type[Message]]]) -> str:
    """An interface for each dataclass, and for each union a type; comments are the docstrings."""
    parts = [_interface(kind) for kind in kinds]
    for name, members in unions.items():
        parts.append(f"export type {name} =\n  | " + "\n  | ".join(m.__name__ for m in members))
    return "\n\n".join(part + ";" * part.startswith("export type") for part in parts) + "\n"


def _interface(cls: type) -> str:
    hints = typing.get_type_hints(cls)
    lines = [_comment(cls.__doc__ or ""), f"export interface {cls.__name__} {{"]
    if issubclass(cls, Message):
        lines.append(f'  {cls.tag}: "{cls.message()}";')
    for field in dataclasses.fields(cls):
        may = "?" if getattr(cls, "tag", "") == "do" and not _is_required(field) else ""
        lines.append(f"  {field.name}{may}: {_type(hints[field.name])};")
    return "\n".join([*filter(None, lines), "}"])


def _comment(text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines()]
    if len(lines) < 2:
        return f"/** {lines[0]} */" if lines else ""
    return "\n".join(["/**", *(f" * {line}".rstrip() for line in lines), " */"])


def _type(hint: Any) -> str:
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return " | ".join(dict.fromkeys(map(_type, inside)))
    if origin is Literal:
        return " | ".join(json.dumps(each) for each in inside)
    if origin is tuple and inside[-1] is ...:
        return f"readonly {_in_a_list(_type(inside[0]))}[]"
    if origin is tuple:
        return f"readonly [{', '.join(map(_type, inside))}]"
    if origin is dict:
        return f"Readonly<Record<string, {_type(inside[1])}>>"
    return TYPES.get(hint) or str(hint.__name__)


def _in_a_list(text: str) -> str:
    return f"({text})" if " | " in text or text.startswith("readonly ") else text


TYPES: dict[Any, str] = {
    float: "number", int: "number", str: "string", bool: "boolean", NOTHING: "null",
    Any: "unknown",
}  # fmt: skip
