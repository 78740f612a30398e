"""Every initializer of the table: distribution, bits, and the worked examples' own numbers."""

import math

import numpy as np
import pytest

from chainrule.core import random
from chainrule.core.initializers import (
    INITIALIZERS,
    Given,
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
    Normal,
    NumpyLegacy,
    Orthogonal,
    Uniform,
    Zeros,
    orthonormal,
)
from tests.formulas import evaluate, pieces, settle
from tests.helpers import EPS, digest, refused, same_bits

FANS = (300, 200)
GRID = Given(tuple(tuple(5 * i + j for j in range(5)) for i in range(7)))

# Each row with its default settings and with others, and the golden hash of 7 x 5 numbers.
GOLDEN = {
    Zeros(): "1f6c9de2e555d5d5",
    Uniform(): "1d0d24054b932096",
    Uniform(-0.5, 2.0): "b05aa4a652b95f31",
    Normal(): "2f15cde84e75bff4",
    Normal(1.0, 0.25): "c4279df307e76f88",
    GlorotUniform(): "27bff7f513268802",
    GlorotNormal(): "e025affdf09df7d2",
    HeUniform(): "a80807e1020d3ee2",
    HeNormal(): "2787e0b69ef15c1c",
    LecunUniform(): "621c95aa3447c0cc",
    LecunNormal(): "5a614b2031f88f6a",
    Orthogonal(): "251e08bc809f916f",
    Orthogonal(0.5): "a5933ab87ddfbdb2",
    GRID: "2d096b6dc4546a2b",
    NumpyLegacy(): "df284161b1e33fba",
    NumpyLegacy(0.0, 1.0, seed=3, skip=4): "1902efe5ccecffc8",
}
ROWS = pytest.mark.parametrize("row", GOLDEN, ids=lambda row: repr(row)[:40])
SPREAD = [row for row in GOLDEN if not isinstance(row, Zeros | Given | Orthogonal)]


def bits():
    return random.stream(0, random.start_of_layer(0))


# The names stand in run files and model files: they may not change.
NAMES = {
    "zeros": Zeros,
    "uniform": Uniform,
    "normal": Normal,
    "glorot_uniform": GlorotUniform,
    "glorot_normal": GlorotNormal,
    "he_uniform": HeUniform,
    "he_normal": HeNormal,
    "lecun_uniform": LecunUniform,
    "lecun_normal": LecunNormal,
    "orthogonal": Orthogonal,
    "given": Given,
    "numpy_legacy": NumpyLegacy,
}


def test_every_row_stands_under_its_name_and_is_tested():
    assert INITIALIZERS == NAMES
    for name, row in INITIALIZERS.items():
        assert row.name == name
        assert any(isinstance(settings, row) for settings in GOLDEN)


@ROWS
def test_golden(row):
    assert digest(row.start((7, 5), 7, 5, bits())) == GOLDEN[row]


@ROWS
def test_shape_dtype_and_the_same_again(row):
    first = row.start((7, 5), 7, 5, bits())
    assert first.shape == (7, 5)
    assert first.dtype == np.float64
    assert same_bits(first, row.start((7, 5), 7, 5, bits()))


def test_biases_have_their_shape():
    for row in [*SPREAD, Zeros(), Orthogonal()]:
        assert row.start((4,), 3, 4, bits()).shape == (4,)
        assert row.start((1,), 3, 4, bits()).shape == (1,)


def law(row):
    """(low, high) of a uniform or (mean, variance) of a normal, from the row's own docstring."""
    kinds = {"U": lambda low, high: ("U", low, high), "N": lambda mean, v: ("N", mean, v)}
    names = {"fan_in": FANS[0], "fan_out": FANS[1], **row.settings()}
    text = pieces(row.__doc__)
    formula = next(piece for piece in text if piece[:2] in ("U(", "N("))
    return evaluate(formula, kinds | names | settle(row.__doc__, names))


@pytest.mark.parametrize("row", SPREAD, ids=repr)
def test_distribution_is_that_of_the_docstring(row):
    drawn = row.start(FANS, *FANS, bits())
    n = drawn.size
    kind, first, second = law(row)
    mean, variance, fourth = (
        ((first + second) / 2, (second - first) ** 2 / 12, (second - first) ** 4 / 80)
        if kind == "U"
        else (first, second, 3 * second**2)
    )
    # Five standard deviations of the mean and of the variance; the draws are fixed.
    assert abs(drawn.mean() - mean) < 5 * math.sqrt(variance / n)
    off = ((drawn - mean) ** 2).mean() - variance
    assert abs(off) < 5 * math.sqrt((fourth - variance**2) / n)
    if kind == "U":
        assert first <= drawn.min()
        assert drawn.max() <= second
        # P(no draw in the outermost 1/2,000 of an end) = exp(−30)
        assert drawn.min() < first + (second - first) / 2000
        assert drawn.max() > second - (second - first) / 2000
    else:
        assert np.abs(drawn - mean).max() > 3.5 * math.sqrt(variance)


@pytest.mark.parametrize(
    ("row", "formula"),
    [
        (GlorotUniform(), ("U", -math.sqrt(6 / 500), math.sqrt(6 / 500))),
        (GlorotNormal(), ("N", 0, 2 / 500)),
        (HeUniform(), ("U", -math.sqrt(6 / 300), math.sqrt(6 / 300))),
        (HeNormal(), ("N", 0, 2 / 300)),
        (LecunUniform(), ("U", -math.sqrt(3 / 300), math.sqrt(3 / 300))),
        (LecunNormal(), ("N", 0, 1 / 300)),
        (Uniform(-2, 3), ("U", -2, 3)),
        (Normal(2, 3), ("N", 2, 9)),
    ],
    ids=repr,
)
def test_laws_by_hand(row, formula):
    assert law(row) == pytest.approx(formula)


def test_numbers_are_drawn_row_by_row():
    drawn = Uniform(0, 1).start((3, 4), 3, 4, bits())
    assert same_bits(drawn, random.uniform(bits(), 12).reshape(3, 4))
    drawn = Normal().start((3, 4), 3, 4, bits())
    assert same_bits(drawn, random.normal(bits(), 12).reshape(3, 4))


@pytest.mark.parametrize("shape", [(1, 1), (7, 5), (5, 7), (40, 40), (64, 3), (3, 64)])
@pytest.mark.parametrize("gain", [1.0, 0.5])
def test_orthogonal(shape, gain):
    """Columns at right angles and of one length, or rows where they are fewer."""
    W = Orthogonal(gain).start(shape, *shape, bits()) / gain
    W = W if shape[0] >= shape[1] else W.T
    # Sums of 64 products at most, of numbers whose squares add up to 1.
    assert np.abs(W.T @ W - np.eye(W.shape[1])).max() <= 64 * EPS["float64"]


def test_orthogonal_matrices_differ_by_seed_and_point_everywhere():
    first = [Orthogonal().start((3, 3), 3, 3, random.stream(s, 1000))[0, 0] for s in range(400)]
    # Uniform on the sphere: a coordinate of three has variance 1/3; five deviations of the mean.
    assert abs(np.mean(first)) < 5 * math.sqrt(1 / 3 / 400)
    assert abs(np.mean(np.square(first)) - 1 / 3) < 5 * math.sqrt(4 / 45 / 400)


def test_orthonormal_columns_span_what_the_given_ones_span(rng):
    A = rng.normal(size=(6, 3))
    Q = orthonormal(A)
    assert pytest.approx(A, abs=64 * EPS["float64"]) == Q @ (Q.T @ A)  # sums of 6 of size 1
    assert (np.abs(np.tril(Q.T @ A, -1)) < 64 * EPS["float64"]).all()


def test_zeros():
    assert not Zeros().start((3, 2), 3, 2, bits()).any()


def test_given_values_are_these_values():
    row = Given([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]])
    assert row.start((3, 2), 3, 2, bits()).tolist() == [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]
    assert row == Given(np.array([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]))
    assert hash(row) == hash(Given(row.values))
    row.start((3, 2), 3, 2, bits())[:] = 0
    assert row.values[0] == (0.1, 0.2)


def test_given_values_of_another_shape_are_refused():
    with refused("given starting values", "(2, 3)", "(3, 2)"):
        Given([[1, 2], [3, 4], [5, 6]]).start((2, 3), 2, 3, bits())
    with refused("(1,)", "()"):
        Given(0.35).start((1,), 2, 3, bits())


@pytest.mark.parametrize("seed", [1, 0, 12345])
def test_numpy_legacy_is_numpys(seed):
    # np.random.seed is what the old programs call: nothing else in the project does.
    state = np.random.get_state()  # noqa: NPY002
    try:
        np.random.seed(seed)  # noqa: NPY002
        first = 2 * np.random.random_sample((3, 4)) - 1  # noqa: NPY002
        second = 2 * np.random.random_sample((4, 1)) - 1  # noqa: NPY002
    finally:
        np.random.set_state(state)  # noqa: NPY002
    assert same_bits(NumpyLegacy(seed=seed).start((3, 4), 3, 4, bits()), first)
    assert same_bits(NumpyLegacy(seed=seed, skip=12).start((4, 1), 4, 1, bits()), second)


def test_numpy_legacy_leaves_the_global_stream_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    NumpyLegacy().start((3, 4), 3, 4, bits())
    assert same_bits(np.random.get_state()[1], before)  # noqa: NPY002
