"""11. Softmax, and reading digits.

When there are several answers to choose from, the network gives each a probability. With that it
reads handwritten digits.
"""

from pathlib import Path

import numpy as np
import pictures
from matplotlib.image import imread

# %% [markdown]
# ## From scores to probabilities
#
# The last layer has a neuron for each possible answer, a **class**. Their $z$ are **scores**: the
# larger, the more likely. Probabilities must be positive and add up to 1. So take $e$ to the
# power of each score, and divide by the sum. This is the **softmax**:
#
# $$p_k = \frac{e^{z_k}}{e^{z_1} + e^{z_2} + \ldots}$$


# %%
def softmax(z):
    shifted = z - z.max(axis=-1, keepdims=True)
    return np.exp(shifted) / np.exp(shifted).sum(axis=-1, keepdims=True)


z = np.array([2.0, 1.0, -1.0])
p = softmax(z)
print("scores", z, " probabilities", p.round(3), " sum", p.sum().round(6))
assert np.isclose(p.sum(), 1)

# %% tags=["remove-input"]
drawing, panels = pictures.figure(9.2, 2.5, columns=3)
for axes, values, name in zip(
    panels, (z, np.exp(z), p), ("scores z", "e to the power of z", "probabilities p"), strict=True
):
    axes.bar(["cat", "dog", "fish"], values, color=[pictures.BLUE, pictures.ORANGE, pictures.GREEN])
    axes.axhline(0, color=pictures.GREY, linewidth=0.8)
    axes.set(title=name, ylim=(min(0, values.min()) * 1.7, values.max() * 1.25))
    for k, value in enumerate(values):
        up = value >= 0
        axes.annotate(
            f"{value:.2f}".replace("-", "−"),
            (k, value),
            (0, 3 if up else -3),
            ha="center",
            va="bottom" if up else "top",
            textcoords="offset points",
        )
pictures.save(drawing, "11-softmax")

# %% [markdown]
# ![Three bar charts for cat, dog and fish: the scores 2, 1 and −1; their powers of e, 7.39, 2.72
# and 0.37; and the probabilities 0.71, 0.26 and 0.04.](pictures/11-softmax.png)
#
# Why take the largest score away first? $e^{1000}$ is too large for a computer. Adding the same
# number to all scores multiplies all powers by the same factor, and that cancels:

# %%
assert np.allclose(softmax(z), softmax(z + 1000))

# %% [markdown]
# ## The cost, and a beautiful gradient
#
# Only the probability of the right class counts. The cost is minus its logarithm, the
# **cross-entropy**: 0 if it is 1, and large if it is small.
#
# $$E = -\log p_\text{right}, \qquad \frac{\partial E}{\partial z_k} = p_k - y_k$$
#
# $y_k$ is 1 for the right class, 0 for the others. Why so simple? Put the softmax in: $E = \log
# (e^{z_1} + e^{z_2} + \ldots) - z_\text{right}$. The first part has the slope $p_k$; the second
# takes 1 away for the right class. So the gradient is *given minus right*. We check it by
# nudging, as always. (`np.eye(3)` is a table with 1 on the diagonal and else 0;
# `np.eye(3)[right]` is its row for the right class.)


# %%
right = 1  # dog


def cross_entropy(z):
    return -np.log(softmax(z)[right])


def nudged(cost):
    return [(cost(z + h) - cost(z - h)) / 2e-5 for h in 1e-5 * np.eye(3)]


gradient = softmax(z) - np.eye(3)[right]
print("gradient", gradient.round(4))
assert np.allclose(gradient, nudged(cross_entropy))

# %% [markdown]
# Note that each score moves *all* probabilities, for they share one sum. A well-known program for
# handwritten digits forgets that: it takes only $p_k (1 - p_k)$, the slope of each probability
# with respect to its own score. With the cost $\frac{1}{2} \sum (p_k - y_k)^2$ the right gradient
# and such a one are:

# %%
y = np.eye(3)[right]
own_slope_only = (p - y) * p * (1 - p)
all_roads = p * ((p - y) - ((p - y) * p).sum())  # the roads through the sum as well
print("own slope only", own_slope_only.round(4))
print("right         ", all_roads.round(4))


def squared(z):
    return 0.5 * ((softmax(z) - y) ** 2).sum()


assert np.allclose(all_roads, nudged(squared))
assert not np.allclose(own_slope_only, nudged(squared), atol=0.01)

# %% [markdown]
# ## The digits
#
# `digits.png` holds 1,000 handwritten digits of 8 by 8 points: ten rows, from 0 to 9, of 100
# each. The picture *is* the data. They come from E. Alpaydin and C. Kaynak, *Optical Recognition
# of Handwritten Digits* (1998), UCI Machine Learning Repository,
# [doi:10.24432/C50P49](https://doi.org/10.24432/C50P49), licence [CC BY
# 4.0](https://creativecommons.org/licenses/by/4.0/); we took the first 100 of each digit from its
# test part, and put them side by side.

# %%
sheet = imread(Path(__file__).with_name("digits.png"))  # (80, 800), 0 to 1
tiles = sheet.reshape(10, 8, 100, 8).transpose(0, 2, 1, 3)  # (10, 100, 8, 8)
train_x = tiles[:, :75].reshape(750, 64)  # a row for each digit, a column for each point
test_x = tiles[:, 75:].reshape(250, 64)
train_y, test_y = np.repeat(np.arange(10), 75), np.repeat(np.arange(10), 25)

# %% tags=["remove-input"]
drawing, axes = pictures.figure(8, 3.6)
spaced = np.pad(tiles[:, :20], ((0, 0), (0, 0), (1, 1), (1, 1))).transpose(0, 2, 1, 3)
axes.imshow(spaced.reshape(100, 200), cmap="gray_r")
axes.set(xticks=[], yticks=np.arange(4.5, 100, 10), yticklabels=range(10))
axes.tick_params(length=0)
for side in axes.spines.values():
    side.set_visible(False)
pictures.save(drawing, "11-digits")

# %% [markdown]
# ![Ten rows of twenty handwritten digits each, from 0 to 9, coarse but
# readable.](pictures/11-digits.png)
#
# We learn from 750, and hold 250 back. **Only the digits that it has never seen tell whether it
# can read.** The program that we spoke of tests on the very digits that it learns from; that only
# shows a good memory.
#
# ## The network
#
# 64 inputs, 32 hidden neurons with tanh, 10 scores. You know each line. It is the same program as
# [the one page](../tutorial/one-page.md) that this whole project is built on; only the data
# differ.

# %%
x, y, n = train_x, train_y, len(train_y)
rng = np.random.default_rng(0)
W1, b1 = rng.normal(0, np.sqrt(1 / 64), (64, 32)), np.zeros(32)
W2, b2 = rng.normal(0, np.sqrt(1 / 32), (32, 10)), np.zeros(10)
learning_rate, losses = 0.5, []

for _ in range(300):
    z1 = x @ W1 + b1  # (750, 32)
    a1 = np.tanh(z1)
    z2 = a1 @ W2 + b2  # (750, 10)

    shifted = z2 - z2.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    losses.append(-log_p[np.arange(n), y].mean())

    dz2 = (np.exp(log_p) - np.eye(10)[y]) / n  # given minus right
    dW2, db2 = a1.T @ dz2, dz2.sum(axis=0)
    da1 = dz2 @ W2.T
    dz1 = da1 * (1 - a1 * a1)
    dW1, db1 = x.T @ dz1, dz1.sum(axis=0)

    W1, b1 = W1 - learning_rate * dW1, b1 - learning_rate * db1
    W2, b2 = W2 - learning_rate * dW2, b2 - learning_rate * db2

probabilities = softmax(np.tanh(test_x @ W1 + b1) @ W2 + b2)
answers = probabilities.argmax(axis=1)
print(f"loss {losses[0]:.2f} -> {losses[-1]:.2f}")
print(f"{(answers == test_y).sum()} of 250 new digits are read right")
assert (answers == test_y).mean() >= 0.9

# %% tags=["remove-input"]
wrong = np.flatnonzero(answers != test_y)
shown = [*np.arange(5, 250, 60)[:3], *wrong[:3]]
drawing, panels = pictures.figure(9.6, 3.2, columns=6, rows=2)
for column, k in zip(panels.T, shown, strict=True):
    above, below = column
    above.imshow(test_x[k].reshape(8, 8), cmap="gray_r")
    above.axis("off")
    above.set_title(f"a {test_y[k]}, read as {answers[k]}")
    colours = [pictures.ORANGE if c == test_y[k] else pictures.BLUE for c in range(10)]
    below.bar(range(10), probabilities[k], color=colours)
    below.set(ylim=(0, 1), xticks=range(10), yticks=[])
    below.tick_params(labelsize=8, length=0)
pictures.save(drawing, "11-answers")

# %% [markdown]
# ![Six digits that the network has not seen, with its ten probabilities as bars. Three are read
# right and surely. Three are read wrong; the right class, in orange, then has little or the
# second most.](pictures/11-answers.png)
#
# Orange is the right class. Look at the ones it got wrong: would you have known?
#
# *Try it:* how few digits are enough to learn from? Make 75 smaller.
