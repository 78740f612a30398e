"""8. XOR: why a hidden layer.

"One or the other, not both" is too much for one layer, and easy for two. But not every
start finds it.
"""

import numpy as np
import pictures


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)  # (4, 2)
y = np.array([[0], [1], [1], [0]], dtype=float)  # (4, 1)

# %% [markdown]
# ## One neuron can't
#
# The question is called XOR: is exactly one of the two inputs 1? Suppose a neuron could answer
# it, with a positive $z$ for "yes" and a negative $z$ for "no":
#
# | inputs | answer | so |
# | --- | --- | --- |
# | 0, 0 | no | $b < 0$ |
# | 0, 1 | yes | $w_2 + b > 0$ |
# | 1, 0 | yes | $w_1 + b > 0$ |
# | 1, 1 | no | $w_1 + w_2 + b < 0$ |
#
# Add the two middle lines: $w_1 + w_2 + 2b > 0$. Take the last line away from it: $b > 0$. But
# the first line says $b < 0$. So there is no such neuron. In a picture: the places where $z = 0$
# are a straight line, and no straight line has both "yes" on one side and both "no" on the other.
#
# ## Two neurons and one more can
#
# Lesson 1 had a neuron for "at least one" and one for "both". XOR is "at least one, but not
# both". A third neuron can say that, with 1 times the first, and −1 times the second:

# %%
W1, b1 = np.array([[10.0, 10.0], [10.0, 10.0]]), np.array([-5.0, -15.0])
W2, b2 = np.array([[10.0], [-10.0]]), np.array([-5.0])

hidden = sigmoid(x @ W1 + b1)
answers = sigmoid(hidden @ W2 + b2)
print("inputs   at least one   both   answer")
for row in range(4):
    h = "        ".join(f"{value:.2f}" for value in hidden[row])
    print(f"{x[row]}      {h}     {answers[row, 0]:.2f}")
assert (answers.round() == y).all()

# %% tags=["remove-input"]
drawing, (left, right) = pictures.figure(9.2, 4.0, columns=2)
pictures.plane(left, lambda p: sigmoid(sigmoid(p @ W1 + b1) @ W2 + b2), -0.5, 1.5)
pictures.plane(right, lambda h: sigmoid(h @ W2 + b2), -0.25, 1.25)
pictures.points(left, x, y, 130)
pictures.points(right, hidden, y, 130)
left.set(xlabel="first input", ylabel="second input", title="What goes in: two lines are needed")
right.set(
    xlabel='"at least one"', ylabel='"both"', title="What the last neuron sees: one line is enough"
)
for place, name in zip(x, ("0, 0", "0, 1", "1, 0", "1, 1"), strict=True):
    left.annotate(name, place, (7, 9), textcoords="offset points")
for place, name in ((hidden[0], "0, 0"), (hidden[1], "0, 1 and 1, 0"), (hidden[3], "1, 1")):
    right.annotate(name, place, (0, 12), textcoords="offset points", ha="center")
pictures.save(drawing, "08-hidden-space")

# %% [markdown]
# ![Left: the four inputs as corners of a square. The two "yes" lie in a band between two parallel
# lines. Right: the same four in the space of the hidden answers. Both "yes" have come to the same
# place, and a single line cuts them off.](pictures/08-hidden-space.png)
#
# **A hidden layer moves the samples to places where the last neuron's straight line is enough.**
#
# ## Without the bend it is no use
#
# Leave out the sigmoid of the hidden layer. Then two layers are no more than one, for $(x W_1)
# W_2 = x (W_1 W_2)$, and $W_1 W_2$ is a matrix like any other:

# %%
two_layers = (x @ W1 + b1) @ W2 + b2
one_layer = x @ (W1 @ W2) + (b1 @ W2 + b2)
assert np.allclose(two_layers, one_layer)

# %% [markdown]
# ## Let it learn, from 100 starts
#
# We know weights that work. Does gradient descent find them? We let it start from 100 random
# places, all at once: a stack of 100 networks is an array with one axis more, and `@` works on
# each of the stack. Everything else is lesson 6.


# %%
def train(n_hidden, steps=2000, learning_rate=2.0):
    """The cost of each of 100 networks before each step, and their last weights."""
    rng = np.random.default_rng(0)
    W1, b1 = rng.normal(size=(100, 2, n_hidden)), np.zeros((100, 1, n_hidden))
    W2, b2 = rng.normal(size=(100, n_hidden, 1)), np.zeros((100, 1, 1))
    costs = []
    for _ in range(steps):
        a1 = sigmoid(x @ W1 + b1)  # (100, 4, n_hidden)
        a2 = sigmoid(a1 @ W2 + b2)  # (100, 4, 1)
        costs.append(0.5 * ((a2 - y) ** 2).mean(axis=(1, 2)))
        dz2 = (a2 - y) * a2 * (1 - a2)
        dz1 = dz2 @ W2.transpose(0, 2, 1) * a1 * (1 - a1)
        W2 = W2 - learning_rate * a1.transpose(0, 2, 1) @ dz2
        b2 = b2 - learning_rate * dz2.sum(axis=1, keepdims=True)
        W1 = W1 - learning_rate * x.T @ dz1
        b1 = b1 - learning_rate * dz1.sum(axis=1, keepdims=True)
    return np.array(costs), (W1, b1, W2, b2)


runs = {n_hidden: train(n_hidden) for n_hidden in (2, 3, 4)}
solved = {n_hidden: (costs[-1] < 0.02) for n_hidden, (costs, _) in runs.items()}
for n_hidden in runs:
    print(f"{n_hidden} hidden neurons: {solved[n_hidden].sum()} of 100 starts learn XOR")

assert 50 < solved[2].sum() < solved[3].sum() < solved[4].sum() == 100

# %% tags=["remove-input"]
drawing, (left, right) = pictures.figure(9.4, 3.6, columns=2)
costs = runs[2][0]
left.plot(costs[:, solved[2]], color=pictures.BLUE, linewidth=0.8, alpha=0.4)
left.plot(costs[:, ~solved[2]], color=pictures.ORANGE, linewidth=1.4, alpha=0.8)
left.plot([], [], color=pictures.BLUE, label=f"{solved[2].sum()} learn it")
left.plot([], [], color=pictures.ORANGE, label=f"{(~solved[2]).sum()} are stuck")
left.legend()
left.set(xlabel="step", ylabel="cost", title="2 hidden neurons, 100 starts", ylim=(0, 0.15))
bars = [solved[n].sum() for n in (2, 3, 4)]
right.bar(["2", "3", "4"], bars, color=pictures.BLUE, width=0.6)
right.bar(["2", "3", "4"], [100 - b for b in bars], bottom=bars, color=pictures.ORANGE, width=0.6)
for k, count in enumerate(bars):
    pictures.write(right, k, count / 2, str(count), color="white", weight="bold")
right.set(xlabel="hidden neurons", ylabel="starts", title="More neurons, more luck")
pictures.save(drawing, "08-starts")

# %% [markdown]
# ![Left: the costs of 100 starts against steps. Most fall to 0 after a while; 23 stay near one
# sixteenth, which is 0.0625, or above. Right: with 2, 3 and 4 hidden neurons 77, 97 and 100 of
# 100 starts learn XOR.](pictures/08-starts.png)
#
# ## Why some are stuck
#
# There is no mistake in the program. Look at one of those starts: what does it answer, and what
# do its hidden neurons say?

# %%
stuck = np.flatnonzero(~solved[2])[0]
W1, b1, W2, b2 = [p[stuck] for p in runs[2][1]]
hidden = sigmoid(x @ W1 + b1)
answers = sigmoid(hidden @ W2 + b2)
print("inputs     hidden        answer   right")
for row in range(4):
    h = "  ".join(f"{value:.2f}" for value in hidden[row])
    print(f"{x[row]}   {h}    {answers[row, 0]:.2f}     {y[row, 0]:.0f}")

assert np.abs(hidden[1] - hidden[3]).max() < 0.01
assert np.abs(answers[[1, 3]] - 0.5).max() < 0.01

# %% [markdown]
# Both hidden neurons say 1 to (0, 1) *and* to (1, 1). So the last neuron can't tell these two
# apart. They want different answers, and ½ is the best compromise. To part them, a hidden neuron
# would have to move for one of them, but it sits on the flat end of its sigmoid:

# %%
slopes = (hidden * (1 - hidden))[[1, 3]]
print("largest slope of the hidden neurons there: below 0.001, where 0.25 is possible")
assert slopes.max() < 0.001

# %% [markdown]
# **A stuck network need not be wrong. Try other starts, or more neurons, before you search for a
# mistake.** The command `chainrule doctor --why-stuck` does that for you.
#
# *Try it:* give `train` a learning rate of 0.2. Are fewer starts stuck, or is it only slower?
