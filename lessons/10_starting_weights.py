"""10. Bends and starting weights.

In a deep network a gradient passes through many layers. Each makes it smaller or larger. So the
bend and the starting weights decide whether the first layers learn at all.
"""

import numpy as np
import pictures

# %% [markdown]
# ## Three bends
#
# Beside the sigmoid, two others are common. **tanh** is a sigmoid from −1 to 1. **ReLU** is 0 for
# negative numbers, and lets the others pass. What counts on the way back is the slope:
#
# | | formula | slope |
# | --- | --- | --- |
# | sigmoid | $a = 1 / (1 + e^{-z})$ | $a (1 - a)$, at most ¼ |
# | tanh | $a = \tanh z$ | $1 - a^2$, at most 1 |
# | ReLU | $a = \max(0, z)$ | 0 or 1 |


# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


bends = {  # the bend, and its slope by way of a
    "sigmoid": (sigmoid, lambda a: a * (1 - a)),
    "tanh": (np.tanh, lambda a: 1 - a**2),
    "ReLU": (lambda z: np.maximum(0, z), lambda a: (a > 0) * 1.0),
}
for name, (bend, slope) in bends.items():
    z = np.linspace(-3, 3, 30)  # 0 is not among them: there ReLU has a corner
    nudged = (bend(z + 1e-6) - bend(z - 1e-6)) / 2e-6
    print(f"{name:8} largest slope between -3 and 3: {slope(bend(z)).max():.2f}")
    assert np.allclose(slope(bend(z)), nudged)

# %% tags=["remove-input"]
drawing, panels = pictures.figure(9.6, 2.7, columns=3)
line = np.linspace(-4, 4, 401)
for axes, (name, (bend, slope)) in zip(panels, bends.items(), strict=True):
    pictures.cross(axes)
    axes.plot(line, bend(line), color=pictures.BLUE, label="bend")
    axes.plot(line, slope(bend(line)), color=pictures.ORANGE, label="slope")
    axes.set(title=name, xlabel="z", ylim=(-1.1, 1.6))
panels[0].legend(loc="lower right")
pictures.save(drawing, "10-bends")

# %% [markdown]
# ![Sigmoid, tanh and ReLU with their slopes. The sigmoid's slope is a low hill of ¼, that of tanh
# a hill of 1, that of ReLU a step from 0 to 1.](pictures/10-bends.png)
#
# ## Ten layers back
#
# On its way back through a layer the gradient is multiplied by the weights and by the slope of
# the bend (lesson 6):
#
# $$dz_{l-1} = (dz_l \, W_l^\top) \odot f'(z_{l-1})$$
#
# With the sigmoid, the second factor is ¼ at most. After nine layers that is

# %%
print(f"0.25 ** 9 = {0.25**9:.7f}")

# %% [markdown]
# The first factor depends on the weights that one starts with. They are random, from a bell curve
# round 0; how wide should it be? We send 200 samples through ten layers of 64 neurons, and a
# gradient back, and measure.


# %%
def gradient_sizes(bend, slope, width, layers=10, n=64):
    """The typical size of dz in each layer, first layer first, for that width."""
    rng = np.random.default_rng(0)
    a, seen = rng.normal(size=(200, n)), []
    for _ in range(layers):
        W = rng.normal(0, width, (n, n))
        a = bend(a @ W)
        seen.append((W, a))
    da, sizes = rng.normal(size=(200, n)), []
    for W, a in reversed(seen):
        dz = da * slope(a)
        sizes.append(np.sqrt((dz**2).mean()))
        da = dz @ W.T
    return np.array(sizes[::-1])


n = 64
widths = {"0.02": 0.02, "1/√n": np.sqrt(1 / n), "√(2/n)": np.sqrt(2 / n), "0.5": 0.5}
sizes = {}
print("first layer's gradient / last layer's, for each width of the weights")
print("         " + "".join(f"{width:>10}" for width in widths))
for name, (bend, slope) in bends.items():
    sizes[name] = {w: gradient_sizes(bend, slope, widths[w]) for w in widths}
    shares = [found[0] / found[-1] for found in sizes[name].values()]
    print(f"{name:8} " + "".join(f"{share:10.0e}" for share in shares))

# %% tags=["remove-input"]
drawing, panels = pictures.figure(10, 3.3, columns=3)
colours = [pictures.PINK, pictures.BLUE, pictures.GREEN, pictures.ORANGE]
for axes, name in zip(panels, bends, strict=True):
    for (width, found), colour in zip(sizes[name].items(), colours, strict=True):
        axes.plot(range(1, 11), found, "o-", color=colour, markersize=4, label=width)
    axes.set(yscale="log", ylim=(1e-12, 1e7), title=name, xlabel="layer", xticks=[1, 4, 7, 10])
panels[0].set_ylabel("typical size of the gradient")
panels[0].legend(title="width of the weights", ncols=2, loc="upper left")
pictures.save(drawing, "10-gradients")

# %% [markdown]
# ![The size of the gradient in layers 1 to 10, on a logarithmic scale, for three bends and four
# widths of starting weights. With the sigmoid it falls towards the first layer for every width.
# With tanh it stays about level for 1 over root n, with ReLU for root of 2 over n; 0.02 makes it
# vanish, 0.5 makes it explode with ReLU.](pictures/10-gradients.png)
#
# (`3e-13` is $3 \cdot 10^{-13}$.) With a gradient of a millionth, the first layers do not move:
# it has **vanished**. With one of a million, they jump: it has **exploded**. Only some lines are
# level.
#
# ## Why 1/√n
#
# A neuron adds up $n$ products. Random numbers partly cancel: the typical size of a sum of $n$ of
# them grows with $\sqrt{n}$, not with $n$. So weights of width $1/\sqrt{n}$ keep the size. ReLU
# throws half of the numbers away, and has to make up for it: $\sqrt{2/n}$. These starts are named
# after LeCun (and Glorot, who does almost the same) and He.

# %%
level = {"tanh": "1/√n", "ReLU": "√(2/n)"}
for name, width in level.items():
    assert 0.1 < sizes[name][width][0] / sizes[name][width][-1] < 10
    assert sizes[name]["0.02"][0] / sizes[name]["0.02"][-1] < 1e-5
assert sizes["sigmoid"]["1/√n"][0] / sizes["sigmoid"]["1/√n"][-1] < 1e-5
assert sizes["ReLU"]["0.5"][0] / sizes["ReLU"]["0.5"][-1] > 1e3

# %% [markdown]
# Does it matter? Seven hidden layers of 32 neurons, 200 points on two rings, and the same rate
# for all:


# %%
def train(bend, slope, width, steps=500, learning_rate=0.03):
    rng = np.random.default_rng(1)
    y = (np.arange(200) % 2).reshape(200, 1)
    angle = rng.uniform(0, 2 * np.pi, (200, 1))
    x = np.where(y == 1, 0.7, 1.4) * np.hstack([np.cos(angle), np.sin(angle)])
    shapes = [(2, 32)] + [(32, 32)] * 6 + [(32, 1)]
    W = [rng.normal(0, width(shape[0]), shape) for shape in shapes]
    b = [np.zeros(shape[1]) for shape in shapes]
    costs = []
    for _ in range(steps):
        a = [x]
        for l in range(7):
            a.append(bend(a[l] @ W[l] + b[l]))
        z = a[7] @ W[7] + b[7]  # no bend at the end: every bend gets the same question
        costs.append(0.5 * ((z - y) ** 2).mean())
        dz = (z - y) / 200
        for l in reversed(range(8)):
            dW, db, da = a[l].T @ dz, dz.sum(axis=0), dz @ W[l].T
            W[l] = W[l] - learning_rate * dW
            b[l] = b[l] - learning_rate * db
            dz = da * slope(a[l])
    return np.array(costs)


costs = {
    "sigmoid, 1/√n": train(*bends["sigmoid"], width=lambda n: np.sqrt(1 / n)),
    "tanh, 1/√n": train(*bends["tanh"], width=lambda n: np.sqrt(1 / n)),
    "ReLU, √(2/n)": train(*bends["ReLU"], width=lambda n: np.sqrt(2 / n)),
    "ReLU, 0.02": train(*bends["ReLU"], width=lambda n: 0.02),
}
for name, found in costs.items():
    print(f"{name:14} cost after 500 steps: {found[-1]:.3f}")

assert costs["tanh, 1/√n"][-1] < 0.01 > costs["ReLU, √(2/n)"][-1]
assert costs["sigmoid, 1/√n"][-1] > 0.12 < costs["ReLU, 0.02"][-1]

# %% tags=["remove-input"]
drawing, axes = pictures.figure(7.2, 3.2)
styles = [
    (pictures.PINK, "-"),
    (pictures.BLUE, "-"),
    (pictures.GREEN, "-"),
    (pictures.ORANGE, "--"),
]
for (name, found), (colour, style) in zip(costs.items(), styles, strict=True):
    axes.plot(found, style, color=colour, label=name)
axes.set(xlabel="step", ylabel="cost", ylim=(0, 0.3), title="The same network, data and rate")
axes.legend()
pictures.save(drawing, "10-training")

# %% [markdown]
# ![Four cost curves. tanh with 1 over root n and ReLU with root of 2 over n fall to 0. The
# sigmoid and ReLU with tiny weights stay at 0.125 as long as the picture
# lasts.](pictures/10-training.png)
#
# 0.125 is the cost of answering ½ to everything. **If a deep network does not learn, look at its
# gradients, layer by layer, before you look at anything else.**
#
# ## And never start with equal weights
#
# Neurons with equal weights give equal answers, get equal gradients, take equal steps, and stay
# equal for ever. A layer of 64 of them is worth one:

# %%
W = np.full((3, 4), 0.5)
a1 = np.tanh(np.random.default_rng(0).normal(size=(5, 3)) @ W)  # (5, 4)
dz1 = (np.ones((5, 1)) @ np.full((1, 4), 0.5)) * (1 - a1**2)
assert (a1 == a1[:, :1]).all()
assert (dz1 == dz1[:, :1]).all()
print("four neurons, one answer:", a1[0].round(3))

# %% [markdown]
# *Try it:* which width keeps the gradients of the *sigmoid* level? Add some to `widths`.
