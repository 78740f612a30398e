"""The network by matplotlib: the diagram of chainrule.draw, line by line."""

from __future__ import annotations

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.patches import Circle

import chainrule as cr
from chainrule.draw import diagram
from chainrule.draw.weights import NEGATIVE, POSITIVE
from chainrule.plots import network_figure
from chainrule.plots.network_picture import network_alt
from tests.plots.look import texts


def network(*sizes: int) -> cr.Network:
    made = cr.Network.start(cr.Spec.chain(list(sizes), "tanh", last="identity"), seed=3)
    for l in range(len(sizes) - 1):
        made.params[f"{l}.b"][:] = np.linspace(-1, 1, sizes[l + 1])
    return made


def test_every_weight_is_a_line_of_its_sign_and_width() -> None:
    made = network(2, 4, 3)
    axes = network_figure(made).axes[0]
    lines = [c for c in axes.collections if isinstance(c, LineCollection)]
    edges = sorted(diagram(made.params).edges, key=lambda e: e.width)
    assert len(lines) == len(edges) == 2 * 4 + 4 * 3
    for line, edge in zip(lines, edges, strict=True):
        assert to_hex(line.get_colors()[0]) == (POSITIVE if edge.weight > 0 else NEGATIVE)
        assert float(line.get_linewidths()[0]) == 0.75 * max(edge.width, 0.35)
    assert len([p for p in axes.patches if isinstance(p, Circle)]) == 9


def test_names_and_what_is_left_out_are_said() -> None:
    figure = network_figure(
        network(40, 3), inputs=[f"column {k}" for k in range(40)], outputs=["a", "b", "c"],
        name="mine", step=5,
    )  # fmt: skip
    said = set(texts(figure))
    assert {"a", "b", "c", "40", "… 29 more", "positive weight"} <= said
    assert "mine · after 5 steps · width: weight · rim: bias" in said
    assert sum(text.startswith("column ") for text in said) == 11


def test_the_text_has_the_largest_weight_of_each_layer() -> None:
    made = network(2, 4, 1)
    made.params["0.W"][1, 2] = -7.5
    alt = network_alt(made, 20)
    assert "after 20 steps" in alt
    assert "the largest 0.W[1,2] = −7.5; biases from −1 to 1" in alt
    W = made.params["1.W"]
    assert f"({(W > 0).sum()} positive, {(W < 0).sum()} negative)" in alt


def test_a_hundred_layers_and_a_thousand_units() -> None:
    deep = network_figure(network(*[4] * 100))
    assert len(deep.axes[0].patches) == 4 * 12
    wide = network_figure(network(784, 128, 64, 10))
    assert len(wide.axes[0].patches) == 11 + 11 + 11 + 10
