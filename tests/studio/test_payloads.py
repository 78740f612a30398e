"""Names that would be code somewhere: whatever they stand in, they stay names."""

import ast
import json
import re
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import numpy as np
import pytest

from chainrule.checker import gallery
from chainrule.core.errors import ChainruleError
from chainrule.data.table import from_columns
from chainrule.view import commands as c
from chainrule.view import tables, takeaway
from chainrule.view.answers import answer, checked
from chainrule.view.session import Session
from tests.studio.live import studio

pytestmark = pytest.mark.usefixtures("patient")

PAYLOADS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>",
    "\"><script>alert(1)</script>", "'><img src=x onerror=alert(1)>", "</title><script>1</script>",
    "</script><script>alert(1)</script>", "<iframe src=javascript:alert(1)>", "javascript:alert(1)",
    "<a href=\"javascript:alert(1)\">x</a>", "<body onload=alert(1)>",
    "<math><mtext></mtext></math>",
    "<style>*{x:expression(alert(1))}</style>", "<link rel=stylesheet href=//evil.example>",
    "<base href=//evil.example>", "<object data=data:text/html,1>", "<embed src=//evil.example>",
    "<form action=//evil.example><button>", "<input autofocus onfocus=alert(1)>", "&lt;script&gt;",
    "&#60;script&#62;", "%3Cscript%3E", "\\u003cscript\\u003e", "<scr\x00ipt>", "<ſcript>",
    "\uff1cscript\uff1e", "{{constructor.constructor('alert(1)')()}}", "${alert(1)}", "`alert(1)`",
    "]]><script>alert(1)</script>", "<!--<script>-->", "<![CDATA[<script>]]>",
    "<?xml-stylesheet href='//evil.example'?>", "=cmd|' /C calc'!A0", "@SUM(1+1)", "+1+cmd",
    "x\r\nSet-Cookie: a=b", "x\"; filename=\"evil.html", "__proto__", "constructor",
]  # fmt: skip
DRAWN = {
    "svg", "style", "title", "desc", "text", "tspan", "line", "circle", "rect", "path", "g",
    "polyline", "polygon",
}  # fmt: skip


def test_there_are_forty():
    assert len(set(PAYLOADS)) == 40


def is_harmless(svg):
    for element in ElementTree.fromstring(svg).iter():
        assert element.tag.rpartition("}")[2] in DRAWN
        for name in element.attrib:
            assert not name.lower().startswith("on")
            assert "href" not in name.lower()


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    session = Session(tmp_path_factory.mktemp("runs"))
    yield session
    session.close()


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_names_of_columns_and_classes_stay_names(session, payload):
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(40, 2))
    table = from_columns(
        {
            payload: rows[:, 0], "other": rows[:, 1], "text": [payload, "b"] * 20,
            "kind": [f"{payload}!", "y"] * 20,
        },
        source=payload,
    )  # fmt: skip
    session.kept.tables["t1"] = table
    told = tables.info("t1", table)
    assert told.columns[0].name == payload
    session.do(c.Configure(1, {"data": "table:t1", "hidden": [[2, "tanh"]], "epochs": 2}))
    session.do(c.Step(1, 2))
    for each in [*session.everything(), answer(session, c.Row(1, "train", 0))]:
        json.loads(each.to_text())
    assert payload in answer(session, c.Row(1, "train", 0)).x
    for address in ("1.W[0,0]", "0.W[0,0]"):
        told = answer(session, c.Explain(2, address))
        formulas = [
            (node.name, node.letters, [(cell.letters, cell.numbers) for cell in group.cells])
            for node in told.nodes.values() for group in node.groups
        ]  # fmt: skip
        assert formulas
        assert "script" not in repr(formulas)  # names are words beside them, and no markup
    for name, take in takeaway.TAKEN.items():
        made = take(session)
        assert re.fullmatch(r"[\w.-]+", made.name), name
    compile(takeaway.TAKEN["code/numpy"](session).content, "program", "exec")
    compile(takeaway.TAKEN["code/chainrule"](session).content, "program", "exec")
    assert re.fullmatch(r"[\w.-]+", session.line.path.name)
    assert session.line.path.parent == session.folder


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_addresses_and_commands_answer_them_in_four_parts(session, payload):
    for command in (
        c.Explain(1, payload), c.Pulls(1, payload), c.WhatIf(1, "loss", payload, 1.0),
    ):  # fmt: skip
        with pytest.raises(ChainruleError) as error:
            answer(session, command)
        assert all(error.value.to_json().values())
    for command in (
        c.Address(1, f"#data={quote(payload)}"), c.Open(1, payload), c.Show(1, payload),
        c.Configure(1, {payload: 1}), c.Configure(1, {"optimizer": payload}),
    ):  # fmt: skip
        with pytest.raises(ChainruleError):
            session.do(command)


@pytest.mark.parametrize("payload", PAYLOADS[:6], ids=range(6))
def test_the_checker_s_picture_stays_a_picture(payload):
    program = (
        f"import numpy as np\n\ndef gradient(params, X, y):\n    raise ValueError({payload!r})\n"
    )
    found = checked(c.Check(1, program, payload))
    json.loads(found.to_text())
    if found.svg is not None:
        is_harmless(found.svg)


def test_a_program_s_name_stands_in_its_picture_as_text():
    folder = Path(gallery.__file__).parent / "programs"
    program = sorted(folder.glob("*.py"))[0].read_text(encoding="utf-8")
    found = checked(c.Check(1, program, PAYLOADS[1]))
    assert found.svg is not None
    is_harmless(found.svg)
    assert "&lt;img src=x onerror" in found.svg


def test_a_title_can_t_end_the_text_it_stands_in(session):
    title = 'x"""\nimport os; os.abort()\n"""\\'
    columns = {"a": np.arange(9.0), "b": [0.0, 1.0, 1.0] * 3}
    session.kept.tables["t2"] = from_columns(columns, source=title)
    session.do(c.Configure(1, {"data": "table:t2"}))
    for language in ("chainrule", "numpy", "pytorch"):
        text = answer(session, c.Code(1, language)).text
        body = ast.parse(text).body
        assert isinstance(body[0].value, ast.Constant)
        assert not any(isinstance(node, ast.Import) and "os" in ast.dump(node) for node in body)


def test_file_names_never_reach_a_header_or_a_folder(tmp_path):
    with studio(tmp_path) as live:
        for payload in PAYLOADS:
            more = {"Content_Type": "application/octet-stream", "X_Name": quote(payload) + ".csv"}
            status, answered, headers = live.ask("/table", "POST", b"a,b\n1,x\n2,y\n3,x\n", **more)
            assert headers["content-type"] == "application/json"
            found = json.loads(answered)
            assert status in (200, 400), payload
            if status == 200:
                assert "/" not in found["name"]
                assert "<" not in found["name"]
        assert not any(tmp_path.iterdir())
