"""From a plan to the text of a file, in each of the three layouts."""

from __future__ import annotations

import random
import re

from tests.checker.generator.plan import Plan, Variables, function, has_name, indent, join

NAMES = (("z", "a", "delta"), ("Z", "A", "dZ"), ("pre", "h", "d"), ("net", "out", "err"))
LAYERS = (1, 2, 3)


def render(p: Plan) -> str:
    """The text of the file; the same each time."""
    p.rng = random.Random(p.seed)
    text = {"functions": functions, "columns": functions, "class": network_class}[p.layout](p)
    if p.chatty:
        text = with_comments(p, text)
    if p.quote and "'" not in text:
        text = text.replace('"""', "\0").replace('"', "'").replace("\0", '"""')
    return text


COMMENTS = (  # before which line, and what one might say there
    (r"cache = \(", ("keep these for the backward pass", "cache", "save for later")),
    (r"history = \[\]", ("loss over time", "for plotting", "history")),
    (r"for epoch in range", ("training loop", "main loop", "train")),
    (r"(z|Z|pre|net)1 = ", ("first hidden layer", "layer 1", "hidden layers")),
    (r"(z|Z|pre|net)3 = ", ("output layer", "layer 3", "output")),
    (r"(delta|dZ|d|err|e)3 = ", ("output layer", "start at the output", "last layer first")),
    (r"(delta|dZ|d|err|e)1 = ", ("layer 1", "first layer", "now the first hidden layer")),
    (r"(delta|d|dz|error) = .*\[-1\]", ("error of the output layer", "delta of the last layer")),
    (r"for l in (reversed|range\(len\(self.weights\) - 1)", ("backwards", "from the last layer")),
    (r"X = rng", ("toy data", "random data", "some data to try it on")),
    (r"rng = np.random.default_rng\(seed\)", ("reproducible", "fixed seed")),
)


def with_comments(p: Plan, text: str) -> str:
    """Here and there a line says what the next one is about."""
    lines: list[str] = []
    for line in text.split("\n"):
        for pattern, words in COMMENTS:
            if re.match(r" +" + pattern, line) and p.rng.random() < 0.5:
                pad = line[: len(line) - len(line.lstrip())]
                lines.append(f"{pad}# {p.rng.choice(words)}")
        lines.append(line)
    return "\n".join(lines)


def page(*blocks: str) -> str:
    """Two blank lines between the definitions of a file."""
    return "\n\n\n".join(block.strip("\n") for block in blocks if block.strip()) + "\n"


def with_m(p: Plan, body: str, of: str) -> str:
    """The number of samples, where the lines use it."""
    return join(f"m = {p.count(of)}", body) if has_name(body, "m") else body


def top(p: Plan) -> str:
    constants = join(f"{p.lam} = 0.3" if p.l2 and p.layout != "class" else "", p("above"))
    return join("import numpy as np", "\n" + constants if constants else "")


def activations(p: Plan) -> tuple[str, ...]:
    return p("f_def"), p("slope_def"), p("head_def")


def inner_seed(p: Plan, W: str, b: str) -> str:
    return join(p("inner_rng"), W, b)


# ------------------------------------------------------------------ functions: A and B


class Words:
    """What the functions and numbers of a hand are called."""

    def __init__(self, p: Plan) -> None:
        self.params = "parameters" if p.columns else "params"
        self.initialize = "initialize_parameters" if p.columns else "initialize"
        self.sizes = "layer_dims" if p.columns else "sizes"
        self.forward = "forward_propagation" if p.columns else "forward"
        self.loss = "compute_cost" if p.columns else "loss"
        self.backward = "backward_propagation" if p.columns else "backward"
        self.update = "update_parameters" if p.columns else "update"
        if not p.columns and p.entry == "gradients":
            self.backward = "gradients"
        self.z, self.a, self.d = NAMES[1] if p.columns else NAMES[p.names]
        self.answer = f"{self.a}3"
        self.cached = p.columns or p.entry == "cache"
        given = f"X, Y, cache, {self.params}" if p.columns else f"{self.params}, cache, X, y"
        if not self.cached:
            given = f"{self.params}, X, {p.y}"
        self.backward_head = f"{self.backward}({given})"
        self.forward_call = (
            "forward_propagation({x}, parameters)" if p.columns else "forward(params, {x})"
        )

    def grads_call(self, p: Plan, x: str, y: str) -> str:
        if not self.cached:
            return f"grads = {self.backward}({self.params}, {x}, {y})"
        given = (
            f"{x}, {y}, cache, {self.params}" if p.columns else f"{self.params}, cache, {x}, {y}"
        )
        return join(
            f"{self.answer}, cache = {self.forward_call.format(x=x)}",
            f"grads = {self.backward}({given})",
        )

    def loss_call(self, p: Plan, x: str, y: str) -> str:
        if p.columns:
            return f"compute_cost({self.forward_call.format(x=x)}[0], {y}, {self.params})"
        return f"loss(params, {x}, {y})"


def variables(p: Plan, w: Words, l: int) -> Variables:
    """The numbers of layer l by name."""
    inside = p.bias == "inside"

    def a(n: int) -> str:
        return "X" if n == 0 else f"{w.a}{n}"

    def fed(n: int) -> str:
        return f"x{n}" if inside else a(n - 1)

    def mask(n: int) -> str:
        return f"mask{n}"

    return Variables(
        l=l,
        last=l == 3,
        W=f'{w.params}["W{l}"]',
        b=f'{w.params}["b{l}"]',
        W_next=f'{w.params}["W{l + 1}"]',
        z=f"{w.z}{l}",
        a=a(l),
        below=a(l - 1),
        a_in=fed(l),
        a_next=a(l + 1),
        z_in="X" if l == 1 else f"{w.z}{l - 1}",
        z_next=f"{w.z}{l + 1}",
        d=f"{w.d}{l}",
        d_next=f"{w.d}{l + 1}",
        d_last=f"{w.d}3",
        W_last=f'{w.params}["W3"]',
        dW=f"dW{l}",
        db=f"db{l}",
        dW_next=f"dW{l + 1}",
        mask=mask(l),
        e=f"e{l}",
        e_next=f"e{l + 1}",
        y=p.y,
        X="X",
    )


def augment(p: Plan, v: Variables) -> str:
    """The column (row) of ones that feeds the bias."""
    if p.bias != "inside":
        return ""
    ones = f"np.ones((1, {v.below}.shape[1]))" if p.columns else f"np.ones(({v.below}.shape[0], 1))"
    return f"{v.a_in} = np.{'vstack' if p.columns else 'hstack'}([{v.below}, {ones}])"


def forward_body(p: Plan, w: Words) -> str:
    lines = []
    for l in LAYERS:
        v = variables(p, w, l)
        lines += [augment(p, v), p("z", v), p("output" if v.last else "hidden", v)]
        if not v.last:
            lines.append(p("dropout", v) if p.dropout else "")
    return join(*lines)


def cache_of(p: Plan, w: Words) -> str:
    each = [f"{w.z}{l}, {w.a}{l}" for l in LAYERS]
    if p.bias == "inside":
        each += [f"x{l}" for l in LAYERS]
    if p.dropout:
        each += ["mask1", "mask2"]
    return ", ".join(each)


def forward(p: Plan, w: Words) -> str:
    body = forward_body(p, w)
    given = f"X, {w.params}" if p.columns else f"{w.params}, X"
    if p.dropout:
        given += ", training=True"
    ends = f"return {w.answer}, cache"
    return function(
        f"{w.forward}({given})", body, f"cache = ({cache_of(p, w)})", ends, doc=doc(p, 0)
    )


def doc(p: Plan, which: int) -> str:
    texts = (
        ("", "", "", ""),
        ("Forward pass.", "Cost of the batch.", "Backward pass.", "One gradient descent step."),
        ("", "mean over the batch", "returns the gradients of all parameters", ""),
    )
    return texts[p.docs][which]


def loss(p: Plan, w: Words) -> str:
    v = variables(p, w, 3)
    of = v.a if p.labels == "index" else v.y
    body = join(with_m(p, join(p("data_loss", v), p("penalty", v)), of), "return cost")
    if p.columns:
        return function(f"compute_cost({v.a}, Y, parameters)", body, doc=doc(p, 1))
    return function(
        f"loss(params, X, {v.y})", f"{v.a}, _ = forward(params, X)", body, doc=doc(p, 1)
    )


def backward(p: Plan, w: Words) -> str:
    lines = [p("before_backward", variables(p, w, 3))]
    for l in reversed(LAYERS):
        v = variables(p, w, l)
        lines.append(p("out_delta" if v.last else "hidden_delta", v))
        lines.append(join(p("grad_W", v), p("decay", v)))
        if p.bias == "beside":
            lines.append(p("grad_b", v))
        if l > 1 and p.docs:
            lines.append("")
    text = "\n".join(lines[0 if lines[0] else 1 :])
    named = [
        f'"d{kind}{l}": d{kind}{l}'
        for l in LAYERS
        for kind in ("Wb" if p.bias == "beside" else "W")
    ]
    unpack = f"{cache_of(p, w)} = cache"
    if not w.cached:
        unpack = join(f"_, cache = {w.forward_call.format(x='X')}", unpack)
    text = with_m(p, text, "X")
    ends = join("grads = {" + ", ".join(named) + "}", p("after_backward"), "return grads")
    if len(ends) > 95:
        ends = ends.replace("{", "{\n    ").replace(', "', ',\n    "').replace("}", ",\n}")
    head = p.slots["backward_head"](p, None) if "backward_head" in p.slots else w.backward_head
    return function(head, unpack, text, ends, doc=doc(p, 2))


def initialize(p: Plan, w: Words) -> str:
    s = w.sizes
    extra = " + 1" if p.bias == "inside" else ""
    shape = f"({s}[l], {s}[l - 1]{extra})" if p.columns else f"({s}[l - 1]{extra}, {s}[l])"
    flat = f"({s}[l], 1)" if p.columns else (f"{s}[l]" if p.b_shape == "(h,)" else f"(1, {s}[l])")
    v = Variables(shape=shape, fan_in=f"{s}[l - 1]", b_shape=flat, W="W", b="b")
    W = f'{w.params}[f"W{{l}}"] = {p("init_W", v)}'
    b = f'{w.params}[f"b{{l}}"] = {p("init_b", v)}' if p.bias == "beside" else ""
    return function(
        f"{w.initialize}({s}, seed=0)",
        p("rng_line"),
        f"{w.params} = {{}}",
        f"for l in range(1, len({s})):",
        indent(inner_seed(p, W, b)),
        f"return {w.params}",
    )


def step_variables(p: Plan, w: Words) -> Variables:
    return Variables(
        W=f'{w.params}[f"W{{l}}"]',
        b=f'{w.params}[f"b{{l}}"]',
        dW='grads[f"dW{l}"]',
        db='grads[f"db{l}"]',
        w=f"{w.params}[key]",
        g='grads["d" + key]',
        velocity="velocity[key]",
        mean='state["mean"][key]',
        square='state["square"][key]',
        t='state["t"]',
        beta="beta",
        beta1="beta1",
        beta2="beta2",
        eps="eps",
        l="l",
        count="len(grads)",
    )


def update(p: Plan, w: Words) -> str:
    v = step_variables(p, w)
    given = f"{w.params}, grads"
    ends = f"return {w.params}"
    if p.rule == "sgd":
        layers = f"len({w.params}) // 2" if p.bias == "beside" else f"len({w.params})"
        span = p.slots["layers"](p, v) if "layers" in p.slots else f"range(1, {layers} + 1)"
        body = join(p("update_W", v), p("update_b", v) if p.bias == "beside" else "")
        loop = f"for l in {span}:\n{indent(body)}"
        return function(f"{w.update}({given}, learning_rate)", loop, ends, doc=doc(p, 3))
    body = f"for key in {w.params}:\n{indent(p(p.rule, v))}"
    if p.rule == "momentum":
        begin = function(
            f"start_velocity({w.params})",
            f"return {{key: np.zeros_like(value) for key, value in {w.params}.items()}}",
        )
        head = f"{w.update}({given}, velocity, learning_rate, beta=0.9)"
        return page(begin, function(head, p("before_rule", v), body, ends)).strip("\n")
    begin = function(
        f"start_state({w.params})",
        f"zeros = {{key: np.zeros_like(value) for key, value in {w.params}.items()}}",
        'return {"t": 0, "mean": zeros, "square": {k: v.copy() for k, v in zeros.items()}}',
    )
    head = f"{w.update}({given}, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8)"
    return page(begin, function(head, p("tick", v), body, ends)).strip("\n")


def train(p: Plan, w: Words) -> str:
    """The loop; a state of the rule is made and kept here."""
    state, kept = {
        "sgd": ("", ""),
        "momentum": (f"velocity = start_velocity({w.params})", ", velocity"),
        "adam": (f"state = start_state({w.params})", ", state"),
    }[p.rule]
    call = f"{w.params} = {w.update}({w.params}, grads{kept}, learning_rate)"
    given = f"X, Y, {w.params}" if p.columns else f"{w.params}, X, y"
    ends = f"return {w.params}, history"
    if p.batches:
        v = Variables(
            step=p("one_step", Variables(grads=w.grads_call(p, "xb", "yb"), call=call, n="n")),
            cost=w.loss_call(p, "xb", "yb"),
            x="X",
            y=p.y,
        )
        return function(
            f"train({given}, learning_rate=0.1, epochs=100, batch_size=16, seed=0)",
            "rng = np.random.default_rng(seed)",
            f"n = {p.count('X')}",
            state,
            "history = []",
            f"for epoch in range(epochs):\n{indent(p('epoch', v))}",
            ends,
        )
    v = Variables(grads=w.grads_call(p, "X", p.y), call=call, n=p.count("X"))
    body = join(p("one_step", v), f"history.append({w.loss_call(p, 'X', p.y)})")
    head = f"train({given}, learning_rate=0.1, epochs=100)"
    return function(
        head, state, "history = []", f"for epoch in range(epochs):\n{indent(body)}", ends
    )


def train_step(p: Plan, w: Words) -> str:
    """Backward and update in one, for mistakes that lie between them."""
    given = f"X, Y, {w.params}" if p.columns else f"{w.params}, X, y"
    unpack = join(f"_, cache = {w.forward_call.format(x='X')}", f"{cache_of(p, w)} = cache")
    lines = []
    for l in reversed(LAYERS):
        v = variables(p, w, l)
        if v.last:
            lines.append(p("out_delta", v))
        if l > 1:
            below = variables(p, w, l - 1)
            parts = [join(p("grad_W", v), p("decay", v), p("grad_b", v)), p("hidden_delta", below)]
            moved = join(p("update_W", v), p("update_b", v))
            lines += [parts[0], moved, parts[1]] if early(p) else [parts[0], parts[1], moved]
        else:
            lines += [p("grad_W", v), p("decay", v), p("grad_b", v)]
            lines.append(join(p("update_W", v), p("update_b", v)))
    body = with_m(p, join(*lines), "X")
    return function(f"train_step({given}, learning_rate)", unpack, body, f"return {w.params}")


def early(p: Plan) -> bool:
    """Whether the weights move before the delta of the layer below is taken: row 39."""
    return "early" in p.slots


def step_loop(p: Plan, w: Words) -> str:
    given = f"X, Y, {w.params}" if p.columns else f"{w.params}, X, y"
    return function(
        f"train({given}, learning_rate=0.1, epochs=100)",
        "history = []",
        "for epoch in range(epochs):",
        f"    {w.params} = train_step({given}, learning_rate)",
        f"    history.append({w.loss_call(p, 'X', p.y)})",
        f"return {w.params}, history",
    )


def functions(p: Plan) -> str:
    w = Words(p)
    if p.seen == "step":
        work = (train_step(p, w), step_loop(p, w))
    else:
        work = (backward(p, w), update(p, w), train(p, w))
    return page(
        top(p),
        *activations(p),
        initialize(p, w),
        forward(p, w),
        loss(p, w),
        *work,
        p("extra", variables(p, w, 3)),
        main(p, w),
    )


def main(p: Plan, w: Words) -> str:
    return join('if __name__ == "__main__":', indent(demo(p, w)))


def demo_sizes(p: Plan) -> list[int]:
    sizes = [4, 4, 4, 4] if p.habits.get("equal") else [4, 6, 5, 3]
    return [*sizes[:3], 1] if p.outputs == "one" else sizes


def demo_data(p: Plan) -> str:
    rows, k = 4 if p.habits.get("equal") else 30, demo_sizes(p)[-1]
    picked = f"rng.integers(0, {k}, size={rows})"
    if p.labels == "index":
        target = picked
    elif p.outputs == "one" and not p.columns:
        target = f"rng.integers(0, 2, size={rows}).astype(float)"
    elif p.setting.softmax:
        target = f"np.eye({k})[{picked}]" + (".T" if p.columns else "")
    else:
        shape = f"({k}, {rows})" if p.columns else f"({rows}, {k})"
        target = f"rng.integers(0, 2, size={shape}).astype(float)"
    shape = f"(4, {rows})" if p.columns else f"({rows}, 4)"
    return join(
        "rng = np.random.default_rng(1)",
        f"X = rng.standard_normal({shape})",
        f"{p.y} = {target}",
    )


def demo(p: Plan, w: Words) -> str:
    given = f"X, Y, {w.params}" if p.columns else f"{w.params}, X, y"
    return join(
        demo_data(p),
        f"{w.params} = {w.initialize}({demo_sizes(p)})",
        f"{w.params}, history = train({given}, epochs=20)",
        "print(history[0], history[-1])",
    )


# ------------------------------------------------------------------ a class: C


CLASS_NAMES = (
    ("NeuralNetwork", "zs", "activations", "delta"),
    ("Network", "z", "a", "delta"),
    ("MLP", "pre", "outs", "d"),
    ("Net", "zs", "acts", "dz"),
)


def class_variables(p: Plan, below: bool = False) -> Variables:
    """The numbers of layer l; with `below`, of layer l - 1 while the loop stands at l."""
    _, zs, acts, d = CLASS_NAMES[p.names]
    fed = "self.inputs[l]" if p.bias == "inside" else f"self.{acts}[l]"
    here = "l - 1" if below else "l"
    above = "l" if below else "l + 1"
    return Variables(
        l="l",
        last=False,
        W=f"self.weights[{here}]",
        b=f"self.biases[{here}]",
        W_next="self.weights[l]",
        z=f"self.{zs}[{here}]",
        a=f"self.{acts}[{above}]",
        below=f"self.{acts}[{here}]",
        a_in=fed,
        a_next=f"self.{acts}[{'l + 1' if below else 'l + 2'}]",
        z_in=f"(self.{zs}[l - 1] if l > 0 else X)",
        z_next=f"self.{zs}[l]",
        d=d,
        d_next=d,
        d_last="last",
        W_last="self.weights[-1]",
        dW="grads_w[l]",
        db="grads_b[l]",
        dW_next="grads_w[l]",
        mask="self.masks[l - 1]",
        e="error",
        e_next="error",
        y="y",
        X="X",
    )


def class_forward(p: Plan) -> str:
    _, zs, acts, _ = CLASS_NAMES[p.names]
    inside = p.bias == "inside"
    v = Variables(l="l", z="z", a="a", a_in="x" if inside else "a", b="self.biases[l]")
    v.W, v.mask = "self.weights[l]", "mask"
    ones = "x = np.hstack([a, np.ones((a.shape[0], 1))])\nself.inputs.append(x)" if inside else ""
    choice = join(
        "if l == len(self.weights) - 1:",
        indent(p("output", v)),
        "else:",
        indent(join(p("hidden", v), p("dropout", v) if p.dropout else "")),
    )
    if p("output", v) == p("hidden", v) and not p.dropout:
        choice = p("hidden", v)
    body = join(ones, p("z", v), choice, f"self.{zs}.append(z)", f"self.{acts}.append(a)")
    return function(
        "forward(self, X)" if not p.dropout else "forward(self, X, training=True)",
        f"self.{zs} = []",
        f"self.{acts} = [X]",
        "self.inputs = []" if inside else "",
        "self.masks = []" if p.dropout else "",
        "a = X",
        f"for l in range(len(self.weights)):\n{indent(body)}",
        "return a",
        doc=doc(p, 0),
    )


def class_loss(p: Plan) -> str:
    v = Variables(a="a", y="y", X="X")
    body = join(with_m(p, join(p("data_loss", v), p("penalty", v)), "y"), "return cost")
    return function("loss(self, X, y)", "a = self.forward(X)", body, doc=doc(p, 1))


def class_backward(p: Plan) -> str:
    acts = CLASS_NAMES[p.names][2]
    v, below = class_variables(p), class_variables(p, below=True)
    final = class_variables(p)
    final.a, final.z = f"self.{acts}[-1]", f"self.{CLASS_NAMES[p.names][1]}[-1]"
    beside = p.bias == "beside"
    layer = join(p("grad_W", v), p("decay", v), p("grad_b", v) if beside else "")
    layer = join(layer, "if l > 0:", indent(p("hidden_delta", below)))
    span = p.slots["layers"](p, v) if "layers" in p.slots else "reversed(range(len(self.weights)))"
    kept = ["self.grads_w = grads_w", "self.grads_b = grads_b" if beside else ""]
    back = "return grads_w, grads_b" if beside else "return grads_w"
    start = p("grads_start", v) or join(
        "grads_w = [None] * len(self.weights)",
        "grads_b = [None] * len(self.biases)" if beside else "",
    )
    body = join(
        start,
        p("before_backward", final),
        p("out_delta", final),
        f"for l in {span}:\n{indent(layer)}",
        p("after_backward", final),
        *kept,
        back,
    )
    return function("backward(self, X, y)", with_m(p, body, "X"), doc=doc(p, 2))


def class_step(p: Plan) -> str:
    v = class_variables(p)
    v.dW, v.db = "self.grads_w[l]", "self.grads_b[l]"
    beside = p.bias == "beside"
    if p.rule == "sgd":
        moved = join(p("update_W", v), p("update_b", v) if beside else "")
    else:
        moved = join(*(p(p.rule, rule_variables(k)) for k in ("wb" if beside else "w")))
    span = "range(len(self.weights))"
    if p.slots.get("step_span"):
        span = p.slots["step_span"](p, v)
    loop = f"for l in {span}:\n{indent(moved)}"
    tick = p("tick", rule_variables("w")) if p.rule == "adam" else ""
    tick = p("before_rule", rule_variables("w")) if p.rule == "momentum" else tick
    body = join("self.forward(X)", "self.backward(X, y)", tick, loop)
    return function("train_step(self, X, y)", p("one_step", Variables(class_body=body)))


def rule_variables(kind: str) -> Variables:
    many = "weights" if kind == "w" else "biases"
    return Variables(
        w=f"self.{many}[l]",
        g=f"self.grads_{kind}[l]",
        velocity=f"self.v{kind}[l]",
        mean=f"self.m{kind}[l]",
        square=f"self.s{kind}[l]",
        t="self.t",
        beta="self.beta",
        beta1="0.9",
        beta2="0.999",
        eps="1e-8",
    )


def class_init(p: Plan) -> str:
    extra = " + 1" if p.bias == "inside" else ""
    flat = "sizes[l + 1]" if p.b_shape == "(h,)" else "(1, sizes[l + 1])"
    v = Variables(shape=f"(sizes[l]{extra}, sizes[l + 1])", fan_in="sizes[l]", b_shape=flat)
    beside = p.bias == "beside"
    W = f"self.weights.append({p('init_W', v)})"
    b = f"self.biases.append({p('init_b', v)})" if beside else ""
    zeros = "[np.zeros_like(w) for w in self.{}]"
    kinds = ("weights", "biases") if beside else ("weights",)
    pairs = {"sgd": "", "momentum": "v", "adam": "ms"}[p.rule]
    state = [f"self.{c}{k[0]} = {zeros.format(k)}" for c in pairs for k in kinds]
    return function(
        "__init__(self, sizes, learning_rate=0.1, seed=0)",
        p("rng_line"),
        "self.learning_rate = learning_rate",
        "self.lam = 0.3" if p.l2 else "",
        "self.beta = 0.9" if p.rule == "momentum" else "",
        "self.t = 0" if p.rule == "adam" else "",
        "self.weights = []",
        "self.biases = []" if beside else "",
        "for l in range(len(sizes) - 1):",
        indent(inner_seed(p, W, b)),
        *state,
        p("class_state"),
    )


def class_fit(p: Plan) -> str:
    if p.batches:
        v = Variables(
            step="self.train_step(xb, yb)", cost="self.loss(xb, yb)", x="X", y="y", class_body=""
        )
        return function(
            "fit(self, X, y, epochs=100, batch_size=16, seed=0)",
            "rng = np.random.default_rng(seed)",
            p("fit_start"),
            "n = X.shape[0]",
            "history = []",
            f"for epoch in range(epochs):\n{indent(p('epoch', v))}",
            "return history",
        )
    return function(
        "fit(self, X, y, epochs=100)",
        "history = []",
        "for epoch in range(epochs):",
        "    self.train_step(X, y)",
        "    history.append(self.loss(X, y))",
        "return history",
    )


def network_class(p: Plan) -> str:
    name = CLASS_NAMES[p.names][0]
    middle = (class_both(p),) if p.seen == "step" else (class_backward(p), class_step(p))
    methods = [class_init(p), class_forward(p), class_loss(p), *middle, class_fit(p)]
    methods.append(p("method", Variables(a="a", y="y", X="X")))
    body = "\n\n".join(indent(method) for method in methods if method)
    lines = [
        demo_data(p),
        f"net = {name}({demo_sizes(p)})",
        "history = net.fit(X, y, epochs=20)",
        "print(history[0], history[-1])",
    ]
    return page(
        top(p),
        *activations(p),
        f"class {name}:\n{body}",
        p("extra", Variables(a="a", y="y", X="X")),
        join('if __name__ == "__main__":', indent(join(*lines))),
    )


def class_both(p: Plan) -> str:
    """train_step with the update in the backward loop."""
    acts = CLASS_NAMES[p.names][2]
    v, below = class_variables(p), class_variables(p, below=True)
    v.dW, v.db, below.dW_next = "grad_w", "grad_b", "grad_w"
    final = class_variables(p)
    final.a, final.z = f"self.{acts}[-1]", f"self.{CLASS_NAMES[p.names][1]}[-1]"
    grads = join(p("grad_W", v), p("decay", v), p("grad_b", v))
    moved = join(p("update_W", v), p("update_b", v))
    down = join("if l > 0:", indent(p("hidden_delta", below)))
    body = join(grads, moved, down) if early(p) else join(grads, down, moved)
    lines = join(
        "self.forward(X)",
        p("out_delta", final),
        f"for l in reversed(range(len(self.weights))):\n{indent(body)}",
    )
    return function("train_step(self, X, y)", with_m(p, lines, "X"))
