"""The kernels' functions, activations and losses, piece by piece, for every instruction set here.

STATED are the units in the last place that native/math.h states: the largest error over all floats
(benchmarks/ulp.py), and over samples of doubles. Here each run takes a sample, and all edges.
"""

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from chainrule.core.activations import ACTIVATIONS
from chainrule.core.losses import LOSSES, BinaryCrossEntropy, Huber, SoftmaxCrossEntropy
from chainrule.engine import native
from chainrule.spec import Conventions, Dense, Spec, Training
from tests.contracts.ulp import STATED, apart, edges, exact
from tests.helpers import refused

ROOT = Path(__file__).resolve().parents[2]
_native = native._native
TARGETS = _native.targets() if _native else []
DTYPES = ["float32", "float64"]
ROWS = list(ACTIVATIONS)
SHAPES = [(1, 1), (3, 5), (7, 16), (5, 17), (2, 70), (33, 1), (40, 3)]  # around every register
LOSS_ROWS = [
    *(row for row in LOSSES.values() if row.name != "huber"),
    Huber(delta=0.3), Huber(delta=2.0),
    BinaryCrossEntropy(label_smoothing=0.1), SoftmaxCrossEntropy(label_smoothing=0.1),
]  # fmt: skip

pytestmark = pytest.mark.skipif(_native is None, reason=native.why_not() or "")
every_target = pytest.mark.parametrize("target", TARGETS)
every_dtype = pytest.mark.parametrize("dtype", DTYPES)


def test_there_is_a_target():
    assert TARGETS[-1] == "base"


# ---------------------------------------------------------------------------------- functions


def call(target, name, x):
    y = np.full_like(x, 7)
    _native.elementwise(name, x, y, target)
    return y


@every_target
@every_dtype
@pytest.mark.parametrize("name", STATED)
def test_functions_are_as_good_as_stated(target, dtype, name, rng):
    if dtype == "float64" and np.finfo(np.longdouble).nmant <= 52:
        pytest.skip("long double is no better than double here: nothing to hold double to")
    whole = np.dtype(dtype).str.replace("f", "u")
    drawn = rng.integers(0, np.iinfo(whole).max, 20_000, whole, endpoint=True).view(dtype)
    wide = 750.0 if dtype == "float64" else 105.0
    parts = [rng.uniform(-d, d, 20_000).astype(dtype) for d in (0.1, 2, 30, wide)]
    x = np.concatenate([drawn, *parts, edges(dtype)])
    found = call(target, name, x)
    expected = exact(name, x)
    assert (np.isnan(found) == np.isnan(expected)).all()
    off = apart(found, expected)
    assert off.max() <= STATED[name], f"{name}({x[off.argmax()]!r})"


@every_target
@every_dtype
def test_zeros_keep_their_sign_and_infinities_their_limit(target, dtype):
    ends = np.array([0.0, -0.0, np.inf, -np.inf], dtype)
    for name, expected in {
        "exp": [1, 1, np.inf, 0], "expm1": [0, -0.0, np.inf, -1], "tanh": [0, -0.0, 1, -1],
        "log1p": [0, -0.0, np.inf, np.nan], "log": [-np.inf, -np.inf, np.inf, np.nan],
        "sqrt": [0, -0.0, np.inf, np.nan],
    }.items():  # fmt: skip
        found = call(target, name, ends)
        assert np.array_equal(found, expected, equal_nan=True), name
        zeros = np.signbit(found) == np.signbit(np.array(expected, dtype))
        assert zeros[(found == 0) & (np.array(expected) == 0)].all(), name


@every_target
@every_dtype
def test_nothing_is_written_behind_the_last_number(target, dtype, rng):
    for n in range(70):
        x, held = rng.uniform(0.1, 3, n).astype(dtype), np.full(n + 64, 7, dtype)
        _native.elementwise("exp", x, held[:n], target)
        assert (held[n:] == 7).all()
        assert apart(held[:n], exact("exp", x)).max(initial=0) <= STATED["exp"]


def test_the_measure_catches_one_unit():
    x = np.linspace(0.1, 5, 1000)
    right = np.exp(x.astype("longdouble")).astype("float64")
    assert apart(right, exact("exp", x)).max() <= 0.5
    assert apart(np.nextafter(right, 9e9), exact("exp", x)).min() >= 0.5
    assert apart(np.array([1e308]), np.array([math.inf], "longdouble"))[0] > 1e9


def held(figures):
    """Rows of benchmarks/ulp.py: no more than is stated. The functions, and their inputs."""
    rows = json.loads(figures.read_text())["rows"]
    for name, _target, _inputs, worst, _at in rows:
        assert worst <= STATED[name]
    return {name for name, *_ in rows}, {inputs for _name, _target, inputs, *_ in rows}


def test_all_floats_were_measured():
    figures = ROOT / "docs" / "figures" / "ulp.json"
    if not figures.exists():
        pytest.skip("not measured yet: python benchmarks/ulp.py takes 10 minutes")
    names, inputs = held(figures)
    assert names
    assert inputs == {2**32}


def test_the_script_that_measures_them(tmp_path):
    script = [sys.executable, "benchmarks/ulp.py", "--every", "16384", "--to", tmp_path / "u.json"]
    subprocess.run(script, cwd=ROOT, check=True, capture_output=True, timeout=300)
    assert held(tmp_path / "u.json") == (set(STATED) - {"sqrt"}, {2**18})
    again = subprocess.run(script, cwd=ROOT, check=True, capture_output=True, timeout=300)
    assert again.stdout == b""  # nothing is left to measure


def test_wrong_names_are_refused():
    x = np.zeros(3)
    with refused("sinh"):
        _native.elementwise("sinh", x, x)
    with refused("sse9"):
        _native.elementwise("tanh", x, x, "sse9")
    with refused("float64 (2,)"):
        _native.elementwise("tanh", x, x[:2])


# -------------------------------------------------------------------------------- activations


def activate(target, name, z, lanes=False):
    a = np.full_like(z, 7)
    _native.activate(name, z, a, lanes, target)
    return a


def back(target, name, da, z, a, lanes=False):
    dz = np.full_like(z, 7)
    _native.activate_back(name, da, z, a, dz, lanes, target)
    return dz


def drawn(rng, shape, dtype):
    z = rng.normal(size=shape) * rng.choice([0.1, 1, 5, 20])
    z.flat[:: max(3, z.size // 3)] = 0
    return z.astype(dtype)


STEP = 1e-150  # of the complex step: f(z + ih) = f + ih f′, and h² is 0
PLACES = 16  # a formula has two functions of at most 4 units, and as many other steps


@every_target
@every_dtype
@pytest.mark.parametrize("name", [name for name in ROWS if name != "softmax"])
def test_activations_are_those_of_the_core(target, dtype, name, rng):
    """a within PLACES units, and what PLACES units of z make of it; a slope, which is of order 1,
    within PLACES units of 1 likewise. The reference is the core's row in double, where double is
    measured it has the same errors again. A sigmoid never falls below that of LOWEST.
    """
    row, eps, lost = ACTIVATIONS[name], np.finfo(dtype).eps, 2 * np.finfo(dtype).tiny
    for shape in SHAPES:
        z = drawn(rng, shape, dtype)
        da = rng.normal(size=shape).astype(dtype)
        a = activate(target, name, z)
        wide = z.astype("float64")
        at = wide + STEP * 1j
        right, of = row.f(wide), row.f(at)
        slope = of.imag / STEP
        within = 2 * PLACES * eps * (np.abs(right) + np.abs(z * slope)) + lost * (1 + np.abs(wide))
        assert (np.abs(a - right) <= within).all()
        away = z != 0  # where branches and kinks are, and the complex step takes either side
        bend = np.broadcast_to(row.slope(at, of).imag / STEP, shape)
        within = 2 * PLACES * eps * (1 + np.abs(slope) + np.abs(z * bend)) * np.abs(da)
        found = back(target, name, da, z, a)
        assert (np.abs(found - da * slope)[away] <= within[away]).all()
        assert (found[~away] == (da * row.slope(z, a))[~away]).all()


@every_target
@every_dtype
@pytest.mark.parametrize("name", [name for name in ROWS if name != "softmax"])
def test_activations_far_out_as_in_the_core(target, dtype, name):
    row, most = ACTIVATIONS[name], float(np.finfo(dtype).max)
    z = np.array([[np.nan, np.inf, -np.inf, most, -most, 1000, -1000, 90, -90, 0.0]], dtype)
    with np.errstate(all="ignore"):
        a = row.f(z)
        expected = row.backward(np.ones_like(z), z, a)
    found = activate(target, name, z)
    close = {"rtol": 64 * np.finfo(dtype).eps, "atol": 64 * np.finfo(dtype).tiny}
    assert np.allclose(found, a, equal_nan=True, **close)
    assert np.allclose(back(target, name, np.ones_like(z), z, a), expected, equal_nan=True, **close)


@every_target
@every_dtype
@pytest.mark.parametrize("lanes", [False, True], ids=["rows", "lanes"])
def test_softmax(target, dtype, lanes, rng):
    """exp of a rounded z − max is off by its size; the sum has as many terms as there are units."""
    row, eps = ACTIVATIONS["softmax"], np.finfo(dtype).eps
    for shape in SHAPES:
        z, da = drawn(rng, shape, dtype), rng.normal(size=shape).astype(dtype)
        a = activate(target, "softmax", z, lanes)
        wide = z.astype("float64")
        expected = row.f(wide)
        below = wide.max(axis=1, keepdims=True) - wide
        places = 2 * (PLACES + shape[1] + below)
        assert (np.abs(a - expected) <= places * eps * expected + np.finfo(dtype).tiny).all()
        a64, da64 = a.astype("float64"), da.astype("float64")
        dz = back(target, "softmax", da, z, a, lanes)
        terms = np.abs(da64) + (np.abs(da64) * a64).sum(axis=1, keepdims=True)
        within = 2 * (PLACES + shape[1]) * eps * a64 * terms + np.finfo(dtype).tiny
        assert (np.abs(dz - row.backward(da64, wide, a64)) <= within).all()


@every_target
@pytest.mark.parametrize("lanes", [False, True], ids=["rows", "lanes"])
def test_softmax_far_out(target, lanes):
    z = np.array([[1e30, 0, -1e30], [-np.inf, 0, 0], [np.nan, 0, 1], [88, -88, 0]], "float32")
    a = activate(target, "softmax", z, lanes)
    assert a[0].tolist() == [1, 0, 0]
    assert a[1].tolist() == [0, 0.5, 0.5]
    assert np.isnan(a[2]).all()
    assert a[3, 0] == 1


# ------------------------------------------------------------------------------------- losses


def planned(row, outputs, dtype, batch="mean", per_output="sum"):
    last = row.last or "identity"
    spec = Spec(
        1, (Dense(outputs, last),), row, dtype, Conventions(batch=batch, outputs=per_output)
    )
    return native.plan_of(spec, Training(steps=1), 1)


def loss(target, plan, q, answers, counts, lanes):
    d, per_row = np.full_like(q, 7), np.full(len(q), 7, q.dtype)
    value = _native.loss(plan, q, answers, counts, d, per_row, lanes, target)
    return value, d, per_row


def answers_for(row, rng, shape, dtype):
    if row.targets == "labels":
        return rng.integers(0, shape[1], shape[0])
    if row.answers[1] == 1:
        return rng.integers(0, 2, shape).astype(dtype)
    return np.abs(rng.normal(size=shape)).astype(dtype)


@every_target
@every_dtype
@pytest.mark.parametrize("lanes", [False, True], ids=["rows", "lanes"])
@pytest.mark.parametrize("row", LOSS_ROWS, ids=repr)
def test_losses_are_those_of_the_core(target, dtype, lanes, row, rng):
    """The terms of each share are at most (1 + |q| + |y|)² (of poisson exp q, for q here): each is
    PLACES units off, and so is the slope. A row's sum adds as many terms as there are outputs.
    """
    eps = np.finfo(dtype).eps
    for shape in SHAPES:
        n, outputs = shape
        q = (rng.normal(size=shape) * rng.choice([0.1, 1.0])).astype(dtype)
        y = answers_for(row, rng, shape, dtype)
        for counts in (None, rng.integers(0, 3, n).astype(dtype), np.zeros(n, dtype)):
            batch, per = rng.choice(["mean", "sum"], 2)
            plan = planned(row, outputs, dtype, batch, per)
            value, d, per_row = loss(target, plan, q, y, counts, lanes)
            wide = [None if a is None else a.astype("float64") for a in (q, counts)]
            answers = y if row.targets == "labels" else y.astype("float64")
            right = row(wide[0], answers, wide[1], batch=batch, outputs=per)
            far = 0 if row.targets == "labels" else np.abs(y)
            size = (1 + np.abs(wide[0]) + far) ** 2
            off = (PLACES + outputs) * eps * size.sum(axis=1)
            weight = np.ones(n) if counts is None else wide[1]
            weight = weight / (weight.sum() or 1) if batch == "mean" else weight
            assert (np.abs(per_row - right.per_row) <= off).all()
            assert abs(value - right.value) <= (weight * off).sum() + n * 2.0**-52 * abs(value)
            assert (np.abs(d - right.d) <= off[:, None] * weight[:, None]).all()


@every_target
def test_losses_of_many_rows_are_summed_in_double(target, rng):
    """50,000 floats one after the other would be off by up to 50,000 · 2⁻²⁴ = 0.003."""
    n = 50_000
    q, y = rng.random((n, 1), "float32"), np.zeros((n, 1), "float32")
    right = (q.astype("float64") ** 2).mean()
    for lanes in (False, True):
        value, _, _ = loss(target, planned(LOSSES["squared"], 1, "float32"), q, y, None, lanes)
        assert abs(value - right) <= 4 * 2.0**-24 * right


@every_target
@pytest.mark.parametrize("lanes", [False, True], ids=["rows", "lanes"])
def test_losses_far_out_stay_finite(target, lanes):
    """Those on z: exp would overflow if their formulas were taken word by word."""
    q = np.array([[800.0], [-800.0]])
    y = np.array([[0.0], [1.0]])
    plan = planned(LOSSES["binary_cross_entropy"], 1, "float64")
    value, d, per_row = loss(target, plan, q, y, None, lanes)
    assert (value, per_row.tolist(), d.tolist()) == (800, [800, 800], [[0.5], [-0.5]])
    q = np.array([[800.0, -800.0], [800.0, -800.0]])
    plan = planned(LOSSES["softmax_cross_entropy"], 2, "float64")
    value, d, per_row = loss(target, plan, q, np.array([0, 1]), None, lanes)
    assert per_row.tolist() == [0, 1600]
    assert d.tolist() == [[0, 0], [0.5, -0.5]]
