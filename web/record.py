"""Write test/recorded.json again: what a real session says, for the page's unit tests.

Run it by hand after a change of messages: `.venv/bin/python web/record.py`.
"""

from __future__ import annotations

import base64
import json
import tempfile
from pathlib import Path
from typing import Any

from chainrule.view import commands
from chainrule.view.answers import answer
from chainrule.view.picture import View
from chainrule.view.session import Session

FILE = Path(__file__).parent / "test" / "recorded.json"
SETTINGS = {"rows": 20, "test_rows": 20, "batch_size": 4}  # few, so that the file stays small
ASKED: dict[str, commands.Command] = {
    "explain": commands.Explain(1, "1.W[0,0]"),
    "deeper": commands.Explain(1, "0.z[0,0]"),
    "pulls": commands.Pulls(1, "1.W[0,0]"),
    "row": commands.Row(1, "train", 3),
    "code": commands.Code(1, "numpy"),
}


def recorded() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        session = Session(Path(folder))
        try:
            session.do(commands.Configure(1, SETTINGS))
            frame = session.frame(View(side=16, small=8))
            return {
                "news": [each.to_json() for each in session.everything()],
                "frame": base64.b64encode(frame).decode(),
                **{name: answer(session, asked).to_json() for name, asked in ASKED.items()},
            }
        finally:
            session.close()


if __name__ == "__main__":
    text = json.dumps(recorded(), ensure_ascii=False, separators=(",", ":"))
    FILE.write_text(text + "\n", encoding="utf-8")
