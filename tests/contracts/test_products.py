"""Part 2 of the contract: one product differs by at most 2 γ_k (|x||W| + |b|).

Each run draws triples of sizes in which every size from 1 to 70 stands in every dimension; the
sizes at the edges of tiles meet each other in `--battery all`.
"""

from itertools import product

import numpy as np
import pytest

from tests.contracts.cases import EDGES, covering_sizes
from tests.contracts.checks import check_products

DTYPES = ["float32", "float64"]


def said(capsys, share, what):
    with capsys.disabled():
        print(
            f"\n{what}: {share.numbers} numbers, worst share of a bound {share.worst:.2f} "
            f"({share.where})"
        )


@pytest.mark.parametrize("dtype", DTYPES)
def test_products_of_all_sizes(engine, dtype, seed, capsys):
    sizes = covering_sizes(np.random.default_rng(seed))
    for axis in range(3):
        assert {triple[axis] for triple in sizes} == set(range(1, 71))
    share = check_products(engine, sizes, dtype, seed)
    said(capsys, share, f"{engine.name}, {dtype}, seed {seed}")


@pytest.mark.parametrize("dtype", DTYPES)
def test_products_around_the_edges_of_tiles(engine, dtype, battery, seed, capsys):
    triples = list(product(EDGES, repeat=3))
    groups = battery([triples[k::200] for k in range(200)])
    groups = groups if engine.name != "reference" else groups[:2]
    share = check_products(engine, [t for group in groups for t in group], dtype, seed)
    said(capsys, share, f"{engine.name}, {dtype}, tile edges, seed {seed}")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    "sizes",
    [(1, 784, 128), (300, 129, 65), (257, 1, 300), (1000, 2, 1), (3, 1000, 3), (70, 513, 10)],
)
def test_large_products(engine, dtype, sizes, seed):
    """Where k is large panels are packed and rows go through in blocks."""
    check_products(engine, [sizes], dtype, seed)
