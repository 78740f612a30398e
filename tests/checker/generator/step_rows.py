"""Mistakes in the step: rows 64 to 74."""

from __future__ import annotations

from tests.checker.generator.catalogue import row
from tests.checker.generator.plan import Plan, indent, join
from tests.checker.generator.snippets import minus


@row(64, "twice", "added")
def bias_step(p: Plan, variant: str) -> None:
    p.demand(bias="beside", rule="sgd")

    def update(p: Plan, v: object) -> str:
        if variant == "added":
            return f"{v.b} = {v.b} + {p.rate} * {v.db}"
        right = p.right("update_b", v)
        return join(right, right)

    p.put("update_b", update)


@row(65)
def bias_decayed(p: Plan) -> None:
    p.demand(l2=True)
    if p.bias == "inside":
        p.put("decay", lambda p, v: f"{v.dW} += {p.lam} * {v.W}")
        return
    p.demand(bias="beside")
    p.put("grad_b", lambda p, v: join(p.right("grad_b", v), f"{v.db} = {v.db} + {p.lam} * {v.b}"))


@row(66)
def uphill(p: Plan) -> None:
    p.demand(rule="sgd")
    for slot, what in (("update_W", "W"), ("update_b", "b")):

        def plus(p: Plan, v: object, what: str = what) -> str:
            target, step = getattr(v, what), f"{p.rate} * {getattr(v, 'd' + what)}"
            return f"{target} += {step}" if p.in_place else f"{target} = {target} + {step}"

        p.put(slot, plus)


RATES = {
    "twice": "{rate} * {rate} * {grad}",
    "missing": "{grad}",
    "divided": "{grad} / {rate}",
}


@row(67, *RATES)
def rate(p: Plan, variant: str) -> None:
    p.demand(rule="sgd")
    for slot, what in (("update_W", "W"), ("update_b", "b")):

        def moved(p: Plan, v: object, what: str = what) -> str:
            step = RATES[variant].format(rate=p.rate, grad=getattr(v, "d" + what))
            return minus(p, getattr(v, what), step)

        p.put(slot, moved)


@row(68)
def step_for_each_sample(p: Plan) -> None:
    p.demand(rule="sgd", batches=False)
    if p.layout == "class":

        def again(p: Plan, v: object) -> str:
            lines = v.class_body.split("\n")
            return join(*lines[:2], f"for _ in range({p.count('X')}):", indent(join(*lines[2:])))

        p.put("one_step", again)
    else:
        p.put("one_step", lambda p, v: join(v.grads, f"for i in range({v.n}):", indent(v.call)))


@row(69)
def local_copy(p: Plan) -> None:
    p.demand(rule="sgd")
    for slot, what in (("update_W", "W"), ("update_b", "b")):

        def moved(p: Plan, v: object, what: str = what) -> str:
            step = f"{p.rate} * {getattr(v, 'd' + what)}"
            name = what if p.names % 2 else what.lower()
            return join(f"{name} = {getattr(v, what)}", f"{name} = {name} - {step}")

        p.put(slot, moved)


@row(70)
def one_number_for_a_row(p: Plan) -> None:
    p.demand(rule="sgd")

    def nested(p: Plan, v: object) -> str:
        return (
            f"for i in range({v.W}.shape[0]):\n"
            f"    for j in range({v.W}.shape[1]):\n"
            f"        {v.W}[i] -= {p.rate} * {v.dW}[i, j]"
        )

    p.put("update_W", nested)


# ------------------------------------------------------------------ momentum

EMA = "{v} = {beta} * {v} + (1 - {beta}) * {g}"
MOMENTUM = {  # lines for one parameter; {w} {v} {g} {beta} {rate}
    "sign of v": ("{v} = {beta} * {v} - {rate} * {g}", "{w} = {w} - {v}"),
    "beta swapped": ("{v} = (1 - {beta}) * {v} + {beta} * {g}", "{w} = {w} - {rate} * {v}"),
    "1 - beta twice": (EMA, "{w} = {w} - {rate} * (1 - {beta}) * {v}"),
    "stale v": ("{w} = {w} - {rate} * {v}", "{v} = {beta} * {v} + {g}"),
    "rate on old v": ("{v} = {rate} * ({beta} * {v} + {g})", "{w} = {w} - {v}"),
    "first v unscaled": (
        "if np.any({v}):",
        "    " + EMA,
        "else:",
        "    {v} = {g}",
        "{w} = {w} - {rate} * {v}",
    ),
    "v reset": ("{v} = np.zeros_like({w})", "{v} = {beta} * {v} + {g}", "{w} = {w} - {rate} * {v}"),
}


@row(71, *MOMENTUM)
def momentum(p: Plan, variant: str) -> None:
    p.demand(rule="momentum")
    put_rule(p, "momentum", MOMENTUM[variant])


def put_rule(p: Plan, slot: str, lines: tuple[str, ...]) -> None:
    def rule(p: Plan, v: object) -> str:
        names = {"v": v.velocity, "m": v.mean, "s": v.square, **vars(v)}
        return "\n".join(lines).format(**{**names, "rate": p.rate})

    p.put(slot, rule)


# ------------------------------------------------------------------ Adam

MEANS = (
    "{mean} = {beta1} * {mean} + (1 - {beta1}) * {g}",
    "{square} = {beta2} * {square} + (1 - {beta2}) * {g} ** 2",
)
UNBIASED = (
    "m_hat = {mean} / (1 - {beta1} ** {t})",
    "v_hat = {square} / (1 - {beta2} ** {t})",
)
ADAM = {
    "no bias correction": (
        *MEANS,
        "{w} = {w} - {rate} * {mean} / (np.sqrt({square}) + {eps})",
    ),
    "t frozen at 1": (*MEANS, *UNBIASED, "{w} = {w} - {rate} * m_hat / (np.sqrt(v_hat) + {eps})"),
    "t off by one": (
        *MEANS,
        "m_hat = {mean} / (1 - {beta1} ** ({t} + 1))",
        "v_hat = {square} / (1 - {beta2} ** ({t} + 1))",
        "{w} = {w} - {rate} * m_hat / (np.sqrt(v_hat) + {eps})",
    ),
    "root missing": (*MEANS, *UNBIASED, "{w} = {w} - {rate} * m_hat / (v_hat + {eps})"),
    "eps inside": (*MEANS, *UNBIASED, "{w} = {w} - {rate} * m_hat / np.sqrt(v_hat + {eps})"),
}


@row(72, *ADAM)
def adam(p: Plan, variant: str) -> None:
    p.demand(rule="adam")
    put_rule(p, "adam", ADAM[variant])
    if variant == "t frozen at 1":
        p.put("tick", lambda p, v: f"{v.t} = 1")


# ------------------------------------------------------------------ L2

DECAYS = {
    "sign flipped": "{dW} -= {lam} * {W}",
    "twice": "{dW} += 2 * {lam} * {W}",
    "half": "{dW} += 0.5 * {lam} * {W}",
    "over m": "{dW} += {lam} / m * {W}",
    "lambda squared": "{dW} += {lam} ** 2 * {W}",
    "lambda added": "{dW} += {lam}",
}


@row(73, *DECAYS)
def decay(p: Plan, variant: str) -> None:
    p.demand(l2=True)

    def wrong(p: Plan, v: object) -> str:
        W, dW = p.without_bias(v.W), p.without_bias(v.dW)
        return DECAYS[variant].format(W=W, dW=dW, lam=p.lam)

    p.put("decay", wrong)


@row(74, "refused", "truncated")
def whole_numbers(p: Plan, variant: str) -> None:
    p.demand(rule="sgd")
    p.put("init_W", lambda p, v: f"rng.integers(-1, 2, size={v.shape})")
    if variant == "refused":
        p.demand(in_place=True)
    else:
        p.put("update_W", lambda p, v: f"{v.W}[:] = {v.W} - {p.rate} * {v.dW}")
