"""The picture of a network: whole SVG, every layer, every mark, and words for who can't see it."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from chainrule.draw import MOST, SIGNS, Mark, network_svg

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
