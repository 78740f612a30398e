"""Mistakes in the forward pass, the loss and the delta of the outputs: rows 1 to 28."""

from __future__ import annotations

from tests.checker.generator.catalogue import (
    bce,
    bends,
    cross_entropy,
    only,
    row,
    softmax,
    squared,
)
from tests.checker.generator.plan import NotApplicable, Plan, function, join
from tests.checker.generator.snippets import slope_body, sum_of_squares

# ------------------------------------------------------------------ forward


@row(1)
def bias_left_out(p: Plan) -> None:
    p.demand(bias="beside")
    p.put("z", lambda p, v: f"{v.z} = {p.mul(v.a_in, v.W)}")


@row(2)
def no_activation(p: Plan) -> None:
    p.demand(slope="helper")
    p.put("hidden", lambda p, v: f"{v.a} = {v.z}")
    if p.f != "sigmoid":
        p.put("f_def", lambda p, v: p.right("f_def") if f"{p.f}(z)" in p("slope_body") else "")


@row(3)
def another_activation_backward(p: Plan) -> None:
    other = {"sigmoid": "tanh", "tanh": "sigmoid", "relu": "sigmoid", "leaky_relu": "tanh"}[p.f]
    p.demand(slope="helper")
    needs = other == "sigmoid" and p.head != "sigmoid"

    def both(p: Plan, v: object) -> str:
        slope = function(f"{other}_derivative(z)", slope_body(p, other))
        if not needs:
            return slope
        return function("sigmoid(z)", p("sigmoid_body")) + "\n\n\n" + slope

    p.put("slope_def", both)
    p.put("slope", lambda p, v: f"{other}_derivative({v.z})")


@row(4, "batch axis", "whole array")
def softmax_axis(p: Plan, variant: str) -> None:
    softmax(p)
    axis = 1 if p.columns else 0
    if variant == "batch axis":
        body = (
            f"e = np.exp(z - np.max(z, axis={axis}, keepdims=True))\n"
            f"return e / np.sum(e, axis={axis}, keepdims=True)"
        )
    else:
        body = "e = np.exp(z - np.max(z))\nreturn e / np.sum(e)"
    p.put("softmax_body", body)


@row(5)
def activated_twice(p: Plan) -> None:
    only(bool(p.head), "a linear output twice is a linear output")

    def twice(p: Plan, v: object) -> str:
        if p.layout == "class" or p.names % 2:
            return f"{v.a} = {p.head}({v.z})\n{v.a} = {p.head}({v.a})"
        return f"{v.a} = {p.head}({p.head}({v.z}))"

    p.put("output", twice)


@row(6)
def exp_overflows(p: Plan) -> None:
    naive = "e = np.exp(z)\nreturn e / (1 + e)"
    if p.setting.softmax:
        axis = 0 if p.columns else 1
        p.put("softmax_body", f"e = np.exp(z)\nreturn e / np.sum(e, axis={axis}, keepdims=True)")
    elif p.f == "sigmoid":
        p.put("f_def", function("sigmoid(z)", naive))
    elif p.head == "sigmoid":
        p.put("sigmoid_body", naive)
    elif p.f == "tanh":
        body = "up, down = np.exp(z), np.exp(-z)\nreturn (up - down) / (up + down)"
        p.put("f_def", function("tanh(z)", body))
        p.put("slope_body", "return 1 - tanh(z) ** 2")
    else:
        raise NotApplicable("there is no exp")


@row(7)
def in_place(p: Plan) -> None:
    bends(p)
    p.demand(slope="helper")
    body = "np.tanh(z, out=z)\nreturn z"
    if p.f == "sigmoid":
        body = "np.exp(-np.clip(z, -500, 500), out=z)\nz += 1\nnp.divide(1, z, out=z)\nreturn z"
        p.put("slope_body", "s = 1 / (1 + np.exp(-z))\nreturn s * (1 - s)")
    if p.head == p.f:
        p.put("output", lambda p, v: f"{v.a} = 1 / (1 + np.exp(-{v.z}))")
    p.put("f_def", function(f"{p.f}(z)", body))


@row(9)
def wrong_bias_column(p: Plan) -> None:
    p.demand(bias="inside", l2=False)
    slice_ = "[:, 1:].T" if p.columns else "[1:].T"
    p.put("back", lambda p, v: p.mul(v.d_next, v.W_next + slice_))


@row(10)
def always_fed_with_x(p: Plan) -> None:
    p.demand(equal=True)
    p.put("grad_W", lambda p, v: f"{v.dW} = {p.mean(p.mul('X.T', v.d))}")


# ------------------------------------------------------------------ loss and scale


def bare_weights(p: Plan, v: object) -> str:
    return p.mul(v.a_in + ".T", v.d)


def bare_biases(p: Plan, v: object) -> str:
    return p.over_samples(v.d)


@row(11)
def summed(p: Plan) -> None:
    p.put("m_delta", "")
    p.put("grad_W", lambda p, v: f"{v.dW} = {bare_weights(p, v)}")
    p.put("grad_b", lambda p, v: f"{v.db} = {bare_biases(p, v)}")


@row(12, "everywhere", "layer by layer")
def averaged_twice(p: Plan, variant: str) -> None:
    if variant == "everywhere":
        p.put("m_delta", " / m")
        p.put("grad_W", lambda p, v: f"{v.dW} = {bare_weights(p, v)} / m")
        p.put("grad_b", lambda p, v: f"{v.db} = {bare_biases(p, v)} / m")
    else:
        p.demand(m_at="delta")
        right = p.right
        p.put("hidden_delta", lambda p, v: right("hidden_delta", v) + " / m")


@row(13)
def averaged_over_outputs_too(p: Plan) -> None:
    p.demand(m_at="delta")
    p.put("m_delta", lambda p, v: f" / {v.y}.size")


@row(14)
def divided_by_data_set(p: Plan) -> None:
    p.demand(batches=True)
    p.put("m_delta", "")
    if p.layout == "class":
        p.put("class_state", "self.n_samples = 1")
        p.put("fit_start", "self.n_samples = X.shape[0]")
        n = "self.n_samples"
    else:
        p.demand(entry="backward")
        head = "X, Y, cache, parameters, n" if p.columns else "params, X, y, n"
        p.put("backward_head", f"{'backward_propagation' if p.columns else 'backward'}({head})")
        p.put("one_step", lambda p, v: join(v.grads[:-1] + f", {v.n})", v.call))
        n = "n"
    p.put("grad_W", lambda p, v: f"{v.dW} = {bare_weights(p, v)} / {n}")
    p.put("grad_b", lambda p, v: f"{v.db} = {bare_biases(p, v)} / {n}")


@row(15, "twice", "half")
def factor_two(p: Plan, variant: str) -> None:
    if variant == "half":
        squared(p)
        p.put("data_loss", lambda p, v: f"cost = np.sum(({v.a} - {v.y}) ** 2) / m")
    else:
        p.put("error", lambda p, v: f"2 * ({v.a} - {v.y})")


@row(16, "in the loss alone", "in both")
def second_term(p: Plan, variant: str) -> None:
    bce(p)
    p.put(
        "cross_entropy",
        lambda p, v: f"cost = np.sum(-{v.y} * np.log(prob) + (1 - {v.y}) * np.log(1 - prob)) / m",
    )
    if variant == "in both":
        p.put("error", lambda p, v: f"-({v.y} * (1 - {v.a}) + (1 - {v.y}) * {v.a})")


@row(17)
def log_of_zero(p: Plan) -> None:
    cross_entropy(p)
    p.put("clip_line", "")

    def bare(p: Plan, v: object) -> str:
        if p.setting.softmax:
            return f"cost = -np.sum({v.y} * np.log({v.a})) / m"
        return f"cost = -np.sum({v.y} * np.log({v.a}) + (1 - {v.y}) * np.log(1 - {v.a})) / m"

    p.put("cross_entropy", bare)


@row(18, "biases in the loss alone", "weights in the loss alone", "in the gradient alone")
def penalty_on_one_side(p: Plan, variant: str) -> None:
    p.demand(l2=True)
    if variant == "weights in the loss alone":
        p.put("decay", "")
    elif variant == "in the gradient alone":
        p.put("penalty", "")
    else:
        p.demand(bias="beside")

        def with_biases(p: Plan, v: object) -> str:
            extra = f"cost += {p.lam} * {sum_of_squares(p, 'b')}"
            return join(p.right("penalty", v), extra)

        p.put("penalty", with_biases)


@row(19)
def last_batch_reported(p: Plan) -> None:
    p.demand(batches=True)

    def epoch(p: Plan, v: object) -> str:
        loop = join(p("batch", v), v.step, f"cost = {v.cost}")
        loop = "\n".join("    " + line for line in loop.split("\n"))
        start = f"for start in {p('starts', v)}:"
        return join(p("shuffle", v), start, loop, "history.append(cost)")

    p.put("epoch", epoch)


# ------------------------------------------------------------------ delta of the outputs


@row(20)
def output_slope_missing(p: Plan) -> None:
    only(p.setting.head == "sigmoid + half se", "there is no output slope to forget")
    p.put("out_slope", "")


@row(21)
def extra_output_slope(p: Plan) -> None:
    only("bce" in p.setting.head, "with softmax this is row 22; without cross-entropy it is right")
    p.put("out_slope", lambda p, v: f"{v.a} * (1 - {v.a})")


@row(22, "true class alone", "times a(1 - a)")
def diagonal_jacobian(p: Plan, variant: str) -> None:
    softmax(p)
    if variant == "true class alone":
        p.put("error", lambda p, v: f"-{v.y} * (1 - {v.a})")
    else:
        p.put("out_slope", lambda p, v: f"{v.a} * (1 - {v.a})")


@row(23)
def slope_by_a_for_slope_by_z(p: Plan) -> None:
    cross_entropy(p)
    if p.setting.softmax:
        p.put("error", lambda p, v: f"-{v.y} / {v.a}")
    else:
        p.put("error", lambda p, v: f"({v.a} - {v.y}) / ({v.a} * (1 - {v.a}))")


@row(24)
def jacobian_overwritten(p: Plan) -> None:
    softmax(p)

    def loops(p: Plan, v: object) -> str:
        at, units, samples = ("i, r", 0, 1) if p.columns else ("r, i", 1, 0)
        other = "j, r" if p.columns else "r, j"
        share = p("m_delta", v)
        return (
            f"{v.d} = np.zeros_like({v.a})\n"
            f"for r in range({v.a}.shape[{samples}]):\n"
            f"    for i in range({v.a}.shape[{units}]):\n"
            f"        for j in range({v.a}.shape[{units}]):\n"
            f"            if i == j:\n"
            f"                {v.d}[{at}] = {v.a}[{at}] * (1 - {v.z}[{at}])\n"
            f"            else:\n"
            f"                {v.d}[{at}] = -{v.a}[{at}] * {v.z}[{other}]\n"
            f"{v.d} = {v.d} * (-{v.y} / {v.a}){share}"
        )

    p.put("out_delta", loops)


@row(25)
def sign_of_error(p: Plan) -> None:
    p.put("error", lambda p, v: f"{v.y} - {v.a}")


@row(26)
def one_term(p: Plan) -> None:
    bce(p)
    p.put("error", lambda p, v: f"-{v.y} * (1 - {v.a})")


@row(27)
def label_as_number(p: Plan) -> None:
    softmax(p)
    p.demand(labels="index")
    row_of = "" if p.columns else "[:, None]" if p.names % 2 else ".reshape(-1, 1)"
    p.put("error", lambda p, v: f"{v.a} - {v.y}{row_of}")


@row(28)
def column_minus_flat(p: Plan) -> None:
    only(not p.setting.softmax, "a softmax has more than one output")
    only(not p.columns, "(1, m) minus (m,) is (1, m), as it should be")
    p.demand(outputs="one", batches=False)
    p.put("error", lambda p, v: f"{v.a} - {v.y}.reshape(-1, 1)")
    if p.setting.squared:
        p.put("data_loss", lambda p, v: f"cost = 0.5 * np.mean(({v.a} - {v.y}) ** 2)")
    else:
        p.put(
            "cross_entropy",
            lambda p, v: f"cost = -np.mean({v.y} * np.log(prob) + (1 - {v.y}) * np.log(1 - prob))",
        )
