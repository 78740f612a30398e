"""A formula as columns, computed again from what stands there: signs, brackets, numbers, links."""

import math
import re

import pytest

from chainrule.view import mathml, why
from chainrule.view.derivation import derivation
from chainrule.view.parts import Tree
from tests.view.test_why import FEW, WALKED, later, moment, walked

SIGNS = {"×": "*", "÷": "/", ") ÷": ")/", "−": "-", "·": "*"}
KNOWN = {
    "exp": math.exp, "ln": math.log, "tanh": math.tanh, "sqrt": math.sqrt, "max": max, "min": min,
    "abs": abs, "cos": math.cos, "sin": math.sin, "π": math.pi,
}  # fmt: skip


def text_of(found):
    """A tree as Python writes a formula."""
    if not isinstance(found, Tree):
        return SIGNS.get(found, found.replace("−", "-"))
    tag, _, *children = found
    parts = [text_of(each) for each in children]
    if tag == "msup":
        return f"{parts[0]}**({parts[1]})"
    if tag == "mfrac":
        return f"(({parts[0]})/({parts[1]}))"
    if tag == "msqrt":
        return f"sqrt({''.join(parts)})"
    return "".join(parts) if tag in ("mrow", "mi", "mn", "mo") else f"<{tag}>"


def computed(node):
    """What the columns of a node give, or None where they have signs that Python has not."""
    said = []
    for group in node.groups:
        for cell in group.cells:
            sign = cell.sign
            for ours, theirs in SIGNS.items():
                sign = sign.replace(ours, theirs)
            said += [sign, text_of(cell.numbers)]
    text = " ".join(said)
    if set(re.findall(r"[^\W\d_]{2,}|[<>|=]", text)) - set(KNOWN):
        return None
    return eval(text, {"__builtins__": {}}, KNOWN)  # our own formula


def nodes_below(at, *keys, most=80):
    """Of these numbers and of what their formulas name."""
    waiting, known = list(keys), {}
    while waiting and len(known) < most:
        key = waiting.pop(0)
        if key not in known:
            found = derivation(1, at, key)
            known |= found.nodes
            waiting += [part for node in found.nodes.values() for part in node.parts]
    return known


@pytest.fixture
def exact(monkeypatch):
    """All digits instead of four."""
    monkeypatch.setattr(mathml, "DIGITS", 17)


@pytest.mark.parametrize("settings", WALKED, ids=lambda each: f"{each}"[:60])
def test_what_stands_there_is_the_number(settings, exact):
    setup, batches, state, _ = later(settings)
    at = why.moment(setup, batches, "A", state, None)
    last = len(setup.spec.layers) - 1
    starts = ("0.W[0,0]", f"{last}.W[1,0]", "0.b[0]", "loss", f"{last}.z[0,0]", "0.dz[0,1]")
    names = [key for key in starts if key.partition("[")[0] != "0.b" or "0.b" in setup.spec.shapes]
    nodes = nodes_below(at, *names)
    held = 0
    for key, node in nodes.items():
        if not node.groups or node.value is None:
            continue
        found = computed(node)
        if found is not None:
            assert found == pytest.approx(node.value, rel=1e-9, abs=1e-14), key
            held += 1
    assert held > 0.6 * sum(bool(node.groups) for node in nodes.values())


@pytest.mark.parametrize("settings", WALKED[:4], ids=lambda each: f"{each}"[:60])
def test_a_number_leads_to_itself(settings, exact):
    setup, batches, state, _ = later(settings)
    at = why.moment(setup, batches, "A", state, None)
    held = 0
    nodes = nodes_below(at, "0.W[0,0]", "loss", "1.z[0,0]")
    for node in nodes.values():
        for cell in (cell for group in node.groups for cell in group.cells):
            for found in walked(cell.numbers):
                to = found[1].get("data-to")
                if to is None:
                    continue
                leads = nodes[to] if to in nodes else derivation(1, at, to).nodes[to]
                shown = eval(text_of(Tree(("mrow", {}, *found[2:]))), {"__builtins__": {}})
                assert shown == pytest.approx(leads.value, rel=1e-12), to
                held += 1
    assert held > 50


def test_of_a_long_sum_the_rest_is_one_number(exact):
    setup, batches, state, _ = later({**FEW, "rows": 60, "batch_size": None})
    at = why.moment(setup, batches, "A", state, None)
    found = derivation(1, at, "1.dW[0,0]")
    node = found.nodes[found.root]
    assert node.groups[-1].says == f"{node.rest_count} more"
    assert node.rest_count == 60 - (len(node.groups) - 1) > 0
    assert computed(node) == pytest.approx(node.value, rel=1e-9)
    assert float(node.rest_sum.replace("−", "-").replace("×10", "e").translate(
        str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    )) == pytest.approx(eval(text_of(node.groups[-1].cells[0].numbers)), rel=1e-3)  # fmt: skip


def test_every_column_is_named_after_its_own_number():
    setup, batches, state, _ = later({})
    at = why.moment(setup, batches, "A", state, None)
    rows = at.made.batch.rows
    nodes = nodes_below(at, "1.z[0,1]", "0.z[0,0]", "0.dW[1,0]", "1.W[2,0]")

    def told(key):
        return [(group.says, *(cell.word for cell in group.cells)) for group in nodes[key].groups]

    assert told("1.z[0,1]") == [(f"unit {k}", "answer", "weight") for k in range(3)] + [
        ("", "bias")
    ]
    assert told("0.z[0,0]") == [("x₁", "x₁", "weight"), ("x₂", "x₂", "weight"), ("", "bias")]
    assert told("0.dW[1,0]") == [(f"point {row}", "x₂", "delta") for row in rows]
    titles = {key: node.title for key, node in nodes.items()}
    assert titles["1.W[2,0]#"] == "Weight from unit 2 to unit 0, layer 2"
    assert titles["0.W[1,0]#"] == "Weight from x₂ to unit 0, layer 1"
    assert titles["x[0,1]"] == f"x₂ of point {rows[0]}"
    assert titles["0.z[0,0]"] == "Sum into unit 0, layer 1"
    losses = nodes_below(at, "loss")
    assert losses["loss[1]"].title == f"Error of point {rows[1]}"
    assert losses["y[1,0]" if "y[1,0]" in losses else "y[1]"].title == (
        f"Right answer for point {rows[1]}"
    )


def test_a_number_on_the_way_to_an_update_says_so():
    setup, batches, state, _ = later({"optimizer": "adam"})
    at = why.moment(setup, batches, "A", state, None)
    nodes = nodes_below(at, "1.W[0,0]")
    assert nodes["1.W.next[0,0]#m̂"].says == "a number on the way to the update"
    assert nodes["1.W.next[0,0]#m̂"].title == "Corrected memory of gradients"


def test_a_row_has_its_own_number_in_words_and_in_letters():
    """Not its place in the batch: point 134 is not a with a small 17."""
    _, _, at = moment(batch_size=32)
    rows = at.made.batch.rows.tolist()
    assert rows != sorted(rows)
    node = next(
        node
        for node in nodes_below(at, "1.W[2,3]").values()
        if sum(group.says.startswith("point") for group in node.groups) > 3
    )
    for group in node.groups:
        if group.says.startswith("point"):
            row = group.says.removeprefix("point ").replace(",", "")
            assert all(row in str(cell.letters) for cell in group.cells), (row, group)


def test_what_is_left_of_a_sum_is_subtracted_where_it_is_negative():
    seen = set()
    for seed in range(4):
        _, _, at = moment(batch_size=32, seed=seed)
        for node in nodes_below(at, "0.W[0,0]", "0.W[1,1]", "1.W[2,3]", most=12).values():
            for group in node.groups[1:]:
                if group.says.endswith(" more"):
                    (cell,) = group.cells
                    assert "−" not in str(cell.numbers).partition("mn")[0], cell
                    seen.add(cell.sign)
    assert seen == {"+", "−"}
