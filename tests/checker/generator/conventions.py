"""Right programs made of the common snippets, in differing conventions."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.checker.generator.plan import LAYOUTS, SETTINGS, Clash, Plan, join
from tests.checker.generator.snippets import sum_of_squares

Convention = Callable[[Plan], None]
CONVENTIONS: dict[str, Convention] = {}


def convention(name: str) -> Callable[[Convention], Convention]:
    def register(make: Convention) -> Convention:
        CONVENTIONS[name] = make
        return make

    return register


def bare_gradients(p: Plan, share: str = "") -> None:
    """Products and sums without a 1/m of their own."""
    p.put("grad_W", lambda p, v: f"{v.dW} = {p.mul(v.a_in + '.T', v.d)}{share}")
    p.put("grad_b", lambda p, v: f"{v.db} = {p.over_samples(v.d)}{share}")


def scaled_loss(p: Plan, half: bool, share: str) -> None:
    """The loss with another factor; `share` is what it is divided by."""

    def loss(p: Plan, v: object) -> str:
        if p.setting.squared:
            return f"cost = {'0.5 * ' if half else ''}np.sum(({v.a} - {v.y}) ** 2){share}"
        return p.right("data_loss", v).replace(" / m", share)

    p.put("data_loss", loss)


@convention("summed over the batch")
def summed(p: Plan) -> None:
    p.demand(l2=False, batches=False)
    scaled_loss(p, True, "")
    p.put("m_delta", "")
    bare_gradients(p)


@convention("mean over the outputs, too")
def over_outputs(p: Plan) -> None:
    p.demand(m_at="delta", labels="one-hot", outputs="many")
    scaled_loss(p, True, f" / {p.y}.size")
    p.put("m_delta", lambda p, v: f" / {v.y}.size")


@convention("squares without the half")
def no_half(p: Plan) -> None:
    if not p.setting.squared:
        raise Clash("no squares")
    scaled_loss(p, False, " / m")
    p.put("error", lambda p, v: f"2 * ({v.a} - {v.y})")


@convention("mean squared error of NumPy")
def mse(p: Plan) -> None:
    if not p.setting.squared:
        raise Clash("no squares")
    p.demand(m_at="delta", labels="one-hot", outputs="many")
    p.put("data_loss", lambda p, v: f"cost = np.mean(np.square({v.a} - {v.y}))")
    p.put("error", lambda p, v: f"2 * ({v.a} - {v.y})")
    p.put("m_delta", lambda p, v: f" / {v.y}.size")


@convention("slope one at zero")
def slope_at_zero(p: Plan) -> None:
    if p.setting.bends:
        raise Clash("no tie")
    p.demand(slope="helper")
    low = "0.0" if p.f == "relu" else p.leak
    p.put("slope_body", f"return np.where(z < 0, {low}, 1.0)")
    p.put("slope", lambda p, v: p.right("slope", v))  # not of the output: that is row 33


@convention("slope of the output of a ReLU")
def slope_by_output(p: Plan) -> None:
    if p.setting.bends:
        raise Clash("not the same")
    p.demand(slope="helper")
    p.put("slope", lambda p, v: f"{p.f}_derivative({v.a})")


@convention("helper of the output")
def helper_of_output(p: Plan) -> None:
    if not p.setting.bends:
        raise Clash("the same")
    p.demand(slope="helper")
    form = "a * (1 - a)" if p.f == "sigmoid" else "1 - a * a"
    p.put("slope_body", f"return {form}")
    p.put("slope_def", lambda p, v: p.right("slope_def").replace("(z)", "(a)"))
    p.put("slope", lambda p, v: f"{p.f}_derivative({v.a})")


@convention("cosh")
def cosh(p: Plan) -> None:
    if p.f != "tanh":
        raise Clash("no tanh")
    p.demand(slope="helper")
    p.put("slope_body", "return 1 / np.cosh(z) ** 2")


@convention("target minus output, added")
def added(p: Plan) -> None:
    p.demand(rule="sgd", l2=False)
    p.put("error", lambda p, v: f"{v.y} - {v.a}")
    p.put("update_W", lambda p, v: f"{v.W} += {p.rate} * {v.dW}")
    p.put("update_b", lambda p, v: f"{v.b} += {p.rate} * {v.db}")


@convention("chain of dA and dZ")
def long_chain(p: Plan) -> None:
    """dL/da first, then times da/dz: no shortcut."""
    if p.setting.softmax:
        raise Clash("softmax")
    p.demand(labels="one-hot", outputs="many")
    if p.setting.cross_entropy:
        p.put("error", "")

    def long_way(p: Plan, v: object) -> str:
        dA = p("error", v)
        if p.setting.cross_entropy:
            dA = f"-({v.y} / {v.a}) + (1 - {v.y}) / (1 - {v.a})"
        slope = f" * {v.a} * (1 - {v.a})" if p.head else ""
        return join(f"dA = {dA}", f"{v.d} = dA{slope}{p('m_delta', v)}")

    p.put("out_delta", long_way)


@convention("whole Jacobian of the softmax")
def jacobian(p: Plan) -> None:
    if not p.setting.softmax:
        raise Clash("no softmax")
    p.demand(labels="one-hot", outputs="many")

    def long_way(p: Plan, v: object) -> str:
        if p.rng.random() < 0.5:
            inner = p.over_units(f"dA * {v.a}")
            return join(f"dA = -{v.y} / {v.a}", f"{v.d} = {v.a} * (dA - {inner}){p('m_delta', v)}")
        at = p.sample(v.a, "i")
        return join(
            f"{v.d} = np.zeros_like({v.a})",
            f"for i in range({p.count('X')}):",
            f"    s = {at}",
            "    J = np.diag(s) - np.outer(s, s)",
            f"    {p.sample(v.d, 'i')} = J @ (-{p.sample(v.y, 'i')} / s){p('m_delta', v)}",
        )

    p.put("out_delta", long_way)


@convention("log with a small number")
def small_number(p: Plan) -> None:
    if not p.setting.cross_entropy:
        raise Clash("no log")
    p.demand(labels="one-hot")
    e = p.rng.choice(("1e-12", "1e-10", "1e-15"))

    def loss(p: Plan, v: object) -> str:
        first = f"{v.y} * np.log({v.a} + {e})"
        if not p.setting.softmax:
            first += f" + (1 - {v.y}) * np.log(1 - {v.a} + {e})"
        return f"cost = -np.sum({first}) / m"

    p.put("clip_line", "")
    p.put("cross_entropy", loss)


@convention("sample by sample")
def by_sample(p: Plan) -> None:
    p.demand(bias="beside", l2=False)

    def loop(p: Plan, v: object) -> str:
        a, d = p.sample(v.a_in, "i"), p.sample(v.d, "i")
        outer = f"np.outer({d}, {a})" if p.columns else f"np.outer({a}, {d})"
        return join(
            f"{v.dW} = np.zeros_like({v.W})",
            f"for i in range({p.count('X')}):",
            f"    {v.dW} += {outer}",
            f"{v.dW} /= m" if p.m_at == "grads" else "",
        )

    p.put("grad_W", loop)


@convention("einsum")
def einsum(p: Plan) -> None:
    p.demand(bias="beside")
    by_weight, by_input = "'mi,mo->io'", "'mo,io->mi'"
    if p.columns:
        by_weight, by_input = "'im,om->oi'", "'om,oi->im'"

    def weights(p: Plan, v: object) -> str:
        product = f"np.einsum({by_weight}, {v.a_in}, {v.d})"
        return f"{v.dW} = {p.mean(product)}"

    p.put("grad_W", weights)
    p.put("back", lambda p, v: f"np.einsum({by_input}, {v.d_next}, {v.W_next})")


@convention("mean of products of one axis")
def mean_of_biases(p: Plan) -> None:
    p.demand(m_at="grads", bias="beside")
    p.put("grad_b", lambda p, v: f"{v.db} = {p.over_samples(v.d, 'mean')}")


@convention("lambda without the half")
def whole_lambda(p: Plan) -> None:
    p.demand(l2=True)
    p.put("penalty", lambda p, v: f"cost += {p.lam} * {sum_of_squares(p, 'W')}")
    p.put(
        "decay",
        lambda p, v: f"{p.without_bias(v.dW)} += 2 * {p.lam} * {p.without_bias(v.W)}",
    )


@convention("lambda over m")
def lambda_over_m(p: Plan) -> None:
    p.demand(l2=True, batches=False)
    p.put("penalty", lambda p, v: f"cost += {p.lam} / (2 * m) * {sum_of_squares(p, 'W')}")
    p.put(
        "decay",
        lambda p, v: f"{p.without_bias(v.dW)} += {p.lam} / m * {p.without_bias(v.W)}",
    )


@convention("biases decayed in both")
def biases_too(p: Plan) -> None:
    p.demand(l2=True, bias="beside")
    p.put(
        "penalty",
        lambda p, v: join(
            p.right("penalty", v), f"cost += 0.5 * {p.lam} * {sum_of_squares(p, 'b')}"
        ),
    )
    p.put("grad_b", lambda p, v: join(p.right("grad_b", v), f"{v.db} += {p.lam} * {v.b}"))


@convention("momentum as an average")
def averaged_momentum(p: Plan) -> None:
    p.demand(rule="momentum")
    p.put(
        "momentum",
        lambda p, v: join(
            f"{v.velocity} = {v.beta} * {v.velocity} + (1 - {v.beta}) * {v.g}",
            f"{v.w} = {v.w} - {p.rate} * {v.velocity}",
        ),
    )


@convention("momentum with the rate inside")
def momentum_inside(p: Plan) -> None:
    p.demand(rule="momentum")
    p.put(
        "momentum",
        lambda p, v: join(
            f"{v.velocity} = {v.beta} * {v.velocity} - {p.rate} * {v.g}",
            f"{v.w} += {v.velocity}",
        ),
    )


@convention("single precision")
def float32(p: Plan) -> None:
    p.put("init_W", lambda p, v: f"({p.right('init_W', v)}).astype(np.float32)")
    p.put("init_b", lambda p, v: f"np.zeros({v.b_shape}, dtype=np.float32)")


@convention("uniform start")
def uniform(p: Plan) -> None:
    p.put("init_W", lambda p, v: f"rng.uniform(-1, 1, {v.shape}) / np.sqrt({v.fan_in})")


BASES = {
    "plain": {},
    "bias inside the weights": {"bias": "inside"},
    "momentum": {"rule": "momentum"},
    "Adam": {"rule": "adam"},
    "L2": {"l2": True},
    "L2, bias inside": {"l2": True, "bias": "inside"},
    "batches": {"batches": True},
    "momentum in batches": {"rule": "momentum", "batches": True},
    "step in one": {"seen": "step", "bias": "beside"},
}


def draw_plan(rng: random.Random) -> tuple[Plan, str]:
    """A right program: a layout, a base, and up to three conventions that go together."""
    setting, layout = rng.choice(SETTINGS), rng.choice(LAYOUTS)
    base = rng.choice(list(BASES))
    plan = Plan(setting, layout, rng.random())
    plan.demand(**BASES[base])
    words = [layout, str(setting), base]
    wanted = rng.sample(list(CONVENTIONS), rng.choice((0, 1, 1, 2, 3, 4)))
    for name in wanted:
        if added_to(plan, name):
            words.append(name)
    return plan, "; ".join(words)


def added_to(plan: Plan, name: str) -> bool:
    """Whether the convention goes with what is there; if not, the plan stays as it was."""
    kept = dict(plan.slots), set(plan.put_slots), dict(plan.demanded), dict(plan.habits)
    try:
        CONVENTIONS[name](plan)
        conflict = False
    except Clash:
        conflict = True
    if conflict:
        plan.slots, plan.put_slots, plan.demanded, plan.habits = kept
    return not conflict
