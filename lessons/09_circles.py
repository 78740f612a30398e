"""9. Circles: watch it learn.

A network finds the border between two rings of points. And a sum beside a mean, which many have
copied, makes it stumble.
"""

import numpy as np
import pictures


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# %% [markdown]
# ## The data
#
# 500 points, half of them on a ring with radius 1, half on one with radius ½, and each a little
# beside it. The answer is 1 for the inner ring.

# %%
rng = np.random.default_rng(0)
n = 500
y = (np.arange(n) % 2).reshape(n, 1)
angle, radius = rng.uniform(0, 2 * np.pi, (n, 1)), np.where(y == 1, 0.5, 1.0)
x = np.hstack([radius * np.cos(angle), radius * np.sin(angle)])
x = x + rng.normal(0, 0.05, (n, 2))

# %% [markdown]
# ## The network
#
# 2-4-8-1, as in lesson 3. The passes are those of lesson 6, with one more layer. `bias_share` is
# 1; we need it later.


# %%
def forward(params, x):
    W1, b1, W2, b2, W3, b3 = params
    a1 = sigmoid(x @ W1 + b1)  # (500, 4)
    a2 = sigmoid(a1 @ W2 + b2)  # (500, 8)
    return a1, a2, sigmoid(a2 @ W3 + b3)  # (500, 1)


def train(steps, bias_share=1.0, learning_rate=0.05):
    """The mean squared error before each step, and the weights at each 50th step."""
    rng = np.random.default_rng(8)
    params = [rng.uniform(-1, 1, size) for size in [(2, 4), 4, (4, 8), 8, (8, 1), 1]]
    errors, kept = [], []
    for step in range(steps):
        if step % 50 == 0:
            kept.append(params)
        W2, W3 = params[2], params[4]
        a1, a2, a3 = forward(params, x)
        errors.append(((a3 - y) ** 2).mean())
        dz3 = (a3 - y) * a3 * (1 - a3)
        dz2 = dz3 @ W3.T * a2 * (1 - a2)
        dz1 = dz2 @ W2.T * a1 * (1 - a1)
        gradients = [
            x.T @ dz1,
            bias_share * dz1.sum(axis=0),
            a1.T @ dz2,
            bias_share * dz2.sum(axis=0),
            a2.T @ dz3,
            bias_share * dz3.sum(axis=0),
        ]
        params = [p - learning_rate * g for p, g in zip(params, gradients, strict=True)]
    return np.array(errors), kept


errors, kept = train(1300)
right = (forward(kept[-1], x)[2].round() == y).mean()
print(f"error {errors[0]:.3f} before, {errors[-1]:.4f} after; {right:.0%} are right")
assert right == 1
assert errors[-1] < 0.001

# %% tags=["remove-input"]
drawing, (left, middle, last) = pictures.figure(10, 3.3, columns=3)
pictures.points(left, x, y)
left.set(aspect="equal", title="before", xlim=(-1.35, 1.35), ylim=(-1.35, 1.35))
pictures.plane(middle, lambda p: forward(kept[-1], p)[2], -1.35, 1.35)
pictures.points(middle, x, y)
middle.set(title="after")
last.plot(errors, color=pictures.BLUE, linewidth=1.2)
last.set(yscale="log", xlabel="step", title="mean squared error")
pictures.save(drawing, "09-circles")

# %% [markdown]
# ![Left: points on two rings, orange squares inside, blue circles outside. Middle: the same
# points on the network's answers; a black border closes round the inner ring. Right: the error on
# a logarithmic scale. It stays at 0.25 for a while, falls steeply, and goes on
# falling.](pictures/09-circles.png)
#
# ## Watch it learn
#
# The black line is where the network says ½.

# %% tags=["remove-input"]
drawing, panels = pictures.figure(10, 2.3, columns=6)
for axes, step in zip(panels, (0, 100, 150, 200, 300, 1250), strict=True):
    pictures.plane(axes, lambda p, k=step // 50: forward(kept[k], p)[2], -1.35, 1.35, n=70)
    pictures.points(axes, x[::5], y[::5], 6)
    axes.set(title=f"step {step}", xticks=[], yticks=[])
pictures.save(drawing, "09-film")

# %% [markdown]
# ![Six maps of the plane, from step 0 to step 1,250: first one pale colour everywhere, then a
# border that comes in from a corner, bends into the rings, and at last closes round the inner
# one.](pictures/09-film.png)
#
# For a long time nothing seems to happen. Then a border comes in, bends, and closes. **A flat
# error curve is not always the end.**
#
# ## A sum beside a mean
#
# A well-known program for these circles adds the weights' gradients up over all 500 samples, but
# takes the *mean* for the biases. The mean is the sum divided by 500, so the biases are 500 times
# too slow. We do the same from the same start:

# %%
mixed, _ = train(1300, bias_share=1 / 500)


def reached(errors):
    """The first of every 50 steps at which the error is below 0.005."""
    return 50 * int(np.argmax(errors[::50] < 0.005))


print(f"sum and sum:  below 0.005 after {reached(errors)} steps")
print(f"sum and mean: below 0.005 after {reached(mixed)} steps")
assert 0 < reached(errors) < reached(mixed)

# %% tags=["remove-input"]
drawing, axes = pictures.figure(8.4, 3.4)
axes.plot(mixed, color=pictures.ORANGE, linewidth=1, label="weights by the sum, biases by the mean")
axes.plot(errors, color=pictures.BLUE, linewidth=1.4, label="both by the sum")
axes.set(yscale="log", xlabel="step", ylabel="mean squared error")
axes.legend()
pictures.save(drawing, "09-spikes")

# %% [markdown]
# ![The two error curves on a logarithmic scale. With both sums the error falls early, with a few
# spikes. With the mix it falls much later, through a thicket of spikes.](pictures/09-spikes.png)
#
# A step along a gradient goes downhill, if it is short enough. The mix is not the gradient of
# anything: the weights rush ahead, and the biases, which should make up for it, stay behind. So
# the network overshoots, and comes back, and overshoots. Count the steps at which the error grew
# by half or more:


# %%
def spikes(errors):
    return (errors[1:] > 1.5 * errors[:-1]).sum()


print("more than five times as many spikes:", spikes(mixed) > 5 * spikes(errors))
assert spikes(mixed) > 5 * spikes(errors)

# %% [markdown]
# A few spikes are left. They are not a mistake: a sum over 500 samples at a rate of 0.05 is a
# mean at a rate of 25, and that is a large step. A tenth of it has none. Use the mean everywhere,
# as lesson 6 does, and the rate means the same for 5 samples as for 500. The same over 20 starts:
# [the founding problems](../why/founding-problems.md).

# %%
calm, _ = train(1300, learning_rate=0.005)
assert spikes(calm) == 0
print(f"a tenth of the rate: no spike, and an error of {calm[-1]:.3f} after 1,300 steps")

# %% [markdown]
# *Try it:* other starts. Change the 8 in `default_rng(8)`.
