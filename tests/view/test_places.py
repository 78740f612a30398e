"""Where things stand on a map, what its colours mean, and whose numbers a picture shows."""

import numpy as np
import pytest

from chainrule.engine.reference import forward, slopes
from chainrule.network import Network
from chainrule.view import scene as module
from chainrule.view.maps import Other
from chainrule.view.picture import Painter, View
from chainrule.view.scene import Scene
from chainrule.view.sets import Kept
from chainrule.view.settings import Chosen, set_up

pytestmark = pytest.mark.usefixtures("patient")

EPS = float(np.finfo(np.float32).eps)


def made(settings):
    setup = set_up(Chosen.of(settings), Kept())
    painter = Painter(Scene(setup))
    return painter, Network.start(setup.spec, seed=setup.training.seed)


@pytest.mark.parametrize("data", ["iris", "moons", "gauss", "sine"])
def test_a_point_stands_where_the_map_answers_for_it(data):
    """In the data's own units, and a map's places are those of its points."""
    painter, _ = made({"data": data})
    scene = painter.scene
    for name, part in scene.parts.items():
        places = scene.places(part)
        back = scene.inputs_at(places)[:, list(scene.axes)]
        assert np.allclose(back, part.x[:, list(scene.axes)], rtol=1e-9, atol=1e-12)
        low, high = scene.limits
        assert (low < places).all()
        assert (places < high).all()
        told = scene.message().parts[name]
        assert np.allclose(told.x, places, rtol=1e-4)
        assert (told.rows, told.of) == (tuple(part.rows), part.n)
    prepared = scene.source.data.preparation
    raw = prepared.unscaled(scene.source.data.train.block(0, 5)[0])[:, list(scene.axes)]
    first = scene.parts["train"]
    assert np.allclose(scene.places(first)[:5], raw[first.rows[:5]])


@pytest.mark.parametrize("data", ["iris", "moons", "sine"])
def test_numbers_at_an_axis_are_round_and_within_it(data):
    scene = made({"data": data})[0].scene
    ends = list(zip(*scene.limits, strict=True))
    if scene.task == "numbers":
        y = np.concatenate([part.y for part in scene.parts.values()])
        ends.append((y.min(), y.max()))
    ticks = scene.message().ticks
    assert len(ticks) == len(ends)
    for (low, high), found in zip(ends, ticks, strict=True):
        assert 2 <= len(found) <= 4
        assert all(low <= each <= high for each in found)
        assert all(len(f"{abs(each):g}") <= 4 for each in found)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (1.068, 2.5, (1.5, 2.0, 2.5)), (100_000, 100_040, (100_000, 100_020, 100_040)),
        (0.11, 0.39, (0.2, 0.3)), (-5e9, 7e9, (-5e9, 0, 5e9)), (2, 2, (2,)), (-1e308, 1e308, ()),
    ],
)  # fmt: skip
def test_two_to_four_round_numbers_between_any_ends(low, high, ticks):
    assert module.round_numbers(low, high) == ticks


def test_of_a_large_part_a_sample_is_drawn_with_its_own_numbers(monkeypatch):
    monkeypatch.setattr(module, "DRAWN", 20)
    painter, network = made({"data": "moons", "rows": 300, "test_rows": 50})
    part = painter.scene.parts["train"]
    assert (len(part.rows), part.n) == (20, 300)
    assert part.rows.tolist() == sorted(set(part.rows.tolist()))
    assert part.rows.max() > 150  # not the first ones
    told = painter.scene.message().parts["train"]
    assert (told.rows, told.of) == (tuple(part.rows), 300)
    x, y, _ = painter.scene.source.data.train.block(0, 300)
    assert np.array_equal(part.x, x[part.rows])
    arrays = painter.paint(network.params, 0, View(side=8, small=8))[0].arrays
    answers = network.forward(x)[part.rows, 0]
    assert np.allclose(arrays["train.answer"], answers, rtol=8 * EPS)
    right = (answers > 0.5) == np.ravel(y)[part.rows]
    assert arrays["train.right"].tolist() == right.astype(int).tolist()


def test_both_columns_behind_features_are_drawn():
    plain, _ = made({"data": "moons"})
    shaped, _ = made({"data": "moons", "features": ["x1", "x1^2"]})
    for name, part in shaped.scene.parts.items():
        assert np.allclose(shaped.scene.places(part), plain.scene.places(plain.scene.parts[name]))


def test_a_map_that_is_made_in_pieces_is_whole(monkeypatch):
    painter, network = made({"data": "circles"})
    view = View(side=24, small=8)
    whole = painter.paint(network.params, 0, view)[0].arrays
    for most in ("ANSWERS", "AT_ONCE"):
        monkeypatch.setattr(f"chainrule.view.layerwise.{most}", 1)  # 64 places at once
    other = made({"data": "circles"})[0].paint(network.params, 0, view)[0].arrays
    for name in ("map", "output"):
        assert np.allclose(whole[name], other[name], rtol=0, atol=8 * EPS)
    assert whole["map"].std() > 0


def test_colours_of_a_map_go_from_end_to_end():
    painter, network = made({"data": "blobs"})
    last = len(painter.scene.classes) - 1
    noise = np.random.default_rng(2)
    other = {name: a + noise.normal(size=a.shape) for name, a in network.params.items()}
    picture = painter.paint(network.params, 0, View(side=12, small=6), other=Other(other, True))[0]
    assert picture.ends["map"] == picture.ends["output"] == (0.0, float(last))
    assert picture.ends["difference"] == (-1.0, 1.0)
    a, theirs = (
        Network(painter.spec, each).forward(painter.scene.grid(12))
        for each in (network.params, other)
    )
    apart = np.abs(a - theirs).sum(axis=1) / 2
    assert np.allclose(picture.arrays["difference"].ravel(), apart, rtol=0, atol=200 * EPS)
    inputs = painter.paint(network.params, 0, View(-1, 0, side=12, small=6))[0]
    low, high = inputs.ends["map"]
    assert low == -high
    assert high == pytest.approx(np.abs(inputs.arrays["map"]).max(), rel=1e-4)
    numbers, start = made({"data": "gauss"})
    y = numbers.scene.parts["train"].y[:, 0]
    ends = numbers.paint(start.params, 0, View(side=12, small=6))[0].ends["map"]
    assert ends == (y.min(), y.max())
    assert y.min() != 0


def test_how_a_row_pulls_is_the_length_of_its_last_delta():
    painter, network = made({"data": "blobs", "drop_probability": 0.5})
    arrays = painter.paint(network.params, 3, View(side=8, small=8))[0].arrays
    found, rows = painter.slopes(network.params, 4)
    assert arrays["batch"].tolist() == rows.tolist() == painter.batches(4).rows.tolist()
    wanted = np.sqrt((found.layers[-1].dz ** 2).sum(axis=1))
    assert np.allclose(arrays["batch.pull"], wanted, rtol=8 * EPS)


def test_dropout_of_a_picture_is_that_of_the_next_step(tmp_path):
    from chainrule.view import commands as c
    from chainrule.view.frame import from_bytes
    from chainrule.view.session import Session
    from tests.view.sessions import QUICK, picture

    session = Session(tmp_path)
    try:
        session.do(c.Configure(1, {**QUICK, "drop_probability": 0.5}))
        session.do(c.Step(1, 3))
        at = session.moment(None, None)
        arrays = from_bytes(picture(session))[1]
        for l, layer in enumerate(at.made.layers):
            assert np.allclose(arrays[f"{l}.W.grad"], layer.dW, rtol=8 * EPS, atol=EPS)
            assert np.allclose(arrays[f"{l}.delta"], layer.dz.sum(axis=0), rtol=8 * EPS, atol=EPS)
    finally:
        session.close()


@pytest.mark.parametrize("part", ["train", "test"])
def test_the_row_that_is_followed_is_of_its_own_part(part):
    painter, network = made({"data": "moons", "rows": 40, "test_rows": 40, "batch_size": 5})
    batch = painter.batches(1).rows
    row = int(batch[2])  # of training it is in the batch, of the test part it never is
    arrays = painter.paint(network.params, 0, View(side=8, small=8, sample=row, part=part))[
        0
    ].arrays
    x, y, _ = painter.data.parts[part].block(row, row + 1)
    assert np.allclose(arrays["sample.x"], x[0], rtol=8 * EPS)
    for l, passed in enumerate(forward(painter.spec, network.params, x)):
        assert np.allclose(arrays[f"{l}.sample.a"], passed.a[0], rtol=8 * EPS)
    if part == "train":
        at = painter.slopes(network.params, 1)[0].layers[-1].dz[2]
    else:
        from chainrule.records import Batch

        alone = Batch(np.array([row]), x, y, None)
        at = slopes(painter.spec, painter.training, network.params, alone).layers[-1].dz[0]
    assert np.allclose(arrays["2.sample.delta"], at, rtol=8 * EPS)


def test_a_test_part_is_no_training_part():
    for settings in ({"data": "moons", "rows": 60, "test_rows": 60}, {"data": "circles"}):
        data = made(settings)[0].scene.source.data
        train, test = (part.block(0, part.n)[0] for part in (data.train, data.test))
        assert not set(map(tuple, train.tolist())) & set(map(tuple, test.tolist()))
    data = made({"data": "moons", "rows": 60, "test_rows": 30})[0].scene.source.data
    assert (data.train.n, data.test.n) == (60, 30)


def test_another_seed_draws_other_points():
    usual, other = ({"data": "moons", **more} for more in ({}, {"seed": 9}))
    one, two = (made(each)[0].scene.source.data.train.block(0, 9)[0] for each in (usual, other))
    assert not np.array_equal(one, two)
