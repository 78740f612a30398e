"""Rows of a table, by name and as JSON. A table is a plain dict `name -> row`.

A row is either one object with a `name` (sigmoid) or a frozen dataclass whose fields are its
settings (Adam). Both travel as `{"kind": name, ...fields}`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar

from chainrule.core.errors import UsageError, unknown

Row = TypeVar("Row")
Made = TypeVar("Made")


class Settings:
    """A row with settings: a frozen dataclass that inherits its way into JSON from here."""

    name: ClassVar[str]

    def settings(self) -> dict[str, Any]:
        return settings_of(self)


def look_up(table: Mapping[str, Any], kind: str, row: Row | str) -> Row:
    """The row itself, or the row (with its default settings) that a string names."""
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
    return {"kind": row.name, **(row.settings() if isinstance(row, Settings) else {})}


def row_from_json(table: Mapping[str, Any], kind: str, json: Mapping[str, Any]) -> Any:
    """The inverse of `row_to_json`. Unknown names and unknown settings are refused by name."""
    name = str(json.get("kind"))
    if name not in table:
        raise unknown(f"{kind} from JSON", kind, name, table)
    settings = {key: as_tuples(value) for key, value in json.items() if key != "kind"}
    try:
        return table[name](**settings) if settings or isinstance(table[name], type) else table[name]
    except TypeError as error:
        raise UsageError(
            f"{kind} {name}", "only settings that it has", str(dict(json)), f"({error})"
        ) from error


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
