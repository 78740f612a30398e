"""2. A layer is a matrix.

Neurons side by side are a layer. Their weights lie in one array, and one line computes them all.
"""

import numpy as np
import pictures

# %% [markdown]
# NumPy, `np` for short, is Python's library for numbers in rows and columns, **arrays**.
#
# ## Where the weights lie
#
# Here are three inputs and two neurons. Each neuron has a weight for each input: six weights.
# They lie in an array with **a row for each input and a column for each neuron**. So `W[i, j]` is
# the weight on the wire *from input i to neuron j*. Python counts from 0. The biases, one for
# each neuron, lie in a row.

# %%
W = np.array([[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]])  # (3, 2): 3 inputs, 2 neurons
b = np.array([1.0, 2.0])  # (2,): a bias for each neuron
print("W has the shape", W.shape, "and from input 2 to neuron 1 leads", W[2, 1])

# %% tags=["remove-input"]
drawing, axes = pictures.figure(8, 3.0)
pictures.canvas(axes, 14, 5.6)
for i in range(3):
    for j in range(2):
        bold = (i, j) == (2, 1)
        colour = pictures.ORANGE if bold else (pictures.BLUE, pictures.GREEN)[j]
        pictures.wire(axes, (1, 1 + 1.6 * i), (5, 1.8 + 1.6 * j), colour, 2.6 if bold else 1.2)
    pictures.unit(axes, 1, 1 + 1.6 * i, f"x[{i}]", "white", 0.5)
for j, fill in enumerate([pictures.LIGHT_BLUE, pictures.LIGHT_GREEN]):
    pictures.unit(axes, 5, 1.8 + 1.6 * j, f"z[{j}]", fill, 0.5)
pictures.write(axes, 3.0, 4.55, "W[2, 1]", color=pictures.ORANGE, weight="bold")
fills = (pictures.LIGHT_BLUE, pictures.LIGHT_GREEN)
pictures.grid(
    axes,
    W,
    9.4,
    1.4,
    "W  (3, 2)",
    lambda i, j: pictures.LIGHT_ORANGE if (i, j) == (2, 1) else fills[j],
    digits=1,
)
for i in range(3):
    pictures.write(axes, 8.2, 1.9 + i, f"from x[{i}]", color=pictures.GREY, size=9.5)
for j in range(2):
    pictures.write(axes, 9.9 + j, 5.0, f"to\nz[{j}]", color=pictures.GREY, size=9.5)
pictures.save(drawing, "02-weights")

# %% [markdown]
# ![Left: three inputs, each joined to both neurons; the wire from input 2 to neuron 1 is marked.
# Right: the array W with three rows and two columns; the cell in row 2, column 1 has the same
# mark.](pictures/02-weights.png)
#
# ## Where the samples lie
#
# One set of inputs is a **sample**. We have four, and they lie in an array too: **a row for each
# sample, a column for each input**.

# %%
X = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 2.0, 3.0], [1.0, 1.0, 1.0]])  # (4, 3)

# %% [markdown]
# ## One line for all of it
#
# Neuron $j$ takes sample $s$, multiplies and adds, as in lesson 1:
#
# $$Z_{sj} = X_{s0} W_{0j} + X_{s1} W_{1j} + X_{s2} W_{2j} + b_j$$
#
# That is row $s$ of $X$ times column $j$ of $W$. Mathematicians call it a *matrix product*, and
# NumPy writes it `@`. The whole layer, for all samples at once, is
#
# $$Z = X W + b$$

# %%
Z = X @ W + b
print(Z)

# %% tags=["remove-input"]
drawing, axes = pictures.figure(8.6, 2.9)
pictures.canvas(axes, 15.4, 5.6)
s, j = 2, 1
pictures.grid(axes, X, 1.2, 1.1, "X  (4, 3)", pictures.marks(row=s), digits=0)
pictures.grid(axes, W, 5.6, 1.6, "W  (3, 2)", pictures.marks(column=j), digits=1)
pictures.grid(axes, b, 9.0, 2.6, "b  (2,)", pictures.marks(column=j), digits=0)
pictures.grid(axes, Z, 12.4, 1.1, "Z  (4, 2)", pictures.marks(s, j, pictures.LIGHT_GREEN), digits=1)
for x, sign in ((4.9, "@"), (8.3, "+"), (11.7, "=")):
    pictures.write(axes, x, 3.1, sign, size=15)
for k in range(4):
    pictures.write(axes, 0.5, 1.6 + k, f"s = {k}", size=9, color=pictures.GREY)
pictures.write(axes, 7.2, 5.4, "1 · 0.4 + 2 · 0.5 + 3 · 0.6 + 2 = 5.2", color=pictures.GREEN)
pictures.save(drawing, "02-product")

# %% [markdown]
# ![The grids X, W, b and Z. Row 2 of X and column 1 of W and b are marked; together they give the
# marked cell of Z: 1 times 0.4 plus 2 times 0.5 plus 3 times 0.6 plus 2 is
# 5.2.](pictures/02-product.png)
#
# Is it really the same as neuron after neuron? We do it again, slowly:

# %%
for s in range(4):
    for j in range(2):
        by_hand = b[j]
        for i in range(3):
            by_hand = by_hand + X[s, i] * W[i, j]
        assert np.isclose(Z[s, j], by_hand)

# %% [markdown]
# ## Shapes tell you when you are wrong
#
# `(4, 3) @ (3, 2)` gives `(4, 2)`: the inner numbers must agree, and they vanish. What is left is
# samples by neurons. Turned round, it does not fit, and NumPy says so:

# %%
assert Z.shape == (4, 2)
try:
    W @ X
except ValueError:
    print("W @ X does not fit:", W.shape, X.shape)
else:
    raise AssertionError("W @ X must not fit")

# %% [markdown]
# Some books lay $W$ the other way, a row for each neuron. They write $W x$ for one sample in a
# column. The numbers are the same; only the drawing is turned. Look at the shapes first when you
# read foreign code.

# %%
x = X[2]
assert np.allclose(W.T @ x + b, Z[2])

# %% [markdown]
# *Try it:* add a third neuron to `W` and `b`. Which other array changes its shape?
