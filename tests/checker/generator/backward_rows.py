"""Mistakes in the hidden deltas and the gradients of weights and biases: rows 29 to 63."""

from __future__ import annotations

from tests.checker.generator.catalogue import bends, only, row
from tests.checker.generator.plan import Plan, join

# ------------------------------------------------------------------ hidden delta


@row(29)
def slope_of_output(p: Plan) -> None:
    bends(p)
    p.demand(slope="helper")
    p.put("slope", lambda p, v: f"{p.f}_derivative({v.a})")


@row(30)
def output_form_of_z(p: Plan) -> None:
    bends(p)
    if p.slope == "helper":
        body = "return z * (1 - z)" if p.f == "sigmoid" else "return 1 - z ** 2"
        p.demand(slope="helper")
        p.put("slope_body", body)
    else:
        p.demand(slope="inline")
        p.put(
            "slope",
            lambda p, v: f"{v.z} * (1 - {v.z})" if p.f == "sigmoid" else f"(1 - {v.z} ** 2)",
        )


WRONG_SLOPES = {
    "1 - f": ("sigmoid", "return 1 - sigmoid(z)"),
    "1 + f squared": ("tanh", "return 1 + np.tanh(z) ** 2"),
    "minus f squared": ("tanh", "return -np.tanh(z) ** 2"),
    "f itself": ("tanh", "return np.tanh(z)"),
}


@row(31, *WRONG_SLOPES)
def wrong_slope(p: Plan, variant: str) -> None:
    bends(p)
    f, body = WRONG_SLOPES[variant]
    only(p.f == f, f"it is a slip of {f}")
    p.demand(slope="helper")
    p.put("slope_body", body)


@row(32)
def slope_missing(p: Plan) -> None:
    p.put("slope", "")
    p.put("slope_def", "")


@row(33)
def relu_test_on_output(p: Plan) -> None:
    only(p.f == "relu", "only the output of a ReLU is never negative")
    if p.slope == "helper":
        p.demand(slope="helper")
        p.put("slope_body", "return (relu(z) >= 0).astype(float)")
    else:
        p.demand(slope="inline")
        p.put("slope", lambda p, v: f"({v.a} >= 0)")


@row(34, "from the gradient", "inverted")
def relu_mask(p: Plan, variant: str) -> None:
    only(not p.setting.bends, "there is no mask")
    if variant == "inverted":
        test = "return (z <= 0).astype(float)"
        if p.f == "leaky_relu":
            test = f"return np.where(z > 0, {p.leak}, 1.0)"
        p.demand(slope="helper")
        p.put("slope_body", test)
        return
    p.put("slope_def", "")

    def masked(p: Plan, v: object) -> str:
        rest = f"{v.d}[{v.d} <= 0] = 0"
        if p.f == "leaky_relu":
            rest = f"{v.d}[{v.d} <= 0] *= {p.leak}"
        return join(f"{v.d} = {p('back', v)}", rest)

    p.put("hidden_delta", masked)
    p.put("slope", "")


@row(35)
def slope_one_at_zero(p: Plan) -> None:
    only(not p.setting.bends, "the slope at 0 is no convention")
    p.demand(slope="helper")
    low = "0.0" if p.f == "relu" else p.leak
    p.put("slope_body", f"return np.where(z < 0, {low}, 1.0)")


@row(36)
def leak_forgotten(p: Plan) -> None:
    only(p.f == "leaky_relu", "there is no leak")
    if p.slope == "helper":
        p.demand(slope="helper")
        p.put("slope_body", "return (z > 0).astype(float)")
    else:
        p.demand(slope="inline")
        p.put("slope", lambda p, v: f"({v.z} > 0)")


@row(37)
def error_carried_back(p: Plan) -> None:
    """e2 = e3 W3^T, d2 = e2 f'(z2), e1 = e2 W2^T: the slopes above are lost on the way."""
    p.demand(m_at="grads")

    def start(p: Plan, v: object) -> str:
        slope = p("out_slope", v)
        first = f"{p('error', v)}"
        delta = f"{v.d} = {v.e}" + (f" * {slope}" if slope else "")
        return join(f"{v.e} = {first}", delta)

    def on(p: Plan, v: object) -> str:
        factor = p("slope", v)
        back = p.mul(v.e_next, p.without_bias(v.W_next) + ".T")
        return join(f"{v.e} = {back}", f"{v.d} = {v.e}" + (f" * {factor}" if factor else ""))

    p.put("out_delta", start)
    p.put("hidden_delta", on)


@row(38)
def not_transposed(p: Plan) -> None:
    p.demand(equal=True, bias="beside")
    p.put("back", lambda p, v: p.mul(v.d_next, v.W_next))


@row(39)
def updated_too_early(p: Plan) -> None:
    p.demand(seen="step", bias="beside", rule="sgd", dropout=False, batches=False)
    p.put("early", "yes")


@row(40)
def gradient_for_weights(p: Plan) -> None:
    p.demand(bias="beside")
    p.put("back", lambda p, v: p.mul(v.d_next, v.dW_next + ".T"))


@row(41)
def sum_of_weights(p: Plan) -> None:
    p.demand(bias="beside")
    p.put("back", lambda p, v: f"{p.over_units(v.d_next)} * np.sum({v.W_next})")


@row(42)
def share_of_blame(p: Plan) -> None:
    p.demand(bias="beside")

    def share(p: Plan, v: object) -> str:
        return p.mul(v.d_next, f"({v.W_next} / {p.over_inputs(v.W_next)}).T")

    p.put("back", share)


@row(43)
def slope_of_neighbour(p: Plan) -> None:
    p.demand(equal=True)

    def next_slope(p: Plan, v: object) -> str:
        if p.slope == "helper":
            return f"{p.f}_derivative({v.z_next})"
        z, a = v.z_next, v.a_next
        return {
            "sigmoid": f"{a} * (1 - {a})",
            "tanh": f"(1 - {a} ** 2)",
            "relu": f"({z} > 0)",
            "leaky_relu": f"np.where({z} > 0, 1.0, {p.leak})",
        }[p.f]

    if p.layout == "class":
        p.demand(slope="helper")
    p.put("slope", next_slope)


@row(44)
def last_delta_for_all(p: Plan) -> None:
    p.demand(equal=True, bias="beside")
    p.put("back", lambda p, v: p.mul(v.d_last, v.W_last + ".T"))
    if p.layout == "class":
        p.put("out_delta", lambda p, v: join(p.right("out_delta", v), f"last = {v.d}"))


@row(45)
def product_for_elementwise(p: Plan) -> None:
    p.demand(equal=True, bias="beside")

    def product(p: Plan, v: object) -> str:
        back = p("back", v)
        factor = p("slope", v)
        return f"{v.d} = np.dot({back}, {factor})"

    p.put("hidden_delta", product)


@row(46)
def delta_through_the_bias(p: Plan) -> None:
    only(p.layout != "class", "the step of the class would fail: shapes differ")
    p.demand(bias="inside", l2=False, slope="inline")

    def back(p: Plan, v: object) -> str:
        W = p.without_bias(v.W_next) if v.l == 2 else v.W_next
        return p.mul(v.d_next, W + ".T")

    def slope(p: Plan, v: object) -> str:
        from tests.checker.generator.snippets import inline_slope

        if v.l == 2:
            return p.right("slope", v)
        return inline_slope(p, p.f, "x2", "x2")

    p.put("back", back)
    p.put("slope", slope)


@row(48)
def sign_in_one_layer(p: Plan) -> None:
    def flipped(p: Plan, v: object) -> str:
        right = p.right("hidden_delta", v)
        if p.layout != "class" and v.l == 2:
            return right
        name, formula = right.split(" = ", 1)
        return f"{name} = -{formula}"

    p.put("hidden_delta", flipped)


# ------------------------------------------------------------------ gradient of the weights


@row(49)
def z_for_a(p: Plan) -> None:
    p.demand(bias="beside")
    p.put("grad_W", lambda p, v: f"{v.dW} = {p.mean(p.mul(v.z_in + '.T', v.d))}")


@row(50)
def own_output(p: Plan) -> None:
    p.demand(equal=True, bias="beside")
    p.put("grad_W", lambda p, v: f"{v.dW} = {p.mean(p.mul(v.a + '.T', v.d))}")


@row(51)
def transposed(p: Plan) -> None:
    p.demand(equal=True, bias="beside")
    p.put("grad_W", lambda p, v: f"{v.dW} = {p.mean(p.mul(v.d + '.T', v.a_in))}")


@row(52)
def outer_of_means(p: Plan) -> None:
    p.demand(m_at="grads", bias="beside")

    def outer(p: Plan, v: object) -> str:
        axis = 1 if p.columns else 0
        a, d = f"np.mean({v.a_in}, axis={axis})", f"np.mean({v.d}, axis={axis})"
        return f"{v.dW} = np.outer({d}, {a})" if p.columns else f"{v.dW} = np.outer({a}, {d})"

    p.put("grad_W", outer)


@row(53, "weights", "weights and biases")
def last_sample_alone(p: Plan, variant: str) -> None:
    p.demand(m_at="delta", bias="beside")

    def loop(p: Plan, v: object) -> str:
        a, d = p.sample(v.a_in, "i"), p.sample(v.d, "i")
        outer = f"np.outer({d}, {a})" if p.columns else f"np.outer({a}, {d})"
        line = f"for i in range({p.count('X')}):\n    {v.dW} = {outer}"
        return line if variant == "weights" else join(line, f"    {v.db} = {one(p, v, 'i')}")

    p.put("grad_W", loop)
    if variant != "weights":
        p.put("grad_b", "")


def one(p: Plan, v: object, i: str) -> str:
    """The delta of one sample in the shape of a bias."""
    if p.columns:
        return f"{v.d}[:, {i}].reshape(-1, 1)"
    return f"{v.d}[{i}]" if p.b_shape == "(h,)" else f"{v.d}[{i}].reshape(1, -1)"


@row(54)
def not_reset(p: Plan) -> None:
    p.demand(bias="beside")
    if p.layout != "class":
        name = "cache_grads" if p.columns else "total"
        p.put("above", f"{name} = {{}}")
        add = f"{name}[key] = {name}.get(key, 0) + grads[key]"
        p.put("after_backward", f"for key in grads:\n    {add}\ngrads = dict({name})")
        return
    for slot, what, right in (
        ("grad_W", "dW", lambda p, v: p.mean(p.mul(v.a_in + ".T", v.d))),
        ("grad_b", "db", lambda p, v: p.mean(p.over_samples(v.d))),
    ):
        p.put(
            slot,
            lambda p, v, what=what, right=right: (
                f"self.{getattr(v, what)} = self.{getattr(v, what)} + {right(p, v)}"
            ),
        )
    p.put("grads_start", lambda p, v: "grads_w, grads_b = self.grads_w, self.grads_b")
    p.put(
        "class_state",
        "self.grads_w = [np.zeros_like(w) for w in self.weights]\n"
        "self.grads_b = [np.zeros_like(b) for b in self.biases]",
    )


@row(55)
def layer_left_out(p: Plan) -> None:
    p.demand(bias="beside", rule="sgd")
    if p.layout == "class":
        p.put("layers", "range(len(self.weights) - 1, 0, -1)")
        p.put(
            "grads_start",
            lambda p, v: (
                "grads_w = [np.zeros_like(w) for w in self.weights]\n"
                "grads_b = [np.zeros_like(b) for b in self.biases]"
            ),
        )
    else:
        name = "parameters" if p.columns else "params"
        p.put("layers", f"range(1, len({name}) // 2)")


@row(56)
def weights_scaled(p: Plan) -> None:
    p.demand(bias="beside")

    def grad(p: Plan, v: object) -> str:
        right = p.mul(v.a_in + ".T", v.d)
        return f"{v.dW} = {right}" if p.m_at == "grads" else f"{v.dW} = {right} / m"

    p.put("grad_W", grad)


@row(57)
def written_into(p: Plan) -> None:
    p.demand(labels="one-hot", outputs="many")

    def error(p: Plan, v: object) -> str:
        return f"np.subtract({v.a}, {v.y}, {v.y})"

    p.put("error", error)


# ------------------------------------------------------------------ gradient of the biases


@row(58, "gradient", "update")
def bias_never_updated(p: Plan, variant: str) -> None:
    p.demand(bias="beside", rule="sgd")
    if variant == "update":
        p.put("update_b", "")
    else:
        p.put("grad_b", lambda p, v: f"{v.db} = np.zeros_like({v.b})")


@row(59)
def summed_over_everything(p: Plan) -> None:
    p.demand(bias="beside")
    p.put("grad_b", lambda p, v: f"{v.db} = {p.mean(f'np.sum({v.d})')}")


@row(60)
def wrong_axis(p: Plan) -> None:
    p.demand(equal=True, bias="beside")

    def grad(p: Plan, v: object) -> str:
        if p.columns:
            return f"{v.db} = {p.mean(f'np.sum({v.d}, axis=0).reshape({v.b}.shape)')}"
        return f"{v.db} = {p.mean(f'np.sum({v.d}, axis=1)')}"

    p.put("grad_b", grad)


@row(61)
def bias_otherwise_scaled(p: Plan) -> None:
    p.demand(bias="beside")

    def grad(p: Plan, v: object) -> str:
        how = "sum" if p.m_at == "grads" else "mean"
        return f"{v.db} = {p.over_samples(v.d, how)}"

    p.put("grad_b", grad)


@row(62, "one sample", "grows")
def delta_for_bias(p: Plan, variant: str) -> None:
    p.demand(bias="beside")
    if variant == "one sample":
        p.put("grad_b", lambda p, v: f"{v.db} = {p.mean(one(p, v, '-1'))}")
    else:
        p.demand(in_place=False)
        p.put("grad_b", lambda p, v: f"{v.db} = {p.mean(v.d)}")


@row(63)
def shared_bias(p: Plan) -> None:
    p.demand(bias="beside")
    p.put("init_b", "np.zeros(1)" if not p.columns else "np.zeros((1, 1))")
    p.put("grad_b", lambda p, v: f"{v.db} = {p.mean(f'np.sum({v.d})')}")
