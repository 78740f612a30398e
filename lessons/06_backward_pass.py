"""6. The backward pass.

The chain rule for all weights and all samples at once: a line for each array, from the end to the
beginning.
"""

import numpy as np
import pictures

# %% [markdown]
# ## Forward first
#
# A network with 3 inputs, 4 hidden neurons and 2 outputs, and five samples. The cost is the mean
# over the samples of what lesson 5 called $E$. With a mean, the size of a slope does not depend
# on how many samples there are.


# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


rng = np.random.default_rng(0)
n = 5
x, y = rng.normal(size=(n, 3)), rng.uniform(size=(n, 2))  # inputs and right answers
W1, b1 = rng.normal(size=(3, 4)), rng.normal(size=4)
W2, b2 = rng.normal(size=(4, 2)), rng.normal(size=2)


def forward(x, y, W1, b1, W2, b2):
    a1 = sigmoid(x @ W1 + b1)  # (5, 4)
    a2 = sigmoid(a1 @ W2 + b2)  # (5, 2)
    return a1, a2, 0.5 * ((a2 - y) ** 2).sum() / len(x)


# %% [markdown]
# ## Backward, line by line
#
# We write `dQ` for the slope of the cost with respect to `Q`. If `Q` is an array, `dQ` is an
# array **of the same shape**: a slope for each number. It is called the **gradient** of `Q`.
#
# | question | formula | code |
# | --- | --- | --- |
# | How wrong, and through the bend? | $\frac{1}{n} (a_2 - y) \odot a_2 \odot (1 - a_2)$ | `dz2` |
# | Which weights brought it in? | $a_1^\top \, dz_2$ | `dW2` |
# | A bias is a weight whose input is 1. | sum of $dz_2$ over samples | `db2` |
# | What should $a_1$ have been? | $dz_2 \, W_2^\top$ | `da1` |
# | Through the bend again. | $da_1 \odot a_1 \odot (1 - a_1)$ | `dz1` |
# | Which weights brought *that* in? | $x^\top \, dz_1$ | `dW1` |
#
# Each line needs only what stands above it. $\odot$ multiplies number by number, `*` in Python.
# $Q^\top$ is $Q$ turned on its side, `.T` in Python: rows become columns. `zip`, below, walks
# through several lists side by side.


# %%
def backward(x, y, W1, b1, W2, b2):
    a1, a2, _ = forward(x, y, W1, b1, W2, b2)
    dz2 = (a2 - y) * a2 * (1 - a2) / len(x)  # (5, 2)
    dW2, db2 = a1.T @ dz2, dz2.sum(axis=0)  # (4, 2), (2,)
    da1 = dz2 @ W2.T  # (5, 4)
    dz1 = da1 * a1 * (1 - a1)  # (5, 4)
    dW1, db1 = x.T @ dz1, dz1.sum(axis=0)  # (3, 4), (4,)
    return dW1, db1, dW2, db2


params = [W1, b1, W2, b2]
grads = backward(x, y, *params)
for name, param, grad in zip(["W1", "b1", "W2", "b2"], params, grads, strict=True):
    print(f"{name} {param.shape}   d{name} {grad.shape}")
    assert param.shape == grad.shape

# %% [markdown]
# ## Why turn the array?
#
# Weight `W2[i, j]` took `a1[s, i]` and brought it to neuron $j$, in each sample $s$. So its slope
# is `a1[s, i] * dz2[s, j]`, added up over the samples. That is column $i$ of `a1` times column
# $j$ of `dz2`. Turn `a1`, and it is a row times a column: a matrix product.

# %%
a1, a2, _ = forward(x, y, *params)
dz2 = (a2 - y) * a2 * (1 - a2) / n
i, j = 1, 0
by_hand = sum(a1[s, i] * dz2[s, j] for s in range(n))
assert np.isclose((a1.T @ dz2)[i, j], by_hand)

# %% tags=["remove-input"]
drawing, axes = pictures.figure(9, 3.3)
pictures.canvas(axes, 16.6, 6.8)
pictures.grid(axes, a1.T, 0.6, 1.4, "a₁ turned  (4, 5)", pictures.marks(row=i))
pictures.grid(axes, dz2 * 100, 7.6, 0.9, "100 dz₂  (5, 2)", pictures.marks(column=j), digits=1)
pictures.grid(
    axes,
    grads[2] * 100,
    12.6,
    1.4,
    "100 dW₂  (4, 2)",
    pictures.marks(i, j, pictures.LIGHT_GREEN),
    digits=1,
)
pictures.write(axes, 6.6, 3.4, "@", size=15)
pictures.write(axes, 11.1, 3.4, "=", size=15)
pictures.write(axes, 3.1, 5.75, "a column for each sample", size=9.5, color=pictures.GREY)
pictures.write(axes, 8.6, 6.4, "a row for each sample", size=9.5, color=pictures.GREY)
pictures.write(axes, 13.6, 5.75, "the samples are added up", size=9.5, color=pictures.GREY)
pictures.save(drawing, "06-gradient")

# %% [markdown]
# ![Grids: a1 turned on its side, with a column for each sample, times dz2, with a row for each
# sample, gives dW2. Row 1 and column 0 are marked, and the cell where they
# meet.](pictures/06-gradient.png)
#
# And `da1 = dz2 @ W2.T`? From `a1[s, i]` a road leads to each output $j$, with the weight `W2[i,
# j]`. Along a road multiply, over all roads add. It is lesson 5 in one line.

# %%
s, i = 3, 1
roads = sum(dz2[s, j] * W2[i, j] for j in range(2))
assert np.isclose((dz2 @ W2.T)[s, i], roads)

# %% [markdown]
# ## The check
#
# Nudge each of the 26 numbers, one after the other, and compare.


# %%
def largest_error(backward):
    largest = 0
    for k, grad in enumerate(backward(x, y, *params)):
        for place in np.ndindex(grad.shape):
            costs = []
            for h in (1e-5, -1e-5):
                moved = [p.copy() for p in params]
                moved[k][place] += h
                costs.append(forward(x, y, *moved)[2])
            largest = max(largest, abs((costs[0] - costs[1]) / 2e-5 - grad[place]))
    return largest


print(f"26 slopes, largest error below 1e-9: {largest_error(backward) < 1e-9}")
assert largest_error(backward) < 1e-9

# %% [markdown]
# ## What the check is for
#
# Let us forget one thing, as many do: the slope of the hidden bend. The program runs, and the
# shapes are right.


# %%
def backward_with_a_mistake(x, y, W1, b1, W2, b2):
    a1, a2, _ = forward(x, y, W1, b1, W2, b2)
    dz2 = (a2 - y) * a2 * (1 - a2) / len(x)
    dz1 = dz2 @ W2.T  # ... * a1 * (1 - a1) is missing
    return x.T @ dz1, dz1.sum(axis=0), a1.T @ dz2, dz2.sum(axis=0)


def train(backward, steps=2000):
    moved = [p.copy() for p in params]
    for _ in range(steps):
        for p, grad in zip(moved, backward(x, y, *moved), strict=True):
            p -= 1.0 * grad
    return forward(x, y, *moved)[2]


before = forward(x, y, *params)[2]
for name, way in (("right", backward), ("wrong", backward_with_a_mistake)):
    after, off = train(way), largest_error(way)
    print(f"{name}: cost {before:.3f} -> {after:.4f}, slopes off by up to {off:.2f}")
    assert after < before / 3

assert largest_error(backward_with_a_mistake) > 1e-3

# %% [markdown]
# Both learn! The wrong slopes still point downhill, more or less. So this mistake can live in a
# program for years. Three of the four well-known teaching projects that this one grew from have a
# mistake in their backward pass: [which, and how we know](../why/founding-problems.md).
#
# *Try it:* put another mistake in. Which ones does the check miss?
