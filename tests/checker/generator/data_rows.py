"""Mistakes with data, labels, starts, loops and marks: rows 8, 47 and 75 to 90."""

from __future__ import annotations

from tests.checker.generator.catalogue import only, row, softmax
from tests.checker.generator.plan import Plan, function, join

# ------------------------------------------------------------------ dropout


def with_dropout(p: Plan) -> None:
    p.demand(dropout=True, slope="helper", bias="beside", seen="gradient")


@row(8, "times p", "divided by 1 - p")
def dropout_scale(p: Plan, variant: str) -> None:
    with_dropout(p)
    p.put("dropout_scale", "" if variant == "times p" else " / (1 - 0.8)")


@row(47, "missing", "without its scale")
def dropout_backward(p: Plan, variant: str) -> None:
    with_dropout(p)
    if variant == "missing":
        p.put("dropout_back", "")
    else:
        p.put("dropout_back", lambda p, v: f" * ({v.mask} > 0)")


# ------------------------------------------------------------------ data


@row(75)
def shuffled_apart(p: Plan) -> None:
    p.demand(batches=True)

    def apart(p: Plan, v: object) -> str:
        X, y = p.take("X", "rng.permutation(n)"), p.take(p.y, "rng.permutation(n)")
        return join(f"X = {X}", f"{p.y} = {y}")

    p.put("shuffle", apart)
    p.put(
        "batch",
        lambda p, v: (
            f"xb, yb = {p.take('X', 'start:start + batch_size')}, "
            f"{p.take(p.y, 'start:start + batch_size')}"
        ),
    )


@row(76, "its own", "before the split")
def standardised(p: Plan, variant: str) -> None:
    axis = 1 if p.columns else 0
    kept = ", keepdims=True" if p.columns else ""

    def scaled(what: str) -> str:
        mean, std = (f"{what}.{how}(axis={axis}{kept})" for how in ("mean", "std"))
        return f"{what} = ({what} - {mean}) / {std}"

    train, test = p.take("X", ":cut"), p.take("X", "cut:")
    split = join(f"cut = int(share * {p.count('X')})", f"X_train, X_test = {train}, {test}")
    if variant == "its own":
        body = join(split, scaled("X_train"), scaled("X_test"))
    else:
        body = join(scaled("X"), split)
    p.put("extra", function("prepare(X, share=0.8)", body, "return X_train, X_test"))


@row(77)
def one_hot_shifted(p: Plan) -> None:
    softmax(p)
    p.demand(labels="index")
    k = 0 if p.columns else 1
    at = f"{p.y} - 1, np.arange(m)" if p.columns else f"np.arange(m), {p.y} - 1"
    p.put(
        "error",
        lambda p, v: f"{v.a} - one_hot({v.y}, {v.a}.shape[{k}])",
    )
    shape = "(k, m)" if p.columns else "(m, k)"
    p.put(
        "slope_def",
        lambda p, v: (
            (p.right("slope_def") + "\n\n\n" if p.slope == "helper" else "")
            + function(
                f"one_hot({p.y}, k)",
                f"m = len({p.y})",
                f"hot = np.zeros({shape})",
                f"hot[{at}] = 1",
                "return hot",
            )
        ),
    )


@row(79)
def wraps(p: Plan) -> None:
    if p.setting.squared:
        p.put("data_loss", lambda p, v: f"cost = 1 // 2 * np.sum(({v.a} - {v.y}) ** 2) / m")
        return
    softmax(p)
    p.demand(labels="one-hot")

    def unsigned(p: Plan, v: object) -> str:
        share = p("m_delta", v)
        k = p.over_units(f"-hot / {v.a} * {v.a}")
        return join(
            f"hot = {v.y}.astype(np.uint8)",
            f"{v.d} = (-hot - {v.a} * {k}){share}",
        )

    p.put("out_delta", unsigned)


@row(80, "one too many", "last batch dropped", "divided by the wrong size")
def batch_slice(p: Plan, variant: str) -> None:
    p.demand(batches=True)
    if variant == "one too many":
        p.put(
            "batch",
            lambda p, v: p.right("batch", v).replace(
                "start + batch_size]", "start + batch_size + 1]"
            ),
        )
    elif variant == "last batch dropped":
        p.put("starts", "range(0, n - batch_size, batch_size)")
    else:
        only(p.layout == "class", "the functions do not know the size of a batch")
        p.put("fit_start", "self.batch_size = batch_size")
        p.put("class_state", "self.batch_size = 16")
        p.put("m_delta", "")
        p.put("grad_W", lambda p, v: f"{v.dW} = {p.mul(v.a_in + '.T', v.d)} / self.batch_size")
        p.put("grad_b", lambda p, v: f"{v.db} = {p.over_samples(v.d)} / self.batch_size")


# ------------------------------------------------------------------ the start


@row(82, "zeros", "all equal")
def symmetric_start(p: Plan, variant: str) -> None:
    how = "np.zeros({})" if variant == "zeros" else "np.full({}, 0.5)"
    p.put("init_W", lambda p, v: how.format(v.shape))


@row(83)
def positive_start(p: Plan) -> None:
    p.put("init_W", lambda p, v: f"rng.random({v.shape})")


@row(84, "small", "large")
def spread_of_start(p: Plan, variant: str) -> None:
    scale = "* 0.001" if variant == "small" else "* 50"
    p.put("init_W", lambda p, v: f"rng.standard_normal({v.shape}) {scale}")


@row(85)
def same_seed_again(p: Plan) -> None:
    p.put("rng_line", "")
    p.put("inner_rng", "rng = np.random.default_rng(seed)")


# ------------------------------------------------------------------ loop and marks


@row(86)
def one_batch_an_epoch(p: Plan) -> None:
    p.demand(batches=True)

    def epoch(p: Plan, v: object) -> str:
        loop = "\n".join("    " + line for line in p("batch", v).split("\n"))
        start = f"for start in {p('starts', v)}:"
        return join(p("shuffle", v), start, loop, v.step, f"history.append({v.cost})")

    p.put("epoch", epoch)


@row(87, "one-sided", "tiny step", "float32")
def wrong_gradient_check(p: Plan, variant: str) -> None:
    only(p.layout != "class", "written for parameters in a dict")
    name, y = ("parameters", "Y") if p.columns else ("params", "y")
    eps = "1e-12" if variant == "tiny step" else "1e-4" if variant == "one-sided" else "1e-6"
    forward = "forward_propagation(X, parameters)[0]"
    cost = f"compute_cost({forward}, Y, parameters)" if p.columns else "loss(params, X, y)"
    if variant == "float32":
        cost = f"np.float32({cost})"
    low = join("value[i] = old", f"low = {cost}") if variant == "one-sided" else ""
    low = low or join("value[i] = old - eps", f"low = {cost}")
    step = "eps" if variant == "one-sided" else "(2 * eps)"
    body = f"""numeric = {{}}
for key, value in {name}.items():
    numeric["d" + key] = np.zeros_like(value)
    for i in np.ndindex(value.shape):
        old = value[i]
        value[i] = old + eps
        high = {cost}
        {low.replace(chr(10), chr(10) + "        ")}
        value[i] = old
        numeric["d" + key][i] = (high - low) / {step}
return numeric"""
    p.put("extra", function(f"numerical_gradients({name}, X, {y}, eps={eps})", body))


@row(88, "wrong axis", "flattened")
def argmax_axis(p: Plan, variant: str) -> None:
    softmax(p)
    axis = 1 if p.columns else 0
    given = "" if variant == "flattened" else f", axis={axis}"
    put_predict(p, f"return np.argmax({{out}}{given})")


@row(89)
def accuracy_of_pairs(p: Plan) -> None:
    only("bce" in p.setting.head and not p.columns, "no column of predictions is compared here")
    p.demand(outputs="one", labels="one-hot")
    p.put("error", lambda p, v: f"{v.a} - {v.y}.reshape(-1, 1)")
    p.put(
        "cross_entropy",
        lambda p, v: (
            "t = y.reshape(-1, 1)\n"
            "cost = -np.sum(t * np.log(prob) + (1 - t) * np.log(1 - prob)) / m"
        ),
    )
    put_predict(p, "return np.mean(({out} > 0.5) == y)", "accuracy", ", y")


def put_predict(p: Plan, ends: str, name: str = "predict", more: str = "") -> None:
    if p.layout == "class":
        body = join("out = self.forward(X)", ends.format(out="out"))
        p.put("method", function(f"{name}(self, X{more})", body))
    elif p.columns:
        body = join("A3, _ = forward_propagation(X, parameters)", ends.format(out="A3"))
        p.put("extra", function(f"{name}(X{more}, parameters)", body))
    else:
        body = join("out, _ = forward(params, X)", ends.format(out="out"))
        p.put("extra", function(f"{name}(params, X{more})", body))


@row(90)
def dropout_at_test(p: Plan) -> None:
    with_dropout(p)
    ends = "return np.argmax({out}, axis=" + ("0)" if p.columns else "1)")
    put_predict(p, ends if p.setting.softmax else "return {out}")
