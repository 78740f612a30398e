"""5. The chain rule on Mazur's numbers.

A weight deep inside a network moves the cost through everything that comes after it. The slopes
on the way multiply.
"""

import math

import pictures

# %% [markdown]
# ## A network with numbers
#
# Matt Mazur's worked example is the page that many people learn this from. It has two inputs, two
# hidden neurons $h_1, h_2$ and two outputs $o_1, o_2$, eight weights, and a bias for each layer
# that stays as it is. We use his names. `w[0]` is not used, so that `w[1]` is his $w_1$.


# %%
def sigmoid(z):
    return 1 / (1 + math.exp(-z))


x1, x2 = 0.05, 0.10  # the inputs
y1, y2 = 0.01, 0.99  # the right answers
w = [None, 0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55]


def forward(w):
    h1 = sigmoid(w[1] * x1 + w[2] * x2 + 0.35)
    h2 = sigmoid(w[3] * x1 + w[4] * x2 + 0.35)
    o1 = sigmoid(w[5] * h1 + w[6] * h2 + 0.60)
    o2 = sigmoid(w[7] * h1 + w[8] * h2 + 0.60)
    cost = 0.5 * (o1 - y1) ** 2 + 0.5 * (o2 - y2) ** 2
    return h1, h2, o1, o2, cost


h1, h2, o1, o2, cost = forward(w)
print(f"answers {o1:.8f} and {o2:.9f}, cost {cost:.9f}")
assert f"{o1:.8f} {o2:.9f}" == "0.75136507 0.772928465"
assert f"{cost:.9f}" == "0.298371109"

# %% [markdown]
# All digits are as he prints them. Now: how does the cost change when $w_5$ grows a little?
#
# ## One road
#
# $w_5$ changes the sum $z$ of $o_1$. That sum changes the answer $o_1$. The answer changes the
# cost. Say one step triples a change and the next one doubles it: together they make it six times
# as large. So the slopes multiply. This is the **chain rule**:
#
# $$\frac{\partial E}{\partial w_5} = \frac{\partial E}{\partial o_1}
# \cdot \frac{\partial o_1}{\partial z} \cdot \frac{\partial z}{\partial w_5}$$
#
# Read $\frac{\partial E}{\partial w_5}$ as "the slope of $E$ with respect to $w_5$": only $w_5$
# moves, all other weights stand still. We know the three slopes from lesson 4.

# %%
slope_of_cost = o1 - y1
slope_of_bend = o1 * (1 - o1)
slope_of_sum = h1
d_w5 = slope_of_cost * slope_of_bend * slope_of_sum
print(f"{slope_of_cost:.8f} * {slope_of_bend:.9f} * {slope_of_sum:.9f} = {d_w5:.9f}")
assert f"{d_w5:.9f}" == "0.082167041"

# %% tags=["remove-input"]
drawing, axes = pictures.figure(9, 2.5)
pictures.canvas(axes, 17, 4.6)
z = w[5] * h1 + w[6] * h2 + 0.60
steps = [("w₅", w[5]), ("z", z), ("o₁", o1), ("E", cost)]
slopes = [
    ("times h₁", slope_of_sum),
    ("times o₁ (1 − o₁)", slope_of_bend),
    ("times o₁ − y₁", slope_of_cost),
]
for k, (name, value) in enumerate(steps):
    fill = pictures.LIGHT_ORANGE if k == 3 else pictures.LIGHT_BLUE
    pictures.unit(axes, 1.2 + 4.8 * k, 2.3, f"{value:.4f}", fill, 0.8)
    pictures.write(axes, 1.2 + 4.8 * k, 1.1, name, weight="bold")
for k, (name, value) in enumerate(slopes):
    pictures.wire(axes, (1.2 + 4.8 * k, 2.3), (6.0 + 4.8 * k, 2.3), gap=0.88)
    pictures.write(axes, 3.6 + 4.8 * k, 1.85, f"{value:.4f}", color=pictures.ORANGE)
    pictures.write(axes, 3.6 + 4.8 * k, 2.85, name, color=pictures.GREY, size=9.5)
product = " · ".join(f"{value:.4f}" for _, value in slopes)
pictures.write(
    axes, 8.5, 4.1, f"slope of E with respect to w₅:  {product} = {d_w5:.4f}", color=pictures.ORANGE
)
pictures.save(drawing, "05-one-road")

# %% [markdown]
# ![A chain of four circles: w5 is 0.4, z is 1.1059, o1 is 0.7514 and E is 0.2984. Above the
# arrows stand the slopes 0.5933, 0.1868 and 0.7414; their product is
# 0.0822.](pictures/05-one-road.png)
#
# ## Two roads
#
# $w_1$ lies deeper. It changes $h_1$, and $h_1$ goes into *both* outputs. There are two roads to
# the cost. **Along a road multiply; over all roads add.**
#
# The first part of each road we have met. It is called the **delta** of the output, the slope of
# $E$ with respect to the output's $z$:
#
# $$\delta_1 = (o_1 - y_1) \, o_1 (1 - o_1), \qquad \delta_2 = (o_2 - y_2) \, o_2 (1 - o_2)$$

# %%
delta1 = (o1 - y1) * o1 * (1 - o1)
delta2 = (o2 - y2) * o2 * (1 - o2)
d_h1 = delta1 * w[5] + delta2 * w[7]  # two roads lead from h1 to the cost
d_w1 = d_h1 * h1 * (1 - h1) * x1  # through the bend of h1, then to w1
print(f"{delta1:.6f} * {w[5]} + {delta2:.6f} * {w[7]} = {d_h1:.6f}")
print(f"slope with respect to w1: {d_w1:.9f}")
assert f"{d_w1:.9f}" == "0.000438568"

# %% tags=["remove-input"]
drawing, axes = pictures.figure(9, 3.2)
pictures.canvas(axes, 17, 6.0)
places = {"w₁": (1.2, 3), "h₁": (5.6, 3), "o₁": (11, 1.3), "o₂": (11, 4.7), "E": (15.6, 3)}
values = {"w₁": w[1], "h₁": h1, "o₁": o1, "o₂": o2, "E": cost}
roads = [
    ("w₁", "h₁", h1 * (1 - h1) * x1, pictures.GREY, (3.4, 2.55)),
    ("h₁", "o₁", o1 * (1 - o1) * w[5], pictures.BLUE, (7.9, 1.55)),
    ("h₁", "o₂", o2 * (1 - o2) * w[7], pictures.GREEN, (7.9, 4.5)),
    ("o₁", "E", o1 - y1, pictures.BLUE, (13.7, 1.6)),
    ("o₂", "E", o2 - y2, pictures.GREEN, (13.7, 4.5)),
]
for name, (x, y) in places.items():
    fill = pictures.LIGHT_ORANGE if name == "E" else pictures.LIGHT_BLUE
    pictures.unit(axes, x, y, f"{values[name]:.4f}", fill, 0.8)
    pictures.write(axes, x, y - 1.1, name, weight="bold")
for start, end, slope, colour, at in roads:
    pictures.wire(axes, places[start], places[end], colour, 1.8, gap=0.88)
    pictures.write(axes, *at, f"{slope:.4f}".replace("-", "−"), color=colour)
pictures.save(drawing, "05-two-roads")

# %% [markdown]
# ![A graph: w1 leads to h1, h1 leads to both o1 and o2, and both lead to E. Each arrow has its
# slope: 0.0121 from w1 to h1, then 0.0747 and 0.7414 along the upper road, 0.0878 and minus
# 0.2171 along the lower one.](pictures/05-two-roads.png)
#
# Compare with the picture: 0.0121 · (0.0747 · 0.7414 − 0.0878 · 0.2171) = 0.0004.
#
# ## Is it true?
#
# We nudge each weight, as in lesson 4. That needs no chain rule, so it can judge it.


# %%
def nudged(i, h=1e-5):
    more, less = list(w), list(w)
    more[i], less[i] = w[i] + h, w[i] - h
    return (forward(more)[4] - forward(less)[4]) / (2 * h)


d_h2 = delta1 * w[6] + delta2 * w[8]
slopes = [None] * 9
slopes[1], slopes[2] = d_w1, d_h1 * h1 * (1 - h1) * x2
slopes[3], slopes[4] = d_h2 * h2 * (1 - h2) * x1, d_h2 * h2 * (1 - h2) * x2
slopes[5], slopes[6] = delta1 * h1, delta1 * h2
slopes[7], slopes[8] = delta2 * h1, delta2 * h2
for i in range(1, 9):
    print(f"w{i}   chain rule {slopes[i]:12.9f}   nudged {nudged(i):12.9f}")
    assert abs(slopes[i] - nudged(i)) < 1e-10

# %% [markdown]
# ## One step, and a famous mistake
#
# Each weight takes a step against its slope. The size of the steps, the **learning rate**, is 0.5
# here. All slopes first, then all steps:

# %%
new = [None] + [w[i] - 0.5 * slopes[i] for i in range(1, 9)]
print(f"w5 becomes {new[5]:.8f}, w1 becomes {new[1]:.9f}, the cost {forward(new)[4]:.9f}")
assert f"{new[5]:.8f}" == "0.35891648"
assert f"{forward(new)[4]:.9f}" == "0.291027774"

# %% [markdown]
# But Mazur's page prints **0.291027924**. Not a rounding error: the seventh digit after the point
# differs. His program moves $w_5$ to $w_8$ first, and then uses the *new* ones to find the slopes
# of $w_1$ to $w_4$. We make the same mistake, and get his number:

# %%
d_h1_early = delta1 * new[5] + delta2 * new[7]  # new weights, where the old ones belong
d_h2_early = delta1 * new[6] + delta2 * new[8]
early = list(new)
for i, x in ((1, x1), (2, x2)):
    early[i] = w[i] - 0.5 * d_h1_early * h1 * (1 - h1) * x
    early[i + 2] = w[i + 2] - 0.5 * d_h2_early * h2 * (1 - h2) * x
print(f"with the mistake the cost becomes {forward(early)[4]:.9f}")
assert f"{forward(early)[4]:.9f}" == "0.291027924"

# %% [markdown]
# The cost fell all the same. **A cost that falls does not prove that the slopes are right. A
# nudge does.** More such stories: [the founding problems](../why/founding-problems.md).
#
# *Try it:* write down the roads from $w_4$ to the cost. Which slopes does it share with $w_3$?
