"""The pair of functions of a dense layer."""

import numpy as np
import pytest

from chainrule import gradcheck
from chainrule.core.dense import dense, dense_backward
from tests.formulas import definitions, evaluate
from tests.helpers import EPS, locked, refused, same_bits

N, I, J = 5, 4, 3
BIASES = pytest.mark.parametrize("bias", ["unit", "shared", "none"])


def drawn(rng, bias="unit", dtype="float64"):
    b = {"unit": rng.normal(size=J), "shared": rng.normal(size=1), "none": None}[bias]
    arrays = rng.normal(size=(N, J)), rng.normal(size=(N, I)), rng.normal(size=(I, J))
    return *(a.astype(dtype) for a in arrays), None if b is None else b.astype(dtype)


def test_by_hand():
    x, W, b = np.array([[1.0, 2.0]]), np.array([[3.0, 4.0], [5.0, 6.0]]), np.array([7.0, 8.0])
    assert same_bits(dense(x, W, b), np.array([[20.0, 24.0]]))
    assert same_bits(dense(x, W, np.array([1.0])), np.array([[14.0, 17.0]]))
    assert same_bits(dense(x, W, None), np.array([[13.0, 16.0]]))
    dz = np.array([[1.0, -1.0]])
    dx, dW, db = dense_backward(dz, x, W, b)
    assert same_bits(dx, np.array([[-1.0, -1.0]]))
    assert same_bits(dW, np.array([[1.0, -1.0], [2.0, -2.0]]))
    assert same_bits(db, np.array([1.0, -1.0]))
    assert same_bits(dense_backward(dz, x, W, np.array([1.0])).db, np.array([0.0]))


def test_docstrings(rng):
    dz, x, W, b = drawn(rng)
    formulas = dict(definitions(dense.__doc__) + definitions(dense_backward.__doc__))
    assert list(formulas) == ["z", "dx", "dW", "db"]
    found = {"z": dense(x, W, b), **dense_backward(dz, x, W, b)._asdict()}
    names = {"x": x, "W": W, "b": b, "dz": dz}
    for name, formula in formulas.items():
        # The same products in the same order.
        assert same_bits(found[name], evaluate(formula, names, np.matmul)), name


@BIASES
@pytest.mark.parametrize("wanted", ["dx", "dW", "db"])
def test_backward_by_complex_step(bias, wanted, rng):
    dz, x, W, b = drawn(rng, bias)
    if b is None and wanted == "db":
        assert dense_backward(dz, x, W, b).db is None
        return
    f, at = {
        "dx": (lambda v: dense(v, W, b), x),
        "dW": (lambda v: dense(x, v, b), W),
        "db": (lambda v: dense(x, W, v), b),
    }[wanted]
    error = gradcheck.compare_backward(
        f, at, lambda dz: getattr(dense_backward(dz, x, W, b), wanted), rng=rng
    )
    assert error <= (N * I + N * J) * EPS["float64"]  # sums of at most so many products


@BIASES
@pytest.mark.parametrize("wanted", ["x", "W", "b"])
def test_backward_by_central_differences(bias, wanted, rng):
    dz, x, W, b = drawn(rng, bias)
    params = {"x": x, "W": W, "b": b}
    if params[wanted] is None:
        return
    (compared,) = gradcheck.compare(
        lambda p: (dense(**{**params, **p}) * dz).sum(),
        {wanted: params[wanted]},
        {wanted: getattr(dense_backward(dz, x, W, b), f"d{wanted}")},
        rng=rng,
        witness="central difference",
    )
    for slope in compared.slopes:
        assert abs(slope.claimed - slope.measured) <= slope.doubt
    assert compared.doubt < 1e-8  # z is linear: rounding over h = 1e-3 is all


@BIASES
def test_shapes_and_dtype(bias, rng):
    dz, x, W, b = drawn(rng, bias, "float32")
    g = dense_backward(dz, x, W, b)
    assert dense(x, W, b).shape == (N, J)
    assert (g.dx.shape, g.dW.shape) == (x.shape, W.shape)
    assert (g.db is None) == (b is None)
    assert g.db is None or g.db.shape == b.shape
    assert {a.dtype for a in (dense(x, W, b), *g) if a is not None} == {np.dtype("float32")}


def test_a_shared_bias_of_one_unit_is_a_bias_of_one_unit(rng):
    dz, x, W = rng.normal(size=(N, 1)), rng.normal(size=(N, I)), rng.normal(size=(I, 1))
    assert same_bits(dense_backward(dz, x, W, np.zeros(1)).db, dz.sum(axis=0))


def test_the_first_layer_needs_no_dx(rng):
    dz, x, W, b = drawn(rng)
    full, spared = dense_backward(dz, x, W, b), dense_backward(dz, x, W, b, needs_dx=False)
    assert spared.dx is None
    assert same_bits(spared.dW, full.dW)
    assert same_bits(spared.db, full.db)


@BIASES
def test_nothing_is_written_and_twice_is_once(bias, rng):
    dz, x, W, b = drawn(rng, bias)
    dz, x, W = locked(dz, x, W)
    b = None if b is None else locked(b)
    first, second = dense_backward(dz, x, W, b), dense_backward(dz, x, W, b)
    for one, two in zip(first, second, strict=True):
        assert same_bits(one, two)
    assert same_bits(dense(x, W, b), dense(x, W, b))


@pytest.mark.parametrize(
    ("x", "W", "b", "words"),
    [
        ((5, 3), (4, 2), (2,), ("(4, 2)", "(5, 3)", "4 columns")),
        ((3,), (4, 2), (2,), ("(3,)", "x[None, :]")),
        ((5, 4), (4, 2), (3,), ("(3,)", "(2,) or (1,)")),
    ],
    ids=["columns", "one row", "bias"],
)
def test_misfits_are_refused(x, W, b, words):
    with refused("dense", *words):
        dense(np.zeros(x), np.zeros(W), np.zeros(b))
