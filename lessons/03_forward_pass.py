"""3. The forward pass.

Layer after layer, from the inputs to the answer: two lines for each layer, however many samples.
"""

import numpy as np
import pictures

# %% [markdown]
# ## Layers in a row
#
# A network is layers in a row. What one layer puts out is what the next one takes in. With $a_0 =
# x$, the inputs, each layer $l$ does
#
# $$z_l = a_{l-1} W_l + b_l, \qquad a_l = \sigma(z_l)$$
#
# Our network has 2 inputs, layers of 4 and 8 neurons, and 1 output. One writes 2-4-8-1. Its
# weights are random: it has learnt nothing yet. (`rng.normal(0, 2, (2, 4))` is an array of that
# shape, full of random numbers; most of them lie between −4 and 4.)


# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


rng = np.random.default_rng(20)  # a source of random numbers, the same ones in each run
sizes = [2, 4, 8, 1]
weights = [rng.normal(0, 2, (2, 4)), rng.normal(0, 2, (4, 8)), rng.normal(0, 2, (8, 1))]
biases = [rng.normal(0, 1, 4), rng.normal(0, 1, 8), rng.normal(0, 1, 1)]


def forward(x):
    a = x
    for l in range(3):
        a = sigmoid(a @ weights[l] + biases[l])
    return a


# %% [markdown]
# ## The shapes on the way
#
# We send 500 samples through. The number of rows stays 500: each sample goes its own way, and no
# sample sees another. The number of columns becomes the size of the layer.

# %%
x = rng.normal(size=(500, 2))
a = x
for l in range(3):
    z = a @ weights[l] + biases[l]
    print(f"{a.shape} @ {weights[l].shape} + {biases[l].shape} -> {z.shape}")
    a = sigmoid(z)
    assert a.shape == (500, sizes[l + 1])

# %% tags=["remove-input"]
drawing, axes = pictures.figure(8.8, 2.9)
pictures.canvas(axes, 31, 9.6)
sample = 3
values, at = [x[:7]], 0.8
for l in range(3):
    values.append(sigmoid(values[-1] @ weights[l] + biases[l]))
for k, value in enumerate(values):
    name = f"a{'₀₁₂₃'[k]}  (500, {sizes[k]})"
    pictures.grid(axes, value, at, 1.4, name, pictures.marks(row=sample), digits=-1)
    pictures.write(axes, at + sizes[k] / 2, 8.9, "⋮", size=13)
    at += sizes[k]
    if k < 3:
        pictures.wire(axes, (at, 4.9), (at + 4.4, 4.9), gap=0.3)
        pictures.write(axes, at + 2.2, 4.1, f"W{'₁₂₃'[k]}, b{'₁₂₃'[k]}", color=pictures.BLUE)
        at += 4.4
pictures.save(drawing, "03-shapes")

# %% [markdown]
# ![Four grids in a row, with 2, 4, 8 and 1 columns and as many rows as there are samples. One
# sample is one row, marked in each of the grids.](pictures/03-shapes.png)
#
# ## Loops or arrays
#
# We could go through samples, neurons and inputs one by one. It is the same calculation:


# %%
def forward_slowly(sample):
    a = list(sample)
    for l in range(3):
        new = []
        for j in range(sizes[l + 1]):
            z = biases[l][j]
            for i in range(sizes[l]):
                z += a[i] * weights[l][i, j]
            new.append(1 / (1 + np.exp(-z)))
        a = new
    return a


slow = np.array([forward_slowly(sample) for sample in x])
difference = abs(slow - forward(x)).max()
print("the same, but for less than 1e-14:", difference < 1e-14)
assert difference < 1e-14

# %% [markdown]
# It is not 0, for a computer keeps 16 digits, and adds in another order. But the loops make
# Python take every single step itself:

# %%
multiplications = sum(W.size for W in weights) * len(x)
print(f"with loops: {multiplications:,} multiplications, one by one; with arrays: 3 lines")
assert multiplications == 500 * (2 * 4 + 4 * 8 + 8 * 1)

# %% [markdown]
# With arrays NumPy does all of them in a few fast calls. One says the program is *vectorised*.
#
# ## What it is good for
#
# We can ask the network about every place of a plane, 14,400 places in one call, and paint its
# answers.

# %% tags=["remove-input"]
drawing, axes = pictures.figure(5.4, 4.2)
shown = pictures.plane(axes, forward, -3, 3)
drawing.colorbar(shown, ax=axes, label="the network's answer")
axes.set(xlabel="first input", ylabel="second input", title="A network that has learnt nothing")
pictures.save(drawing, "03-plane")

# %% [markdown]
# ![A coloured map of the plane: the answers of the random network go smoothly from one side of
# 0.5 to the other, along a curved line.](pictures/03-plane.png)
#
# The picture means nothing, for nobody has told the network what we want. For that we need a way
# to say how wrong an answer is. That is the next lesson.
#
# *Try it:* replace `rng.normal(0, 2, ...)` by `rng.normal(0, 6, ...)`. What happens to the
# picture?
