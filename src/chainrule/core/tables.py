"""Rows of a table, by name and as JSON. A table is a plain dict `name -> row`.

A row is either one object with a `name` (sigmoid) or a frozen dataclass whose fields are its
settings (Adam). Both travel as `{"kind": name, ...fields}`, and people write `adam(beta1=0.5)`.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar

from chainrule.core.checks import number, whole
from chainrule.core.errors import UsageError, unknown

Row = TypeVar("Row")
Made = TypeVar("Made")


class Settings:
    """A row with settings: a frozen dataclass that inherits its way into JSON from here."""

    name: ClassVar[str]

    def settings(self) -> dict[str, Any]:
        return settings_of(self)


def look_up(table: Mapping[str, Any], kind: str, row: Row | str) -> Row:
    """The row itself, or the row that a text names: "huber" or, with settings, "huber(delta=2)"."""
    if isinstance(row, str) and "(" in row:
        row = row_from_json(table, kind, _read(kind, row))
    if isinstance(row, Mapping):
        return row_from_json(table, kind, row)  # type: ignore[no-any-return]
    if not isinstance(row, str):
        if isinstance(row, type) or not isinstance(getattr(row, "name", None), str):
            raise UsageError(
                kind, f"a row of the table of {kind}s, or its name", repr(row),
                f"Known: {', '.join(table)}.",
            )  # fmt: skip
        return row
    if row not in table:
        raise unknown(f"{kind} {row!r}", kind, row, table)
    found = table[row]
    return found() if isinstance(found, type) else found  # type: ignore[no-any-return]


def row_to_json(row: Any) -> dict[str, Any]:
    """`{"kind": name}` for a row without settings, `{"kind": name, ...fields}` for one with."""
    settings = row.settings() if isinstance(row, Settings) else {}
    inside = {k: row_to_json(v) if isinstance(v, Settings) else v for k, v in settings.items()}
    return {"kind": row.name, **inside}


def row_from_json(table: Mapping[str, Any], kind: str, json: Mapping[str, Any]) -> Any:
    """The inverse of `row_to_json`. Unknown names and unknown settings are refused by name."""
    name = str(json.get("kind"))
    if name not in table:
        raise unknown(f"{kind} from JSON", kind, name, table)
    settings = {key: as_tuples(value) for key, value in json.items() if key != "kind"}
    row, has = table[name], _settings_in(table[name])
    if not set(settings) <= set(has):
        raise UsageError(
            f"{kind} {name}", "only settings that it has", ", ".join(map(str, settings)),
            f"It has {', '.join(has) or 'none'}. In a file: it may be of a newer version.",
        )  # fmt: skip
    if isinstance(row, type):
        return row(**settings)
    return dataclasses.replace(row, **settings) if settings else row


def _settings_in(row: Any) -> list[str]:
    is_one = isinstance(row, Settings) or (isinstance(row, type) and issubclass(row, Settings))
    return [field.name for field in dataclasses.fields(row)] if is_one else []


def row_to_text(row: Any) -> str:
    """What `look_up` makes the row of again: its name, and the settings that are not usual."""
    held = row.settings() if isinstance(row, Settings) else {}
    usual = settings_of(type(row)()) if held else {}
    told = [
        f"{key}={row_to_text(value) if isinstance(value, Settings) else repr(value)}"
        for key, value in held.items()
        if value != usual[key]
    ]
    return f"{row.name}({', '.join(told)})" if told else str(row.name)


def _read(kind: str, text: str) -> dict[str, Any]:
    """ "adam(beta1=0.5)" as `{"kind": "adam", "beta1": 0.5}`: nothing of it is executed."""
    try:
        json: dict[str, Any] = _json_of(ast.parse(text.strip(), mode="eval").body)
        return json
    except (SyntaxError, ValueError) as error:
        raise UsageError(
            f"{kind} {text!r}", "a name, or a name with settings", repr(text),
            "It is written like adam(beta1=0.5): each setting with its name.",
        ) from error  # fmt: skip


def _json_of(node: ast.expr) -> Any:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.args:
        return {"kind": node.func.id, **{str(k.arg): _json_of(k.value) for k in node.keywords}}
    return node.id if isinstance(node, ast.Name) else ast.literal_eval(node)


class RowField(Generic[Row]):
    """A dataclass field that holds a row of a table, and can be given the row's name instead.

    `activation: RowField[Activation] = RowField(ACTIVATIONS, "activation", "relu")`
    """

    def __init__(self, table: Mapping[str, Any], kind: str, default: str) -> None:
        self.table, self.kind, self.default = table, kind, default

    def __set_name__(self, owner: type, name: str) -> None:
        self.place = f"_{name}"

    def __get__(self, instance: object | None, owner: type) -> Row:
        if instance is None:
            return look_up(self.table, self.kind, self.default)
        row: Row = instance.__dict__[self.place]
        return row

    def __set__(self, instance: object, row: Row | str) -> None:
        object.__setattr__(instance, self.place, look_up(self.table, self.kind, row))


def as_tuples(value: Any) -> Any:
    """JSON's lists as tuples: frozen settings stay hashable, and equal after a round trip."""
    return tuple(map(as_tuples, value)) if isinstance(value, list | tuple) else value


def settings_of(frozen: Any) -> dict[str, Any]:
    """The fields of a frozen dataclass by name."""
    return {field.name: getattr(frozen, field.name) for field in dataclasses.fields(frozen)}


def from_settings(
    cls: type[Made], json: Mapping[str, Any], **rows: tuple[Mapping[str, Any], str]
) -> Made:
    """cls(**json), where `rows` says of which table and kind a field is."""
    made = {
        key: row_from_json(*rows[key], value) if key in rows else value
        for key, value in json.items()
    }
    try:
        return cls(**made)
    except TypeError as error:
        raise UsageError(
            f"{cls.__name__} from JSON", "the settings that it has and no others",
            ", ".join(json) or "none", f"({error}) Was it written by a newer version?",
        ) from error  # fmt: skip


def set_field(frozen: Any, field: str, value: Any) -> None:
    """For __post_init__ alone: a frozen dataclass puts its own field in order."""
    object.__setattr__(frozen, field, value)


def set_number(frozen: Any, field: str, **bounds: float) -> None:
    """The field as a float within its bounds: NumPy's would turn single precision into double."""
    set_field(frozen, field, number(type(frozen).__name__, field, getattr(frozen, field), **bounds))


def set_whole(frozen: Any, field: str, *, least: int = 1) -> None:
    """The field as an int."""
    value = getattr(frozen, field)
    set_field(frozen, field, whole(type(frozen).__name__, field, value, least=least))
