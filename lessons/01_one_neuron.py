"""1. One neuron by hand.

A neuron multiplies, adds and bends. A whole network is made of nothing else.
"""

import math

import pictures

# %% [markdown]
# ## Multiply and add
#
# A neuron gets some numbers, its **inputs**. Here there are two, $x_1$ and $x_2$. It owns a
# number for each input, the **weights** $w_1$ and $w_2$, and one number more, the **bias** $b$.
# It multiplies each input by its weight, adds it all up, and adds the bias:
#
# $$z = w_1 x_1 + w_2 x_2 + b$$

# %%
x1, x2 = 0.05, 0.10
w1, w2 = 0.15, 0.20
b = 0.35

z = w1 * x1 + w2 * x2 + b
print(f"z = {w1} * {x1} + {w2} * {x2} + {b} = {z:.4f}")

# %% [markdown]
# You can do this with a pencil: 0.0075 + 0.02 + 0.35.
#
# ## Bend
#
# Then the neuron bends the sum with a curve, its **activation**. We take the *sigmoid*. It turns
# every number into one between 0 and 1:
#
# $$a = \sigma(z) = \frac{1}{1 + e^{-z}}$$


# %%
def sigmoid(z):
    return 1 / (1 + math.exp(-z))


a = sigmoid(z)
print(f"a = {a:.9f}")

# %% [markdown]
# This $a$ is the neuron's **output**. That is all a neuron does.

# %% tags=["remove-input"]
drawing, (left, right) = pictures.figure(9.2, 3.3, columns=2)
pictures.canvas(left, 9.6, 6)
for y, x, w in ((1.2, x1, w1), (3.4, x2, w2)):
    pictures.unit(left, 0.9, y, f"{x:.2f}", pictures.LIGHT_BLUE, 0.6)
    pictures.wire(left, (0.9, y), (5, 2.3), gap=0.78)
    pictures.write(left, 2.9, 1.2 if y < 2 else 3.5, f"· {w:.2f}", color=pictures.BLUE)
pictures.unit(left, 5, 5.2, f"{b:.2f}", pictures.LIGHT_BLUE, 0.6)
pictures.wire(left, (5, 5.2), (5, 2.3), gap=0.78)
pictures.unit(left, 5, 2.3, f"{z:.4f}", pictures.LIGHT_ORANGE, 0.75)
pictures.wire(left, (5, 2.3), (8.3, 2.3), gap=0.82)
pictures.write(left, 6.65, 1.85, "bend", color=pictures.BLUE)
pictures.unit(left, 8.3, 2.3, f"{a:.4f}", pictures.LIGHT_GREEN, 0.75)
for x, y, name in ((0.9, 0.25, "x₁"), (0.9, 4.35, "x₂"), (5, 1.2, "z"), (8.3, 1.2, "a")):
    pictures.write(left, x, y, name, weight="bold")
pictures.write(left, 4.1, 5.2, "b", weight="bold")
line = [k / 20 for k in range(-120, 121)]
pictures.cross(right)
bent = [sigmoid(place) for place in line]
pictures.curves(right, [(line, bent, "", pictures.BLUE)], xlabel="z", ylabel="a")
right.plot([z, z, -6], [0, a, a], ":", color=pictures.GREY, linewidth=1.2)
right.plot(z, a, "o", color=pictures.ORANGE, markersize=8)
right.annotate(f"z = {z:.4f}\na = {a:.4f}", (z, a), (1.2, 0.38), color=pictures.INK)
right.set(xlim=(-6, 6), ylim=(0, 1.02), title="The sigmoid bends z into a")
pictures.save(drawing, "01-neuron")

# %% [markdown]
# ![Left: two inputs 0.05 and 0.10 are multiplied by 0.15 and 0.20; with the bias 0.35 they sum up
# to z = 0.3775, which is bent into a = 0.5933. Right: the sigmoid, an S between 0 and 1, with the
# point z = 0.3775, a = 0.5933 on it.](pictures/01-neuron.png)
#
# These numbers are not ours. They are the first neuron of the best known worked example of a
# network, by M. Mazur, and our $a$ has all of its nine printed digits. We meet it again in lesson
# 5.

# %%
assert math.isclose(z, 0.3775)
assert f"{a:.9f}" == "0.593269992"

# %% [markdown]
# ## What the weights are for
#
# The weights decide what a neuron says. Let the inputs be 0 or 1, for "no" and "yes". With large
# weights the sigmoid is nearly 0 or nearly 1, so the neuron answers a question:


# %%
def neuron(x1, x2, w1, w2, b):
    return sigmoid(w1 * x1 + w2 * x2 + b)


print("x1 x2   and    or")
for x1, x2 in [(0, 0), (0, 1), (1, 0), (1, 1)]:
    both = neuron(x1, x2, w1=10, w2=10, b=-15)
    any_of_them = neuron(x1, x2, w1=10, w2=10, b=-5)
    print(f" {x1}  {x2}  {both:.3f}  {any_of_them:.3f}")
    assert round(both) == (x1 and x2)
    assert round(any_of_them) == (x1 or x2)

# %% [markdown]
# Two neurons with the same weights, and only another bias: one says "both", the other "at least
# one". **To learn is to find weights and biases.** How a machine finds them is what the other
# lessons are about.
#
# *Try it:* find a weight and a bias so that a neuron with one input says the opposite: 1 for 0,
# and 0 for 1.
