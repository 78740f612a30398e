"""The right lines of every slot."""

from __future__ import annotations

from tests.checker.generator.plan import Plan, Snippet, Variables, function, join

# ------------------------------------------------------------------ activations

STABLE_SIGMOID = """e = np.exp(-np.abs(z))
return np.where(z >= 0, 1 / (1 + e), e / (1 + e))"""
CLIPPED_SIGMOID = """z = np.clip(z, -500, 500)
return 1 / (1 + np.exp(-z))"""


def body_of(p: Plan, name: str) -> str:
    """What stands in the definition of an activation, of z."""
    return {
        "sigmoid": STABLE_SIGMOID if p.stable else CLIPPED_SIGMOID,
        "tanh": "return np.tanh(z)",
        "relu": "return np.maximum(0, z)",
        "leaky_relu": f"return np.where(z > 0, z, {p.leak} * z)",
    }[name]


def slope_body(p: Plan, name: str) -> str:
    return {
        "sigmoid": "s = sigmoid(z)\nreturn s * (1 - s)",
        "tanh": "return 1 - np.tanh(z) ** 2",
        "relu": "return (z > 0).astype(float)",
        "leaky_relu": f"return np.where(z > 0, 1.0, {p.leak})",
    }[name]


def inline_slope(p: Plan, name: str, z: str, a: str) -> str:
    return {
        "sigmoid": f"{a} * (1 - {a})",
        "tanh": f"(1 - {a} ** 2)",
        "relu": f"({z} > 0)",
        "leaky_relu": f"np.where({z} > 0, 1.0, {p.leak})",
    }[name]


def f_def(p: Plan, v: Variables | None) -> str:
    return function(f"{p.f}(z)", body_of(p, p.f))


def f_code(p: Plan, v: Variables) -> str:
    return f"{v.a} = {p.f}({v.z})"


def slope_def(p: Plan, v: Variables | None) -> str:
    return function(f"{p.f}_derivative(z)", p("slope_body")) if p.slope == "helper" else ""


def slope(p: Plan, v: Variables) -> str:
    if p.slope == "helper":
        return f"{p.f}_derivative({v.z})"
    return inline_slope(p, p.f, v.z, v.a)


def head_def(p: Plan, v: Variables | None) -> str:
    if p.head == "softmax":
        return function("softmax(z)", p("softmax_body"))
    if p.head == "sigmoid" and p.f != "sigmoid":
        return function("sigmoid(z)", p("sigmoid_body"))
    return ""


def softmax_body(p: Plan, v: Variables | None) -> str:
    axis = 0 if p.columns else 1
    return (
        f"e = np.exp(z - np.max(z, axis={axis}, keepdims=True))\n"
        f"return e / np.sum(e, axis={axis}, keepdims=True)"
    )


def output(p: Plan, v: Variables) -> str:
    return f"{v.a} = {p.head}({v.z})" if p.head else f"{v.a} = {v.z}"


# ------------------------------------------------------------------ loss


def data_loss(p: Plan, v: Variables) -> str:
    if p.setting.squared:
        half = f"0.5 * np.sum(({v.a} - {v.y}) ** 2) / m"
        return f"cost = {half if p.clip else f'np.sum(({v.a} - {v.y}) ** 2) / (2 * m)'}"
    return join(p("clip_line", v), p("cross_entropy", v))


def clip_line(p: Plan, v: Variables) -> str:
    return f"prob = np.clip({v.a}, 1e-12, 1 - 1e-12)"


def cross_entropy(p: Plan, v: Variables) -> str:
    if p.labels == "index":
        picked = f"prob[{v.y}, np.arange(m)]" if p.columns else f"prob[np.arange(m), {v.y}]"
        return f"cost = -np.sum(np.log({picked})) / m"
    if p.setting.softmax:
        return f"cost = -np.sum({v.y} * np.log(prob)) / m"
    return f"cost = -np.sum({v.y} * np.log(prob) + (1 - {v.y}) * np.log(1 - prob)) / m"


def penalty(p: Plan, v: Variables) -> str:
    if not p.l2:
        return ""
    return f"cost += 0.5 * {p.lam} * {sum_of_squares(p, 'W')}"


def sum_of_squares(p: Plan, what: str) -> str:
    """Of all weights or all biases; a bias inside the weights is left out."""
    if p.layout == "class":
        name = "weights" if what == "W" else "biases"
        return f"sum(np.sum({p.without_bias('w')} ** 2) for w in self.{name})"
    name = "parameters" if p.columns else "params"
    each = p.without_bias(f'{name}[f"{what}{{l}}"]')
    return f"sum(np.sum({each} ** 2) for l in (1, 2, 3))"


# ------------------------------------------------------------------ backward


def error(p: Plan, v: Variables) -> str:
    return f"{v.a} - {v.y}"


def out_slope(p: Plan, v: Variables) -> str:
    if p.setting.head != "sigmoid + half se":
        return ""
    return f"{v.a} * (1 - {v.a})"


def m_delta(p: Plan, v: Variables) -> str:
    return " / m" if p.m_at == "delta" else ""


def out_delta(p: Plan, v: Variables) -> str:
    slope = p("out_slope", v)
    share = p("m_delta", v)
    error = p("error", v)
    if not slope and not share:
        return f"{v.d} = {error}"
    return f"{v.d} = ({error}){' * ' + slope if slope else ''}{share}"


def back(p: Plan, v: Variables) -> str:
    return p.mul(v.d_next, p.without_bias(v.W_next) + ".T")


def hidden_delta(p: Plan, v: Variables) -> str:
    factor = p("slope", v)
    back = p("back", v)
    if p.dropout:
        factor = (factor + p("dropout_back", v)).removeprefix(" * ")
    if not factor:
        return f"{v.d} = {back}"
    if " @ " in back:
        back = f"({back})"
    return f"{v.d} = {back} * {factor}"


def dropout(p: Plan, v: Variables) -> str:
    """A unit in five falls out; the others are scaled up."""
    draw = f"(np.random.rand(*{v.a}.shape) < 0.8){p('dropout_scale', v)}"
    kept = "self.masks.append(mask)" if p.layout == "class" else ""
    return join(
        f"{v.mask} = np.ones_like({v.a})",
        f"if training:\n    {v.mask} = {draw}",
        f"{v.a} = {v.a} * {v.mask}",
        kept,
    )


def weight_gradient(p: Plan, v: Variables) -> str:
    return f"{v.dW} = {p.mean(p.mul(v.a_in + '.T', v.d))}"


def bias_gradient(p: Plan, v: Variables) -> str:
    return f"{v.db} = {p.mean(p.over_samples(v.d))}"


def decay(p: Plan, v: Variables) -> str:
    """The penalty's share of dW."""
    if not p.l2:
        return ""
    return f"{p.without_bias(v.dW)} += {p.lam} * {p.without_bias(v.W)}"


# ------------------------------------------------------------------ step


def minus(p: Plan, target: str, what: str) -> str:
    return f"{target} -= {what}" if p.in_place else f"{target} = {target} - {what}"


def weight_update(p: Plan, v: Variables) -> str:
    return minus(p, v.W, f"{p.rate} * {v.dW}")


def bias_update(p: Plan, v: Variables) -> str:
    return minus(p, v.b, f"{p.rate} * {v.db}")


def momentum(p: Plan, v: Variables) -> str:
    return join(
        f"{v.velocity} = {v.beta} * {v.velocity} + {v.g}",
        minus(p, v.w, f"{p.rate} * {v.velocity}"),
    )


def adam(p: Plan, v: Variables) -> str:
    return join(
        f"{v.mean} = {v.beta1} * {v.mean} + (1 - {v.beta1}) * {v.g}",
        f"{v.square} = {v.beta2} * {v.square} + (1 - {v.beta2}) * {v.g} ** 2",
        f"m_hat = {v.mean} / (1 - {v.beta1} ** {v.t})",
        f"v_hat = {v.square} / (1 - {v.beta2} ** {v.t})",
        minus(p, v.w, f"{p.rate} * m_hat / (np.sqrt(v_hat) + {v.eps})"),
    )


# ------------------------------------------------------------------ start and data


def weight_start(p: Plan, v: Variables) -> str:
    gain = "2 / " if p.f in ("relu", "leaky_relu") and p.gain else "1 / "
    return f"rng.standard_normal({v.shape}) * np.sqrt({gain}{v.fan_in})"


def bias_start(p: Plan, v: Variables) -> str:
    return f"np.zeros({v.b_shape})"


def rng_line(p: Plan, v: Variables | None) -> str:
    return "rng = np.random.default_rng(seed)"


def inner_rng(p: Plan, v: Variables | None) -> str:
    return ""


def shuffle(p: Plan, v: Variables) -> str:
    return "order = rng.permutation(n)"


def batch(p: Plan, v: Variables) -> str:
    return join(
        "rows = order[start:start + batch_size]",
        f"xb, yb = {p.take('X', 'rows')}, {p.take(p.y, 'rows')}",
    )


def starts(p: Plan, v: Variables) -> str:
    return "range(0, n, batch_size)"


def epoch(p: Plan, v: Variables) -> str:
    """One pass over the data, in batches."""
    loop = join(p("batch", v), v.step, f"total += {v.cost} * {p.count('xb')}")
    return join(
        p("shuffle", v),
        "total = 0.0",
        f"for start in {p('starts', v)}:",
        "\n".join("    " + line for line in loop.split("\n")),
        "history.append(total / n)",
    )


def one_step(p: Plan, v: Variables) -> str:
    return v.class_body if p.layout == "class" else join(v.grads, v.call)


def nothing(p: Plan, v: Variables | None) -> str:
    return ""


RIGHT: dict[str, Snippet] = {
    "f_def": f_def,
    "hidden": f_code,
    "slope_def": slope_def,
    "slope_body": lambda p, v: slope_body(p, p.f),
    "slope": slope,
    "head_def": head_def,
    "softmax_body": softmax_body,
    "sigmoid_body": lambda p, v: body_of(p, "sigmoid"),
    "output": output,
    "z": lambda p, v: f"{v.z} = {p.mul(v.a_in, v.W)}" + (f" + {v.b}" if p.bias == "beside" else ""),
    "data_loss": data_loss,
    "clip_line": clip_line,
    "cross_entropy": cross_entropy,
    "penalty": penalty,
    "error": error,
    "out_slope": out_slope,
    "m_delta": m_delta,
    "out_delta": out_delta,
    "back": back,
    "hidden_delta": hidden_delta,
    "grad_W": weight_gradient,
    "grad_b": bias_gradient,
    "decay": decay,
    "update_W": weight_update,
    "update_b": bias_update,
    "momentum": momentum,
    "adam": adam,
    "init_W": weight_start,
    "init_b": bias_start,
    "rng_line": rng_line,
    "inner_rng": inner_rng,
    "shuffle": shuffle,
    "batch": batch,
    "starts": starts,
    "epoch": epoch,
    "before_backward": nothing,  # lines where backward begins
    "after_backward": nothing,  # lines before it returns
    "grads_start": nothing,
    "step_body": nothing,  # the whole of a train_step that does it all
    "dropout": dropout,
    "dropout_scale": lambda p, v: " / 0.8",
    "dropout_back": lambda p, v: f" * {v.mask}",
    "before_rule": nothing,
    "tick": lambda p, v: f"{v.t} += 1",
    "one_step": one_step,
    "class_state": nothing,
    "fit_start": nothing,
    "method": nothing,
    "extra": nothing,  # functions of its own: predict, accuracy, ...
    "above": nothing,  # constants
}
