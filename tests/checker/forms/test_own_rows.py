"""Attributes that hold the number of all samples, when a single step is called."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.checker.forms import read
from tests.checker.forms.test_forms import load

NET = """import numpy as np
class Net:
    def __init__(self, n_in, n_hidden, n_out, lr=0.1):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)
        self.lr, self.n_samples = lr, 1
    def loss(self, X, y):
        return np.mean((self.forward(X) - y) ** 2)
    def forward(self, X):
        self.h = np.tanh(X @ self.W1 + self.b1)
        return self.h @ self.W2 + self.b2
    def train_step(self, X, y):
        d2 = (self.forward(X) - y) / self.n_samples
        d1 = d2 @ self.W2.T * (1 - self.h ** 2)
        self.W2 -= self.lr * self.h.T @ d2
        self.b2 -= self.lr * d2.sum(0)
        self.W1 -= self.lr * X.T @ d1
        self.b1 -= self.lr * d1.sum(0)
    def fit(self, X, y, epochs=10BATCH):
        self.n_samples = len(X)
        for epoch in range(epochs):
            for at in range(0, len(X)STRIDE):
                self.train_step(X[at:at + 8], y[at:at + 8])
"""


@pytest.mark.parametrize(
    ("batch", "stride", "rows"),
    [(", batch_size=8", ", batch_size", 22), ("", ", 8", 22), ("", "", None)],
)
def test_a_step_of_a_batch_finds_the_number_of_a_larger_data_set(batch, stride, rows):
    readings = read(load(NET.replace("BATCH", batch).replace("STRIDE", stride)))
    call = next(r for r in readings if "train_step" in r.entry).calls[0]
    assert call.rows_in_all == rows
    assert call.after is not None
    assert call.outputs is not None
    step = (call.before[-1].W - call.after[-1].W) / call.learning_rate
    whole = np.tanh(call.x @ call.before[0].W + call.before[0].b).T @ (call.outputs - call.y)
    np.testing.assert_allclose(step * (rows or 1), whole)
