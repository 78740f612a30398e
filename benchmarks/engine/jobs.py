"""What is computed: five trainings and three networks that answer. NumPy alone.

Every peer gets the same rows in the same order, the same batches and the same starting weights.
A batch's loss is its mean over rows, and over outputs where it is squared, as PyTorch's MSELoss and
CrossEntropyLoss have it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

Array = np.ndarray
Weights = list[tuple[Array, Array | None]]  # for each layer W (fan_in, units) and b (units,)


@dataclass(frozen=True)
class Job:
    name: str
    title: str
    sizes: tuple[int, ...]
    rows: int
    batch: int
    steps: int
    activation: str  # of the hidden layers: sigmoid | relu
    loss: str  # squared: behind a sigmoid | softmax_cross_entropy
    learning_rate: float
    biases: bool = True

    @property
    def per_epoch(self) -> int:
        return -(-self.rows // self.batch)

    @property
    def classes(self) -> bool:
        return self.loss == "softmax_cross_entropy"

    @property
    def flops(self) -> float:
        """Of the products of all steps: forward, dW, and dx but for the first layer."""
        pairs = [a * b for a, b in zip(self.sizes, self.sizes[1:], strict=False)]
        a_row = 2 * (2 * sum(pairs) + sum(pairs[1:]))
        return a_row * self.rows * self.steps / self.per_epoch

    def data(self, dtype: str) -> tuple[Array, Array]:
        """x (rows, inputs), and y (rows, outputs), or (rows,) whole numbers where `classes`."""
        rng = np.random.default_rng(0)
        if self.name == "A":
            x = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
            return x.astype(dtype), np.array([[0], [1], [1], [0]]).astype(dtype)
        if self.name == "B":
            x, inner = rings(rng, self.rows)
            return x.astype(dtype), inner[:, None].astype(dtype)
        x = rng.random((self.rows, self.sizes[0]), dtype=np.float32)
        outputs = max(2, self.sizes[-1])
        teacher = rng.standard_normal((self.sizes[0], outputs), dtype=np.float32)
        labels = ((x - np.float32(0.5)) @ teacher).argmax(1)
        if self.classes:
            return x.astype(dtype), labels
        wanted = np.eye(outputs)[labels][:, : self.sizes[-1]]
        return x.astype(dtype), wanted.astype(dtype)

    def starts(self, dtype: str) -> Weights:
        rng = np.random.default_rng(1)
        return [
            (
                (rng.standard_normal((a, b)) / np.sqrt(a)).astype(dtype),
                np.zeros(b, dtype) if self.biases else None,
            )
            for a, b in zip(self.sizes, self.sizes[1:], strict=False)
        ]


def rings(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """Two noisy circles, one inside the other: the founding problem."""
    outer = np.arange(n) % 2
    angle, radius = rng.uniform(0, 2 * np.pi, n), np.where(outer, 1.0, 0.5)
    x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)
    return x + rng.normal(0, 0.05, (n, 2)), outer


JOBS = {
    job.name: job
    for job in (
        Job("A", "XOR 3-4-1, no biases, sigmoid, 60,000 full-batch steps",
            (3, 4, 1), 4, 4, 60_000, "sigmoid", "squared", 1.0, biases=False),
        Job("B", "circles 2-4-8-1, 500 rows, sigmoid, 2,500 full-batch steps",
            (2, 4, 8, 1), 500, 500, 2_500, "sigmoid", "squared", 1.0),
        Job("C", "784-30-10 sigmoid, batch 10, one epoch of 50,000 rows",
            (784, 30, 10), 50_000, 10, 5_000, "sigmoid", "squared", 3.0),
        Job("D", "784-128-10 relu + softmax, batch 64, one epoch of 50,000 rows",
            (784, 128, 10), 50_000, 64, 782, "relu", "softmax_cross_entropy", 0.05),
        Job("E", "784-512-512-10 relu + softmax, batch 256, one epoch of 20,000 rows",
            (784, 512, 512, 10), 20_000, 256, 79, "relu", "softmax_cross_entropy", 0.01),
    )
}  # fmt: skip

ANSWERS = {  # networks that answer rows
    job.name: job
    for job in (
        Job("2-4-8-1", "2-4-8-1 sigmoid", (2, 4, 8, 1), 100_000, 1, 1, "sigmoid", "squared", 1.0),
        Job("64-32-10", "64-32-10 relu + softmax", (64, 32, 10), 100_000, 1, 1, "relu",
            "softmax_cross_entropy", 1.0),
        Job("784-128-10", "784-128-10 relu + softmax", (784, 128, 10), 100_000, 1, 1, "relu",
            "softmax_cross_entropy", 1.0),
    )
}  # fmt: skip


def tiny(job: Job) -> Job:
    """The same network on so few rows that it takes no time: a test that the scripts work."""
    rows = min(job.rows, 3 * job.batch + job.batch // 2 if job.batch > 1 else 100)
    per_epoch = -(-rows // job.batch)
    return replace(job, rows=rows, steps=2 * per_epoch)


def named(name: str, small: bool) -> Job:
    """A job of the tables, or "rows 1000" and "width 64" of the curves."""
    kind, _, size = name.partition(" ")
    if size:
        job = many_rows(int(size)) if kind == "rows" else wide(int(size))
    else:
        job = JOBS.get(name) or ANSWERS[name]
    return tiny(job) if small else job


def many_rows(rows: int) -> Job:
    """A small network and more and more rows, in batches of 256."""
    return Job(f"rows {rows}", f"8-16-1 sigmoid, batch 256, {rows:,} rows", (8, 16, 1), rows, 256,
               -(-rows // 256), "sigmoid", "squared", 0.5)  # fmt: skip


def wide(width: int) -> Job:
    """Layers wider and wider, two of them square, in batches of 64.

    A row costs 10 width^2 operations in the products, so 1,280 rows of width 2,048 are 54 GFLOP.
    """
    steps = 100 if width <= 512 else 20
    return Job(f"width {width}", f"{width}-{width}-{width}-10, batch 64",
               (width, width, width, 10), 64 * steps, 64, steps, "relu",
               "softmax_cross_entropy", 0.01)  # fmt: skip


def forward(job: Job, weights: Weights, x: Array) -> Array:
    """The outputs, in the precision of x: probabilities where `classes`."""
    last = len(weights) - 1
    for k, (W, b) in enumerate(weights):
        z = x @ W if b is None else x @ W + b
        if job.classes and k == last:
            z -= z.max(1, keepdims=True)
            np.exp(z, out=z)
            z /= z.sum(1, keepdims=True)
            return z
        x = 1 / (1 + np.exp(-z)) if job.activation == "sigmoid" else np.maximum(z, 0)
    return x


def distance(job: Job, theirs: Weights, right: Weights) -> float:
    """How far two trained networks are apart, as a share of the way that training went."""
    apart = travelled = 0.0
    start = job.starts("float64")
    for first, mine, yours in zip(start, theirs, right, strict=True):
        for s, a, b in zip(first, mine, yours, strict=True):
            if s is not None:
                apart += float(((np.float64(a) - b) ** 2).sum())
                travelled += float(((np.float64(b) - s) ** 2).sum())
    return float(np.sqrt(apart / travelled))
