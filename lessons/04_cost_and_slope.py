"""4. Cost and slope.

The cost says how wrong an answer is. The slope of the cost says which way to turn a weight.
"""

import numpy as np
import pictures

# %% [markdown]
# ## How wrong?
#
# A neuron answers $a$, and the right answer is $y$. Their difference is the error. We square it,
# so that it is never negative and large errors count more. The half makes a later formula
# shorter:
#
# $$E = \frac{1}{2} (a - y)^2$$
#
# This is the **cost**, or **loss**. It is 0 when the answer is right. Look at a neuron with one
# weight. Its input is 1 and it has no bias, so $a = \sigma(w)$; the right answer shall be 0.4.


# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def cost(w):
    return 0.5 * (sigmoid(w) - 0.4) ** 2


for w in [-3.0, -1.0, 1.0, 3.0]:
    print(f"w = {w:4.1f}   answer {sigmoid(w):.3f}   cost {cost(w):.4f}")

# %% [markdown]
# The cost is a function of the weight. To learn is to walk down this curve.
#
# ## Which way is down?
#
# The **slope** says how much the cost changes when $w$ grows a little: rise over run. Take two
# points that are close to $w$, one on each side:
#
# $$\text{slope} \approx \frac{E(w + h) - E(w - h)}{2h}$$


# %%
def nudge_slope(function, w, h=1e-5):
    return (function(w + h) - function(w - h)) / (2 * h)


for w in [-3.0, 1.0]:
    slope = nudge_slope(cost, w)
    print(f"w = {w:4.1f}   slope {slope:7.4f}   so {'raise' if slope < 0 else 'lower'} w")

assert nudge_slope(cost, -3.0) < 0 < nudge_slope(cost, 1.0)

# %% tags=["remove-input"]
drawing, (left, right) = pictures.figure(9.4, 3.6, columns=2)
line = np.linspace(-5, 5, 300)
for w, colour, arrow in ((-3.0, pictures.GREEN, 1), (1.0, pictures.ORANGE, -1)):
    slope = nudge_slope(cost, w)
    run = np.array([-1.6, 1.6])
    left.plot(w + run, cost(w) + slope * run, color=colour)
    left.plot(w, cost(w), "o", color=colour)
    pictures.wire(left, (w, cost(w)), (w + 1.3 * arrow, cost(w)), colour, 2, gap=0)
    name_at = (w - 1.3, cost(w) + 0.022) if w < 0 else (w + 0.5, cost(w) - 0.01)
    left.annotate(f"slope {slope:.3f}".replace("-", "−"), (w, cost(w)), name_at)
pictures.curves(
    left,
    [(line, cost(line), "", pictures.BLUE)],
    xlabel="weight w",
    ylabel="cost E",
    title="Go against the slope",
    ylim=(-0.01, 0.19),
)
for h, colour in ((2.0, pictures.PINK), (1.0, pictures.ORANGE), (0.1, pictures.GREEN)):
    slope = nudge_slope(cost, 1.0, h)
    ends = np.array([1 - h, 1 + h])
    right.plot(ends, cost(ends), "o", color=colour, markersize=5)
    right.axline((1 - h, cost(1 - h)), slope=slope, color=colour, label=f"h = {h}: {slope:.4f}")
pictures.curves(
    right,
    [(line, cost(line), "", pictures.BLUE)],
    xlabel="weight w",
    title="The nearer the points, the truer the slope",
    ylim=(-0.01, 0.19),
    xlim=(-2, 4),
)
right.legend(loc="upper left", title="slope at w = 1")
pictures.save(drawing, "04-slope")

# %% [markdown]
# ![Left: the cost as a valley over the weight, with two tangents. Left of the valley's bottom the
# tangent falls and the arrow points right; right of it the tangent rises and the arrow points
# left. Right: lines through two points of the curve, which come closer to the tangent as the
# points come together.](pictures/04-slope.png)
#
# Where the slope is negative, a larger $w$ costs less. Where it is positive, a smaller $w$ does.
# So **walk against the slope**. At the bottom the slope is 0.
#
# ## Slopes without nudging
#
# A network has thousands of weights, and two forward passes for each nudge are too slow. There
# are formulas, and we need only three. You may know the first; check the others by nudging, and
# never trust one that you have not checked.
#
# | function | slope |
# | --- | --- |
# | $w x + b$ | $x$ with respect to $w$, and 1 with respect to $b$ |
# | $\frac{1}{2} (a - y)^2$ | $a - y$ |
# | $\sigma(z)$ | $a (1 - a)$ with $a = \sigma(z)$ |

# %%
for z in np.linspace(-6, 6, 25):
    a = sigmoid(z)
    assert np.isclose(nudge_slope(sigmoid, z), a * (1 - a))
    assert np.isclose(nudge_slope(lambda a: 0.5 * (a - 0.4) ** 2, a), a - 0.4)
print("the formulas hold at 25 places")

# %% tags=["remove-input"]
drawing, axes = pictures.figure(6.4, 3.2)
line = np.linspace(-6, 6, 300)
a = sigmoid(line)
pictures.cross(axes)
pictures.curves(
    axes,
    [
        (line, a, "sigmoid: a", pictures.BLUE),
        (line, a * (1 - a), "its slope: a (1 − a)", pictures.ORANGE),
    ],
    xlabel="z",
    ylim=(0, 1.02),
    xlim=(-6, 6),
)
pictures.save(drawing, "04-sigmoid")

# %% [markdown]
# ![The sigmoid rises from 0 to 1. Its slope is a hill with its top of 0.25 at z = 0, and is
# almost 0 on either side.](pictures/04-sigmoid.png)
#
# Look at the ends of the curve. Far from 0 the sigmoid is flat: its slope is nearly 0, and it is
# never more than a quarter. That will matter in lessons 8 and 10.

# %%
a = sigmoid(np.linspace(-9, 9, 1001))
slopes = a * (1 - a)
print(f"slope at −9: {slopes[0]:.4f}, largest slope: {slopes.max():.4f}")
assert slopes.max() == 0.25 == slopes[500]
assert slopes[0] < 0.001 > slopes[-1]

# %% [markdown]
# *Try it:* where is the bottom of the cost, exactly? Solve $\sigma(w) = 0.4$, and let
# `nudge_slope` tell you whether you are right.
