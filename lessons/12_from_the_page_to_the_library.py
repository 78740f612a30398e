"""12. From the page to the library.

You can write a network now. chainrule is the same network, made general and watched over; here it
has to give your numbers, to the last bit.
"""

import runpy
from pathlib import Path

import numpy as np
import pictures

import chainrule as cr
from chainrule import gradcheck
from chainrule.data.problems import PROBLEMS
from chainrule.engine.reference import forward, loss_of
from chainrule.records import Batch, State

# %% [markdown]
# This lesson needs the project: `make run`, or `pip install .` in its folder.
#
# ## The page
#
# `examples/one_page.py` is the program of lesson 11 on the data of lesson 8. Nothing in it is new
# to you: [read it](../tutorial/one-page.md). We run it, and keep its variables.

# %%
home = Path(__file__).parents[1]
page = runpy.run_path(str(home / "examples" / "one_page.py"))

# %% [markdown]
# ## The same, with the library
#
# You say what the network is and how it is trained, not how to compute it. `Spec.chain` takes the
# sizes of the layers; the page's start comes from the same random numbers. Two engines can do the
# work. `reference` is the one that you can read, on NumPy as the page is:

# %%
rng = np.random.default_rng(0)
start = {
    "0.W": rng.normal(size=(2, 8)),
    "0.b": np.zeros(8),
    "1.W": rng.normal(size=(8, 2)),
    "1.b": np.zeros(2),
}
spec = cr.Spec.chain([2, 8, 2], "tanh", loss="softmax_cross_entropy")
training = cr.Training("sgd", learning_rate=0.5, steps=500, engine="reference")
data = cr.Data.from_arrays(page["x"], page["y"])
result = cr.fit(cr.Network(spec, start), data, training)

# %% [markdown]
# 500 steps, 42 numbers. Are they equal? Not nearly: equal.

# %%
params = result.model.network.params
for ours, theirs in {"0.W": "W1", "0.b": "b1", "1.W": "W2", "1.b": "b2"}.items():
    assert np.array_equal(params[ours], page[theirs])
    print(f"{ours} of the library has the bits of {theirs} of the page")

# %% [markdown]
# Left alone, the library takes [the other engine](../how-to/fast-training.md), if it is there: the
# same in C++, many times as fast. It adds the same numbers in another order, so the last of their
# 16 digits may differ, and after 500 steps a few more:

# %%
fast = cr.Training("sgd", learning_rate=0.5, steps=500)
again = cr.fit(cr.Network(spec, start), data, fast).model.network.params
off = max(np.abs(again[name] - params[name]).max() for name in params)
print(f"the fast engine agrees to ten digits: {off < 1e-10}")
assert off < 1e-10

# %% [markdown]
# ## Every number of a step
#
# On the page you would write `print`. The library keeps all numbers of a step, under the names
# that you know:

# %%
batch = Batch(np.arange(4), page["x"], page["y"], None)
step = cr.record(spec, training, State(0, start, {}, {}), batch)
print("loss", round(float(step.loss.value), 4), " dz of the last layer:")
print(step.layers[1].dz.round(3))
assert np.allclose(step.layers[1].dz.sum(axis=1), 0)  # rows of "given minus right"

# %% [markdown]
# ## Nobody is trusted
#
# Your nudges were right to nine digits. There is a better nudge, by complex numbers, that is
# right to sixteen, and the library holds itself to it. You can do the same with [any
# gradient](../how-to/check-a-gradient.md):


# %%
def loss(params):
    return loss_of(spec, forward(spec, params, page["x"]), batch).value


grads = {"0.W": step.layers[0].dW, "0.b": step.layers[0].db}
grads |= {"1.W": step.layers[1].dW, "1.b": step.layers[1].db}
compared = gradcheck.compare(loss, start, grads, rng=np.random.default_rng(0))
largest = max(one.error for one in compared)
count = sum(len(one.slopes) for one in compared)
print(f"{count} slopes compared; right to 12 digits: {largest < 1e-12}")
assert largest < 1e-12

# %% [markdown]
# ## Where a number comes from
#
# Lesson 5 took a page for one slope, $\partial E / \partial w_5$ of Mazur's network. The library
# knows it, and says where it comes from:

# %%
mazur = PROBLEMS["mazur"]
x, y, _ = mazur.data().fitted(mazur.spec).train.block(0, 1)
network = cr.Network.start(mazur.spec, seed=0)
state, batch = State(0, network.params, {}, {}), Batch(np.arange(1), x, y, None)
first = cr.record(mazur.spec, mazur.training, state, batch)
node = cr.explain(first, "1.dW[0,0]")
for part in [node, *node.parts]:
    print(f"{part.symbol} = {part.letters} = {part.value:.9f}")
assert f"{node.value:.9f}" == "0.082167041"

# %% tags=["remove-input"]
drawing, (left, right) = pictures.figure(9, 3.5, columns=2)
left.plot(result.history["train"], color=pictures.BLUE)
left.set(yscale="log", xlabel="step", ylabel="loss")


def probability(places):
    return result.model.predict(places)["p(1)"]


pictures.plane(right, probability, -0.5, 1.5, n=80)
pictures.points(right, page["x"], page["y"], 100)
right.set(xlabel="first input", ylabel="second input")
pictures.save(drawing, "12-library")

# %% [markdown]
# ![Left: the loss falls over 500 steps, on a logarithmic scale. Right: what the trained network
# answers to every pair of inputs; two corners, each behind a curved border, hold the two "yes" of
# XOR.](pictures/12-library.png)
#
# ## What else it is for
#
# - [Train on your own data](../how-to/own-python-data.md), watch it, stop it, [go
#   on](../how-to/resume.md). [Your first run](../tutorial/first-run.md) takes five minutes.
# - [Your own network does not learn?](../tutorial/it-does-not-learn.md) `chainrule check
#   my_net.py` finds the mistakes of lessons 5, 6, 9 and 11, and some seventy others, in a program
#   that *you* wrote. Write one: that is the best exercise after twelve lessons.
# - [Bug or bad luck?](../how-to/doctor.md) `chainrule doctor --why-stuck xor` is lesson 8 for any
#   network.
#
# You know what a neural network is now: multiply, add, bend; cost, slopes, a small step. There is
# nothing behind it.
