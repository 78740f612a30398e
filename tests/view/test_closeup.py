"""A row on its way, units as pictures, who is taken for whom, and two branches' difference."""

import numpy as np
import pytest

from chainrule.engine.reference import forward
from chainrule.network import Network
from chainrule.view import commands
from chainrule.view.answers import answer
from chainrule.view.closeup import GALLERY
from chainrule.view.frame import from_bytes
from chainrule.view.maps import Other
from chainrule.view.picture import Painter, View
from chainrule.view.scene import Scene
from chainrule.view.session import Session
from chainrule.view.sets import Kept
from chainrule.view.settings import Chosen, set_up
from tests.view.sessions import QUICK, played

EPS = float(np.finfo(np.float32).eps)


def made(settings):
    setup = set_up(Chosen.of(settings), Kept())
    painter = Painter(Scene(setup))
    return painter, Network.start(setup.spec, seed=setup.training.seed)


def painted(painter, network, **view):
    return painter.paint(network.params, 0, View(side=12, small=6, **view))[0]


@pytest.mark.parametrize("inside", [True, False])
def test_the_followed_row_has_the_numbers_of_its_derivation(tmp_path, inside):
    session = Session(tmp_path)
    try:
        session.do(commands.Configure(1, QUICK))
        rows = session.painter.batches(1).rows
        row = int(rows[0]) if inside else next(k for k in range(40) if k not in rows)
        arrays = from_bytes(session.frame(View(side=16, small=8, sample=row)))[1]
        for address, block in (("0.a[0,2]", "0.sample.a"), ("0.dz[0,2]", "0.sample.delta")):
            found = answer(session, commands.Explain(1, address, row))
            value = found.nodes[found.root].value
            assert arrays[block][2] == np.float32(value), address
        assert arrays["0.delta"].shape == (3,)
    finally:
        session.close()


def test_deltas_of_the_batch_are_the_gradients_of_the_biases():
    painter, network = made({"data": "moons"})
    arrays = painted(painter, network).arrays
    for l in range(3):
        assert np.allclose(arrays[f"{l}.delta"], arrays[f"{l}.b.grad"].ravel(), rtol=8 * EPS)
    assert "sample.x" not in arrays


def test_a_row_that_is_gone_is_followed_no_more(tmp_path):
    session = Session(tmp_path)
    try:
        for part, row in (("train", 10**6), ("validation", 0), ("train", -1)):
            head, arrays = from_bytes(session.frame(View(side=16, small=8, sample=row, part=part)))
            assert "sample.x" not in arrays
            assert head.step == 0
    finally:
        session.close()


def test_deeper_units_are_pictures_of_all_ways_from_the_pixels():
    painter, network = made({"data": "digits", "hidden": [[6, "relu"], [5, "relu"]]})
    picture = painted(painter, network, sample=0, part="test")
    product = network.params["0.W"]
    for l in range(3):
        product = product if l == 0 else product @ network.params[f"{l}.W"]
        low, high = picture.ends[f"{l}.image"]
        image = picture.arrays[f"{l}.image"].reshape(product.shape[1], 64)
        assert high == -low == pytest.approx(np.abs(product).max(), rel=100 * EPS)
        shown = low + image * ((high - low) / 255)
        assert np.abs(shown - product.T).max() <= (high - low) / 255 * 0.51
    raw = painter.scene.source.data.preparation.unscaled(painter.data.test.block(0, 1)[0])
    pixels = picture.arrays["sample.pixels"].ravel()
    assert np.abs(pixels - raw[0] * (255 / 16)).max() <= 0.51


def test_the_gallery_says_what_is_answered():
    painter, network = made({"data": "digits"})
    arrays = painted(painter, network).arrays
    shown = painter.scene.parts["test"]
    wanted = forward(painter.spec, network.params, shown.x[:GALLERY])[-1].a.argmax(axis=1)
    assert arrays["gallery"].shape == (GALLERY, 8, 8)
    assert arrays["gallery.answer"].tolist() == wanted.tolist()
    assert arrays["gallery.right"].tolist() == (wanted == shown.y[:GALLERY]).astype(int).tolist()


@pytest.mark.parametrize("data", ["iris", "blobs", "circles"])
def test_who_is_taken_for_whom_counts_every_row_once(data):
    painter, network = made({"data": data})
    picture, measured = painter.paint(network.params, 0, View(side=12, small=6))
    confusion = picture.arrays["confusion"]
    right, of = measured.right["test"]
    assert (confusion.sum(), np.trace(confusion)) == (of, right)
    truths = np.bincount(painter.scene.parts["test"].y, minlength=len(confusion))
    assert confusion.sum(axis=1).tolist() == truths.tolist()


@pytest.mark.parametrize("data", ["circles", "gauss", "sine"])
def test_the_difference_is_the_later_branch_minus_the_earlier(data):
    painter, network = made({"data": data})
    noise = np.random.default_rng(1)
    others = {n: a + noise.normal(size=a.shape) for n, a in network.params.items()}
    view = View(side=12, small=6)
    mine, theirs = (painter.paint(p, 0, view)[0].arrays["map"] for p in (network.params, others))
    for is_later, wanted in ((True, theirs - mine), (False, mine - theirs)):
        picture = painter.paint(network.params, 0, view, other=Other(others, is_later))[0]
        assert np.array_equal(picture.arrays["difference"], wanted)
        low, high = picture.ends["difference"]
        assert low == -high


def test_of_many_classes_the_shares_are_compared():
    painter, network = made({"data": "blobs"})
    same = painter.paint(network.params, 0, View(side=12), other=Other(network.params, True))[0]
    assert not same.arrays["difference"].any()
    turned = {n: -a for n, a in network.params.items()}
    other = painter.paint(network.params, 0, View(side=12), other=Other(turned, True))[0]
    apart = other.arrays["difference"]
    assert apart.min() > 0
    assert apart.max() <= 1 + 4 * EPS


def test_a_branch_is_subtracted_in_the_order_of_the_alphabet(tmp_path):
    session = Session(tmp_path)
    try:
        session.do(commands.Configure(1, {**QUICK, "epochs": 3}))
        played(session)
        session.do(commands.Branch(2, 4, {"learning_rate": 0.5}))
        played(session)
        view, found = View(side=16, small=8), {}
        for shown, other in (("B", "A"), ("A", "B")):
            session.do(commands.Show(3, shown))
            session.do(commands.Seek(4, 10))
            found[shown] = from_bytes(session.frame(view, other))[1]
        assert np.array_equal(found["A"]["difference"], found["B"]["difference"])
        assert np.array_equal(found["A"]["difference"], found["B"]["map"] - found["A"]["map"])
        assert found["A"]["difference"].any()
    finally:
        session.close()
