"""A dense layer: a pair of functions. Rows are samples."""

from __future__ import annotations

from typing import Any, NamedTuple

from numpy.typing import NDArray

from chainrule.core.errors import UsageError

Array = NDArray[Any]


class DenseGrads(NamedTuple):
    dx: Array | None  # (n, fan_in)        goes on to the layer below
    dW: Array  # (fan_in, fan_out)  goes to the optimiser
    db: Array | None  # as b               goes to the optimiser


def dense(x: Array, W: Array, b: Array | None) -> Array:
    """z = x W + b      x (n, fan_in), W (fan_in, fan_out) → z (n, fan_out)

    b is (fan_out,), one for each unit; or (1,), shared by the layer; or None.
    """
    try:
        z: Array = x @ W
        return z if b is None else z + b
    except ValueError as error:
        raise _misfit(x, W, b) from error


def dense_backward(
    dz: Array, x: Array, W: Array, b: Array | None, *, needs_dx: bool = True
) -> DenseGrads:
    """Send dz back through z = x W + b.

    dx = dz Wᵀ     x[n, i] moved every z[n, j] by W[i, j]
    dW = xᵀ dz     W[i, j] moved z[n, j] by x[n, i], once for each sample n
    db = Σₙ dz     b[j] moved z[n, j] by 1, once for each sample n; a shared b moved all j

    The first layer's dx is the gradient of the data: training needs it not.
    """
    db = None if b is None else dz.sum(axis=0)
    if b is not None and b.shape != dz.shape[1:]:
        db = dz.sum(axis=0).sum(keepdims=True)
    return DenseGrads(dx=dz @ W.T if needs_dx else None, dW=x.T @ dz, db=db)


def _misfit(x: Array, W: Array, b: Array | None) -> UsageError:
    if x.ndim != 2:
        return UsageError(
            "dense", "x with one row a sample: (n, fan_in)", f"x of shape {x.shape}",
            "One sample? Pass x[None, :].",
        )  # fmt: skip
    if W.ndim != 2 or x.shape[1] != W.shape[0]:
        return UsageError(
            "dense",
            f"x with {W.shape[0]} columns, for W is {W.shape}",
            f"x of shape {x.shape}",
            "Was the network built for other data?",
        )
    return UsageError(
        "dense",
        f"b of shape ({W.shape[1]},) or (1,), for W is {W.shape}",
        f"b of shape {None if b is None else b.shape}",
        "One number for each unit, or one for the whole layer.",
    )
