"""The confusion matrix: its counts are the rows', and what is drawn and said is its counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

import chainrule as cr
from chainrule.data.problems import find
from chainrule.plots import confusion_figure
from chainrule.plots.confusion import Confusion, _colours, confusion_alt, told_apart
from tests.helpers import refused
from tests.plots.look import texts

RNG = np.random.default_rng(0)


def start(data: cr.Data, *hidden: int, seed: int = 0) -> cr.Model:
    loss = "binary_cross_entropy" if data.outputs == 1 else "softmax_cross_entropy"
    sizes = [data.inputs, *hidden, data.outputs]
    spec = cr.Spec.chain(sizes, "tanh", last=None, loss=loss)
    return cr.Model(cr.Network.start(spec, seed=seed), data.preparation)


def clouds(classes: int, rows: int = 300, names: Any = None, **parts: float) -> cr.Data:
    y = np.arange(rows) % classes
    x = RNG.normal(size=(classes, 4))[y] + RNG.normal(size=(rows, 4))
    return cr.Data.from_arrays(x, y if names is None else np.array(names)[y], **parts)


def counts_by_hand(model: cr.Model, data: cr.Data, part: str) -> Any:
    x, y, _ = data.parts[part].block(0, data.parts[part].n)
    assert data.preparation is not None
    classes = list(data.preparation.target.classes)
    said = [classes.index(answer) for answer in model.predict(x)["prediction"].tolist()]
    made = np.zeros((len(classes), len(classes)), int)
    for truth, answer in zip(y.tolist(), said, strict=True):
        made[truth, answer] += 1
    return made


@pytest.mark.parametrize("classes", [2, 3, 10])
@pytest.mark.parametrize("part", ["train", "test"])
def test_the_counts_are_those_of_the_answers(classes: int, part: str) -> None:
    data = clouds(classes, test_size=0.4)
    model = start(data, 5)
    found = Confusion.of(model.network, data, part)
    np.testing.assert_array_equal(found.counts, counts_by_hand(model, data, part))
    assert found.rows == data.parts[part].n


def test_held_out_rows_are_counted_where_there_are_any() -> None:
    assert Confusion.of(start(d := clouds(3), 2).network, d).part == "train"
    assert (
        Confusion.of(start(d := clouds(3, validation_size=0.2), 2).network, d).part == "validation"
    )
    both = clouds(3, validation_size=0.2, test_size=0.2)
    assert Confusion.of(start(both, 2).network, both).part == "test"


def drawn(figure: Figure) -> dict[tuple[int, int], str]:
    """The numbers in the cells: (row, column) -> text."""
    axes = figure.axes[0]
    cells = [text for text in axes.texts if text.get_transform() == axes.transData]
    return {(int(t.get_position()[1]), int(t.get_position()[0])): t.get_text() for t in cells}


def test_every_cell_says_its_count() -> None:
    data = clouds(3)
    model = start(data, 4)
    counts = Confusion.of(model.network, data).counts
    found = drawn(confusion_figure(model, data))
    assert found == {(i, k): str(n) for (i, k), n in np.ndenumerate(counts)}


def test_of_many_classes_zeros_stay_blank_and_mistakes_are_listed() -> None:
    data = clouds(20, rows=600)
    model = start(data, 8)
    found = Confusion.of(model.network, data)
    figure = confusion_figure(model, data)
    assert drawn(figure) == {(i, k): str(n) for (i, k), n in np.ndenumerate(found.counts) if n}
    rows, truth, answer = found.mistakes[0]
    wrong = found.counts - np.diag(np.diag(found.counts))
    assert rows == wrong.max() == found.counts[truth, answer]
    assert any(f"{truth} answered as {answer}: {rows}" in text for text in texts(figure))


def test_a_hundred_classes_are_colours_and_some_names() -> None:
    data = clouds(100, rows=1000)
    figure = confusion_figure(start(data, 3), data)
    (image,) = [i for i in figure.axes[0].images if isinstance(i, AxesImage)]
    assert np.asarray(image.get_array()).shape[:2] == (100, 100)
    assert drawn(figure) == {}
    assert 5 <= len(figure.axes[0].get_xticklabels()) <= 40


def test_right_answers_are_blue_and_wrong_ones_red_and_more_is_stronger() -> None:
    colours = _colours(np.array([[8, 2, 0], [1, 4, 5], [0, 0, 0]]))
    for k in range(2):
        assert colours[k, k, 2] > colours[k, k, 0]  # more blue than red
    assert colours[1, 2, 0] > colours[1, 2, 2]
    tint = 3 - colours.sum(axis=2)
    assert tint[0, 0] > tint[1, 1] > tint[2, 2]
    assert tint[1, 2] > tint[0, 1] > tint[0, 2]


def test_a_row_without_an_answer_has_a_column_of_its_own() -> None:
    data = clouds(3)
    model = start(data, 4)
    model.network.params["1.b"][:] = np.nan
    found = Confusion.of(model.network, data)
    assert found.names[-1] == "no answer"
    assert found.counts[:, 3].sum() == found.rows == 300
    assert found.right == 0
    assert "no answer" in texts(confusion_figure(model, data))


def test_the_text_has_every_class_and_the_mistakes() -> None:
    data = find("circles").data()
    model = cr.Model(cr.Network.start(find("circles").spec, seed=5), data.preparation)
    found = Confusion.of(model.network, data)
    alt = confusion_alt(found, model.network, 12)
    counts = counts_by_hand(model, data, "test")
    assert f"outside {counts[0, 0]} of 250, inside {counts[1, 1]} of 250" in alt
    assert "after 12 steps" in alt
    for i, k, words in ((0, 1, "outside answered as inside"), (1, 0, "inside answered as outside")):
        assert (f"{words}: {counts[i, k]}" in alt) == (counts[i, k] > 0)


@pytest.mark.parametrize(
    ("names", "short", "shared"),
    [
        (["class 0", "class 1"], ["0", "1"], "class"),
        (["kind 1 of iris", "kind 2 of iris"], ["1", "2"], "kind … of iris"),
        (["Iris", "Iris setosa"], ["Iris", "Iris setosa"], ""),
        (["a", "b"], ["a", "b"], ""),
        (["a a", "a a"], ["a", "a"], "a"),
        (["lone name"], ["lone name"], ""),
    ],
)
def test_what_all_names_share_is_said_once(names: list[str], short: list[str], shared: str) -> None:
    assert told_apart(names) == (short, shared)


def test_long_names_stay_apart() -> None:
    data = clouds(
        3, names=[f"Iris of the {k} kind in the northern alps" for k in ("1st", "2nd", "3rd")]
    )
    figure = confusion_figure(start(data, 2), data)
    assert [t.get_text() for t in figure.axes[0].get_yticklabels()] == ["1st", "2nd", "3rd"]
    assert "(Iris of the … kind in the northern alps)" in figure.axes[0].get_xlabel()


def test_numbers_and_unknown_parts_are_refused() -> None:
    data = cr.Data.from_arrays(RNG.normal(size=(30, 2)), RNG.normal(size=30))
    network = cr.Network.start(cr.Spec.chain([2, 1], last="identity"), seed=0)
    with refused("confusion matrix", "classes", "predicted_figure"):
        confusion_figure(cr.Model(network), data)
    with refused("part", "'test'"):
        confusion_figure(start(clouds(3), 2), clouds(3), part="test")
