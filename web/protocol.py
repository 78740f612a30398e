"""Writes web/src/protocol.gen.ts: the page's types of what is declared in chainrule.view.

    python web/protocol.py

tests/view/test_protocol.py fails when the file differs from what this makes.
"""

from __future__ import annotations

from pathlib import Path

from chainrule.view import commands, frame, messages, parts, tables, wire

PLACE = Path(__file__).parent / "src" / "protocol.gen.ts"
TOP = """\
// Made by web/protocol.py from src/chainrule/view. Change it there: make protocol.

/** MathML as [tag, attributes, child, ...], where a child is a tree or a text. */
export type Tree = readonly [
  string,
  Readonly<Record<string, string>>,
  ...(Tree | string)[],
];
"""
LIMITS = f"""
/** Bytes of a table that is dropped; of a larger one only the name is sent, to be refused. */
export const LARGEST = {tables.BYTES};
"""


def text() -> str:
    pieces = (*parts.PARTS, frame.Block, frame.FrameHead)
    every = (*pieces, *messages.NEWS.values(), *commands.COMMANDS.values())
    unions = {"News": messages.NEWS.values(), "Command": commands.COMMANDS.values()}
    return TOP + LIMITS + "\n" + wire.typescript(every, unions)


def main() -> None:
    PLACE.parent.mkdir(exist_ok=True)
    changed = not PLACE.exists() or PLACE.read_text(encoding="utf-8") != text()
    PLACE.write_text(text(), encoding="utf-8")
    print(f"web/src/{PLACE.name}: {'written' if changed else 'as it was'}")


if __name__ == "__main__":
    main()
