"""What a frame holds, held to the network itself."""

from types import SimpleNamespace

import numpy as np
import pytest

from chainrule.engine import reference as core
from chainrule.engine.native import why_not
from chainrule.engine.reference import forward, slopes
from chainrule.network import Network
from chainrule.training.evaluation import evaluate
from chainrule.view import frame, maps, spread, words
from chainrule.view.layerwise import answers
from chainrule.view.maps import SHOWN
from chainrule.view.picture import Painter, View
from chainrule.view.scene import DRAWN, Scene
from chainrule.view.sets import Kept
from chainrule.view.settings import Chosen, set_up
from chainrule.view.spread import BINS

SMALL = View(side=12, small=6)
PLANES = [
    {"data": "circles"}, {"data": "moons", "features": ["x1^2", "sin(x2)"]}, {"data": "blobs"},
    {"data": "gauss"}, {"data": "iris"}, {"data": "three-layer"},
]  # fmt: skip
EPS = float(np.finfo(np.float32).eps)


def made(settings):
    setup = set_up(Chosen.of(settings), Kept())
    painter = Painter(Scene(setup))
    return painter, Network.start(setup.spec, seed=setup.training.seed)


@pytest.mark.parametrize("settings", PLANES, ids=str)
def test_the_map_is_what_the_network_answers_there(settings):
    painter, network = made(settings)
    arrays = painter.paint(network.params, 0, SMALL)[0].arrays
    places = painter.scene.grid(12)
    a = network.forward(places)
    if painter.scene.task == "numbers":
        wanted = painter.scene.source.data.in_units(a)[:, 0]
    else:
        wanted = a[:, 0] if a.shape[1] == 1 else a.argmax(axis=1)
    # Single precision: a few roundings a layer, each relative to numbers of the size of z.
    assert np.allclose(arrays["map"].ravel(), wanted, rtol=0, atol=200 * EPS * max(1, a.max()))
    low, high = painter.scene.limits
    first = painter.scene.inputs_at(low[None] + (high - low) / 24)  # the middle of the first square
    assert np.allclose(places[0], first[0], rtol=0, atol=1e-12)


@pytest.mark.parametrize("settings", PLANES[:3], ids=str)
def test_every_unit_has_its_map_and_can_be_magnified(settings):
    painter, network = made(settings)
    picture = painter.paint(network.params, 0, SMALL)[0]
    grid = painter.scene.grid(6)
    for l, passed in enumerate(forward(painter.spec, network.params, grid)):
        low, high = picture.ends[f"{l}.map"]
        shown = low + picture.arrays[f"{l}.map"].reshape(-1, 36) * ((high - low) / 255)
        assert np.abs(shown - passed.a.T[:SHOWN]).max() <= (high - low) / 255 * 0.51
        one = painter.paint(network.params, 0, View(l, 1 if l < 2 else 0, True, 6, 6))[0]
        unit = 1 if l < 2 else 0
        assert np.allclose(one.arrays["map"].ravel(), passed.a[:, unit], rtol=0, atol=200 * EPS)


def test_a_map_of_one_target_has_two_ends():
    for more, ends in (({}, (0.0, 1.0)), ({"output": "identity"}, (-0.99, 1.01))):
        painter, network = made({"data": "mazur", **more})
        picture = painter.paint(network.params, 0, SMALL)[0]
        assert picture.ends["map"] == pytest.approx(ends)  # its only target is 0.01


@pytest.mark.parametrize("settings", [*PLANES, {"data": "sine"}, {"data": "digits"}], ids=str)
def test_losses_and_counts_are_those_of_the_library(settings):
    painter, network = made(settings)
    picture, measured = painter.paint(network.params, 0, SMALL)
    losses, metrics = evaluate(painter.spec, network.params, painter.data)
    assert measured.losses == losses
    for name, (right, of) in measured.right.items():
        assert of == painter.data.parts[name].n
        if name == metrics["on"]:
            assert right / of == metrics["accuracy"]
            assert picture.arrays[f"{name}.right"].sum() == right or of > DRAWN
    if painter.scene.task == "numbers":
        assert measured.metrics["mae"] == metrics["mae"]


def test_gradients_and_batch_are_those_of_the_next_step():
    painter, network = made({"data": "moons", "l2": 0.1, "clip_norm": 0.01})
    arrays = painter.paint(network.params, 7, SMALL)[0].arrays
    batch = painter.batches(8)
    found = slopes(painter.spec, painter.training, network.params, batch)
    assert arrays["batch"].tolist() == batch.rows.tolist()
    for name, g in found.grads.items():
        assert arrays[f"{name}.grad"].tobytes() == g.astype(np.float32).tobytes()
    for name, theta in network.params.items():
        assert arrays[name].tobytes() == theta.astype(np.float32).tobytes()


def test_histograms_count_every_number_once():
    painter, network = made({"data": "moons"})
    picture = painter.paint(network.params, 0, SMALL)[0]
    rows = len(painter.scene.parts["train"].x)
    for l, layer in enumerate(painter.spec.layers):
        counts = picture.arrays[f"{l}.a.hist"]
        assert len(counts) == BINS
        assert counts.sum() == rows * layer.units
        assert picture.arrays[f"{l}.grad.hist"].sum() == network.params[f"{l}.W"].size


def test_numbers_that_are_none_are_drawn_all_the_same():
    painter, network = made({"data": "moons"})
    for bad in (np.nan, np.inf, -np.inf, 1e308):
        params = {name: np.full_like(theta, bad) for name, theta in network.params.items()}
        picture, measured = painter.paint(params, 0, SMALL)
        assert picture.arrays["map"].shape == (12, 12)
        content = frame.to_bytes(picture._replace(head={"losses": measured.losses}))
        assert b"NaN" not in content
        assert b"Infinity" not in content
        assert words.headline(measured, state="paused", step=1, live=True, ended=None, classes=2)


def test_what_would_take_long_is_left_out_of_a_quick_picture():
    painter, network = made({"data": "digits", "hidden": [[512, "tanh"]]})
    assert painter.scene.image == (8, 8)
    assert painter.scene.kind == "none"
    slow, quick = (painter.paint(network.params, 0, SMALL, quick=q) for q in (False, True))
    assert "train" in slow[1].losses
    assert "train" not in quick[1].losses
    assert "map" not in slow[0].arrays


def test_points_of_features_stay_where_they_are():
    plain, _ = made({"data": "moons"})
    shaped, _ = made({"data": "moons", "features": ["x1^2", "x1*x2"]})
    assert plain.scene.message().parts == shaped.scene.message().parts
    assert shaped.scene.message().axes == ("x1", "x2")


def test_a_row_is_told_in_its_own_words():
    painter, network = made({"data": "iris"})
    x, truth, answer, right = painter.scene.told("test", 2, np.array([[0.2, 0.7, 0.1]]))
    assert set(x) == {column.name for column in painter.scene.columns}
    assert all(0 < value < 9 for value in x.values())  # centimetres, not deviations
    assert truth in painter.scene.classes
    assert answer == f"{painter.scene.classes[1]}, 70 %"
    assert right == (truth == painter.scene.classes[1])
    assert network.spec.outputs == 3


# ------------------------------------------------------------------------------------------ words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (0.05872, "0.05872"), (-2.26114, "−2.261"), (1234567, "1234567"), (100, "100"),
        (0.00001234, "1.234×10⁻⁵"), (-2e-9, "−2×10⁻⁹"), (1e30, "1×10³⁰"),
        (float("nan"), "no number"), (float("inf"), "∞"), (-float("inf"), "−∞"), (0.1, "0.1"),
        (99999, "99999"), (np.float32(0.5), "0.5"),
    ],
)  # fmt: skip
def test_numbers_have_four_digits_and_a_true_minus(value, text):
    assert words.short(value) == text


def test_the_doctor_s_line():
    assert words.doctor_line(None) == "Doctor: nothing to report."
    finding = SimpleNamespace(name="slow", since_step=1200, sentence="It creeps.")
    line = words.doctor_line(SimpleNamespace(findings=[finding]))
    assert line == "Doctor: slow since step 1,200. It creeps."


WIDE = {"data": "moons", "hidden": [[512, "tanh"], [512, "tanh"]]}


@pytest.mark.parametrize("quick", [False, True])
def test_maps_of_a_large_network_are_coarser_not_slower(monkeypatch, quick):
    painter, network = made(WIDE)
    places = []

    def counted(spec, params, x, **more):
        places.append(len(x))
        return answers(spec, params, x, **more)

    monkeypatch.setattr(maps, "answers", counted)
    picture = painter.paint(network.params, 0, View(side=256, small=100), quick=quick)[0]
    most = maps.QUICK if quick else maps.STILL
    assert len(places) == 2
    assert most / 4 < painter.spec.parameters * max(places) <= most
    side = picture.arrays["map"].shape[0]
    wanted = network.forward(painter.scene.grid(side))[:, 0]
    assert np.allclose(picture.arrays["map"].ravel(), wanted, rtol=0, atol=1e-4)


def test_while_it_trains_large_layers_and_much_work_are_left_out():
    painter, network = made(WIDE)
    still, quick = (painter.paint(network.params, 0, SMALL, quick=q)[0].arrays for q in (0, 1))
    assert {"1.W", "1.W.grad"} <= set(still)
    assert not {"1.W", "1.W.grad"} & set(quick)
    assert {"0.W", "0.b", "2.W"} <= set(quick)


@pytest.mark.skipif(why_not() is not None, reason=str(why_not()))
def test_no_product_of_a_wide_network_is_left_to_threads_of_numpy(monkeypatch):
    """They wait for one another while the training has all cores: a hundred times as long."""
    painter, network = made(WIDE)
    counts = []
    monkeypatch.setattr(core, "dense", lambda *_: counts.append(1))
    painter.paint(network.params, 0, View(gradients=False))
    assert not counts


@pytest.mark.parametrize(("most", "dtype"), [(3e38, np.float32), (1.7e308, np.float64)])
def test_the_largest_numbers_there_are_can_be_counted_and_drawn(most, dtype):
    """The numbers of a run just before it breaks: a difference of two of them is infinite."""
    values = np.array([-most, -most / 2, 0, most / 2, most], dtype)
    ends = spread.symmetric(values)
    counts, _ = spread.counted(values, ends)
    assert np.flatnonzero(counts).tolist() == [0, 6, 12, 18, 23]
    assert spread.quantised(values, ends).tolist() == [0, 64, 128, 191, 255]
