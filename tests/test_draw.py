"""The picture of a network: whole SVG, every layer, every mark, and words for who can't see it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import pairwise

import numpy as np
import pytest

from chainrule.draw import MOST, SIGNS, Mark, diagram, network_svg, weights_svg
from chainrule.draw.diagram import UNITS
from tests.helpers import refused

SVG = "{http://www.w3.org/2000/svg}"
MARKS = {
    "0.W": Mark("wrong", "0.4", "dW1"), "0.b": Mark("zero"),
    "1.W": Mark("right", "3e-16"), "1.b": Mark("unseen"),
}  # fmt: skip


def drawn(*args, **kwargs):
    return ET.fromstring(network_svg(*args, **kwargs))


def words(root):
    return [each.text for each in root.iter(f"{SVG}text")]


def test_units_lines_and_names():
    root = drawn([3, 4, 2], MARKS)
    assert len(list(root.iter(f"{SVG}circle"))) == 9
    paths = {each.get("class"): each.get("d").count("M") for each in root.iter(f"{SVG}path")}
    assert paths == {"line wrong": 12, "line zero": 4, "line right": 8, "line unseen": 2}
    for text in ("dW1 ✗ wrong 0.4", "b1 ○ all 0", "W2 ✓ right 3e-16", "b2 ? not seen", "layer 2"):
        assert text in words(root)


def test_a_mark_is_told_by_more_than_its_colour():
    assert len(set(SIGNS.values())) == len(SIGNS)


def test_a_large_layer_is_cut_short_and_says_how_large_it_is():
    root = drawn([784, 5], {})
    assert len(list(root.iter(f"{SVG}circle"))) == MOST + 5
    assert "784" in words(root)
    assert "⋮" in words(root)


def test_a_layer_without_bias_and_without_marks():
    root = drawn([2, 1], {"0.W": Mark("right")})
    assert [each.get("class") for each in root.iter(f"{SVG}path")] == ["line right"]
    assert [each.get("class") for each in drawn([2, 1], {}).iter(f"{SVG}path")] == ["line plain"]


def test_what_is_said_is_text_and_stays_inside():
    caption = "a < b & so on, " * 20
    root = drawn([2, 3, 1], MARKS, title="<mine>", description="dW1 & dW2", caption=caption, spot=1)
    assert root.find(f"{SVG}title").text == "<mine>"
    assert root.find(f"{SVG}desc").text == "dW1 & dW2"
    height = float(root.get("height"))
    assert all(float(each.get("y")) < height for each in root.iter(f"{SVG}text"))
    assert caption.strip() == " ".join(w for w in words(root) if "so on" in w or "a <" in w)
    assert sum("spot" in (each.get("class") or "") for each in root.iter(f"{SVG}rect")) == 1


@pytest.mark.parametrize("spot", [None, 2, -1])
def test_no_frame_where_there_is_no_such_layer(spot):
    root = drawn([2, 3, 1], MARKS, spot=spot)
    assert not any("spot" in (each.get("class") or "") for each in root.iter(f"{SVG}rect"))


def test_a_network_needs_a_layer():
    with pytest.raises(ValueError, match="inputs and a layer"):
        network_svg([3], {})


# ---------------------------------------------------------------------------------------- weights


def params_of(*sizes, seed=0):
    rng = np.random.default_rng(seed)
    made = {}
    for l, (fan_in, units) in enumerate(pairwise(sizes)):
        made[f"{l}.W"] = rng.normal(size=(fan_in, units))
        made[f"{l}.b"] = rng.normal(size=units)
    return made


def weights(params, **kwargs):
    return ET.fromstring(weights_svg(params, **kwargs))


def lines(root):
    """Address -> line, of the weights that are drawn."""
    found = {}
    for line in root.iter(f"{SVG}line"):
        said = line.findtext(f"{SVG}title")
        if said is not None:
            found[said.partition(" = ")[0]] = line
    return found


def test_every_weight_is_a_line_whose_width_is_its_share_of_the_largest():
    params = params_of(2, 4, 3)
    found = lines(weights(params))
    assert len(found) == 2 * 4 + 4 * 3
    for l in (0, 1):
        W = params[f"{l}.W"]
        for (i, k), w in np.ndenumerate(W):
            line = found[f"{l}.W[{i},{k}]"]
            assert line.get("class") == ("positive" if w > 0 else "negative")
            width = max(8 * abs(w) / abs(W).max(), 0.35)
            assert float(line.get("stroke-width")) == pytest.approx(width, rel=5e-3)  # 3 digits


def test_lines_end_at_their_units():
    made = diagram(params_of(2, 3, 1))
    for edge in made.edges:
        assert edge.start.layer == edge.layer
        assert edge.end.layer == edge.layer + 1
        assert edge.start.x < edge.end.x
    assert [len(column) for column in made.columns] == [2, 3, 1]


def test_a_rim_is_the_bias_and_no_bias_is_no_rim():
    params = {"0.W": np.ones((1, 2)), "0.b": np.array([2.0, -1.0]), "1.W": np.ones((2, 1))}
    (_, hidden, (output,)) = diagram(params).columns
    assert [unit.rim for unit in hidden] == [4, 2]
    assert output.bias is None
    circles = [c.get("class") for c in weights(params).iter(f"{SVG}circle")]
    assert circles == ["", "positive", "negative", ""]


def test_a_shared_bias_is_every_units():
    params = {"0.W": np.ones((1, 3)), "0.b": np.array([0.5])}
    assert [unit.bias for unit in diagram(params).columns[1]] == [0.5] * 3


def test_a_weight_of_0_is_seen_and_has_no_sign():
    found = lines(weights({"0.W": np.array([[0.0], [1.0]])}))
    assert found["0.W[0,0]"].get("class") == "zero"
    assert lines(weights({"0.W": np.zeros((2, 2))}))["0.W[1,1]"].get("class") == "zero"


def test_of_a_large_layer_the_units_with_the_largest_weights_are_drawn():
    params = params_of(784, 128, 10)
    params["0.W"] *= 1e-3
    params["0.W"][500] = 1
    root = weights(params)
    made = diagram(params)
    assert [len(column) for column in made.columns] == [UNITS - 1, UNITS - 1, 10]
    assert 500 in [unit.number for unit in made.columns[0]]
    assert {"784", "128", "… 773 more", "… 117 more", "widest 1"} <= set(words(root))
    numbers = [unit.number for unit in made.columns[1]]
    assert numbers == sorted(numbers)


def test_of_a_deep_network_the_first_and_last_layers_are_drawn():
    made = diagram(params_of(*[2] * 100))
    drawn = [column[0].layer for column in made.columns]
    assert drawn == [*range(6), *range(94, 100)]
    assert {edge.layer for edge in made.edges} == {*range(5), *range(94, 99)}
    assert "88 layers" in words(weights(params_of(*[2] * 100)))


def test_names_stand_inside_the_picture_and_keep_their_ends():
    names = [f"<a name so long that nobody reads it, number {k}>" for k in range(30)]
    root = weights(params_of(30, 2), inputs=names, outputs=["yes & no", "b"])
    said = words(root)
    assert "yes & no" in said
    drawn = [text for text in said if text.startswith("<a name")]
    assert len(set(drawn)) == UNITS - 1
    assert all(len(text) <= 20 for text in drawn)
    for text in root.iter(f"{SVG}text"):
        x, width = float(text.get("x")), 7.2 * len(text.text)
        left = {"end": x - width, "middle": x - width / 2}.get(text.get("text-anchor"), x)
        assert left >= 0
        assert left + width <= float(root.get("width")) + 10


def test_the_weights_are_told_in_words():
    params = {"0.W": np.array([[1.5, -2.25], [0.0, 0.5]]), "0.b": np.array([0.25, -1])}
    root = weights(params, title="mine")
    assert root.findtext(f"{SVG}title") == "mine"
    assert root.findtext(f"{SVG}desc") == (
        "Layer 1: 2 to 2 units, weights from −2.25 to 1.5 (2 positive, 1 negative, 1 exactly 0), "
        "the largest 0.W[0,1] = −2.25; biases from −1 to 0.25."
    )
    assert weights(params, description="own").findtext(f"{SVG}desc") == "own"


def test_what_is_no_network_is_refused():
    with refused("draw a network", '"0.W"', "weights"):
        weights_svg({"weights": np.ones((2, 2))})
    with refused("draw a network", "2 names of inputs", "3"):
        weights_svg(params_of(2, 1), inputs=["a", "b", "c"])
