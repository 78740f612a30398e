"""7. Gradient descent.

Forward, backward, a small step, and again, ten thousand times: that is learning. The size of the
step decides whether it works.
"""

import numpy as np
import pictures

# %% [markdown]
# ## The rule
#
# Every weight takes a step against its slope. $\eta$ ("eta") is the **learning rate**:
#
# $$W \leftarrow W - \eta \, dW$$
#
# We follow the shortest well-known program of the kind, "A neural network in 11 lines" by Andrew
# Trask, and get his digits. Its costs are *sums* over the four samples, and it has no biases: a
# third input that is always 1 does their work.


# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [0], [1], [1]])  # the right answer is the first input

# %% [markdown]
# ## One layer of weights: 3-1
#
# Three inputs, one output. The whole of lessons 3 to 6 is four lines:

# %%
W = 2 * np.random.RandomState(1).random((3, 1)) - 1  # the random numbers that he drew
for _ in range(10_000):
    a = sigmoid(X @ W)  # forward
    dz = (a - y) * a * (1 - a)  # backward
    W = W - 1.0 * X.T @ dz  # step

print("answers", a.ravel().round(8))
assert a.ravel().round(8).tolist() == [0.00966449, 0.00786506, 0.99358898, 0.99211957]

# %% [markdown]
# These are the eight digits that he prints. The network has found that only the first input
# matters; its weight has become large:

# %%
print("weights", W.ravel().round(2))
assert W[0, 0] > 9 > 1 > abs(W[1, 0])

# %% [markdown]
# ## Two layers of weights: 3-4-1
#
# Now the right answer is 1 where *exactly one* of the first two inputs is 1. That takes a hidden
# layer; lesson 8 says why. (He counts the input as a layer, and calls this one "three layers".)

# %%
y = np.array([[0], [1], [1], [0]])


def train(learning_rate, steps):
    """The mean absolute error before each step, and the last answers of both layers."""
    random = np.random.RandomState(1)
    W1, W2 = 2 * random.random((3, 4)) - 1, 2 * random.random((4, 1)) - 1
    errors = []
    for _ in range(steps):
        a1 = sigmoid(X @ W1)
        a2 = sigmoid(a1 @ W2)
        errors.append(np.abs(a2 - y).mean())
        dz2 = (a2 - y) * a2 * (1 - a2)
        dz1 = dz2 @ W2.T * a1 * (1 - a1)
        W2 = W2 - learning_rate * a1.T @ dz2
        W1 = W1 - learning_rate * X.T @ dz1
    return np.array(errors), a1, a2


errors, a1, a2 = train(1.0, 60_000)
print("answers", a2.ravel().round(8))
assert a2.ravel().round(8).tolist() == [0.00260572, 0.99672209, 0.99701711, 0.00386759]
for step in (0, 10_000, 50_000):
    print(f"step {step:6,}   error {errors[step]:.6f}")
assert f"{errors[0]:.6f} {errors[10_000]:.6f}" == "0.496410 0.008585"

# %% [markdown]
# These digits are his as well, all of them.
#
# ## How large a step?
#
# Take the simplest valley, $E = \frac{1}{2} w^2$. Its slope is $w$, so a step makes $w - \eta w =
# (1 - \eta) \, w$ out of $w$. Each step multiplies $w$ by the same number:

# %%
for rate in [0.1, 1.0, 1.8, 2.1]:
    w = 1.0
    for _ in range(20):
        w = w - rate * w
    print(f"rate {rate}: w times {1 - rate:4.1f} in each step; after 20 it is {w:.4f}")
    assert (abs(w) < 1) == (abs(1 - rate) < 1)

# %% tags=["remove-input"]
drawing, panels = pictures.figure(9.6, 2.9, columns=3)
line = np.linspace(-2.6, 2.6, 100)
for axes, rate, name in zip(
    panels,
    (0.2, 1.8, 2.15),
    ("0.2: slow and sure", "1.8: to and fro", "2.15: out of the valley"),
    strict=True,
):
    path = (1 - rate) ** np.arange(7)
    path = path * (2 if rate < 2 else 1)
    axes.plot(line, line**2 / 2, color=pictures.BLUE)
    axes.plot(path, path**2 / 2, "o-", color=pictures.ORANGE, linewidth=1.2, markersize=5)
    axes.plot(path[0], path[0] ** 2 / 2, "o", color=pictures.INK, markersize=7)
    axes.set(title=f"rate {name}", xlabel="w", ylim=(-0.1, 3.4))
panels[0].set_ylabel("cost")
pictures.save(drawing, "07-steps")

# %% [markdown]
# ![Three times the same valley, each with seven steps. With rate 0.2 the steps creep down one
# side. With 1.8 they jump from side to side and come down. With 2.15 they jump from side to side
# and climb out. The start is black.](pictures/07-steps.png)
#
# Too small, and it takes for ever. Too large, and it jumps over the bottom, further out each
# time. In a network it is the same, only that no formula tells where the limit lies. We try:

# %%
found = {rate: train(rate, 10_001)[0] for rate in (0.1, 10.0)}
found[1.0] = errors[:10_001]
found[100.0], a1, a2 = train(100.0, 10_001)
for rate in sorted(found):
    print(f"rate {rate:6.2f}   error after 10,000 steps {found[rate][-1]:.4f}")

assert found[0.1][-1] > found[1.0][-1] > found[10.0][-1]
assert found[100.0][-1] > 0.1

# %% tags=["remove-input"]
drawing, axes = pictures.figure(7.2, 3.5)
colours = [pictures.GREEN, pictures.BLUE, pictures.ORANGE, pictures.GREY]
for rate, colour in zip(sorted(found), colours, strict=True):
    axes.plot(np.arange(1, 10_002), found[rate], color=colour, label=f"{rate:g}")
axes.set(xscale="log", yscale="log", xlabel="step", ylabel="mean absolute error")
axes.legend(title="learning rate", loc="lower left", ncols=2)
pictures.save(drawing, "07-rates")

# %% [markdown]
# ![The error against steps for four learning rates, both on logarithmic scales. 0.1, 1 and 10
# fall, the larger the sooner; 100 jumps about and gets stuck at 0.125.](pictures/07-rates.png)
#
# What happens at 100? The first steps throw the weights so far out that all hidden neurons sit on
# the flat ends of their sigmoids when they see the last sample. They answer 0 to it, so the
# output's $z$ is 0, and the answer is ½. And where a sigmoid is flat the slope is 0: no step
# brings them back.

# %%
print("last sample, rate 100: hidden", a1[3].round(4), "output", a2[3].round(4))
assert a1[3].max() < 1e-4
assert abs(a2[3, 0] - 0.5) < 1e-4

# %% [markdown]
# One answer of four that is wrong by ½ is a mean error of 0.125, the grey line.
#
# *Try it:* at which rate between 10 and 100 does it break?
