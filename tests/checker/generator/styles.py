"""Right programs of other builds: objects, closures, flat vectors, plain Python lists, ..."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.checker.generator.hands import BY_OUTPUT, Hand, Probe, Right, shake
from tests.checker.generator.layouts import page
from tests.checker.generator.plan import function, indent, join

Style = Callable[[random.Random], Right]
STYLES: dict[str, Style] = {}
NUMPY = "import numpy as np"
Space = dict[str, Any]


def style(make: Style) -> Style:
    STYLES[make.__name__.replace("_", " ")] = make
    return make


def layer_loop(h: Hand) -> str:
    return ", ".join(f"{n}" for n in h.sizes)


def start(shape: str, fan_in: str) -> str:
    return f"rng.normal(0, 1, {shape}) / np.sqrt({fan_in})"


# ------------------------------------------------------------------ lists of pairs


@style
def list_of_pairs(rng: random.Random) -> Right:
    h = Hand(rng)
    biased = rng.random() < 0.7
    product = h.choice("{0} @ {1}", "np.dot({0}, {1})", "np.matmul({0}, {1})", "{0}.dot({1})")
    names = h.choice("zs activations delta", "pre post d", "zs outs grad_z").split()
    zs, acts, d = names
    pair = "(W, b)" if biased else "W"
    make = f"W = {start('(n, k)', 'n')}"
    init = function(
        "init(sizes, seed=0)",
        "rng = np.random.default_rng(seed)",
        "params = []",
        f"for n, k in zip(sizes[:-1], sizes[1:]):\n    {make}",
        f"    params.append({'(W, np.zeros(k))' if biased else 'W'})",
        "return params",
    )
    plus = " + b" if biased else ""
    loop = join(
        f"z = {product.format(acts + '[-1]', 'W')}{plus}",
        f"{zs}.append(z)",
        f"{acts}.append(hidden[i](z) if i < len(hidden) else {h.answer('z')})",
    )
    forward = function(
        "forward(params, X)",
        f"{zs}, {acts} = [], [X]",
        f"for i, {pair} in enumerate(params):\n{indent(loop)}",
        f"return {zs}, {acts}",
    )
    loss = function(
        "loss(params, X, y)",
        "a = forward(params, X)[1][-1]",
        f"return {h.loss('a', 'y', 'len(X)')}",
    )
    dW = product.format(f"{acts}[i].T", d)
    got = f"({dW}, {d}.sum(axis=0))" if biased else dW
    W = "params[i][0]" if biased else "params[i]"
    down = product.format(d, W + ".T")
    body = join(
        f"grads[i] = {got}",
        f"if i > 0:\n    {d} = ({down}) * slopes[i - 1]({zs}[i - 1])",
    )
    gradients = function(
        "gradients(params, X, y)",
        f"{zs}, {acts} = forward(params, X)",
        "grads = [None] * len(params)",
        f"{d} = {h.delta(acts + '[-1]', 'y', 'len(X)')}",
        f"for i in range(len(params) - 1, -1, -1):\n{indent(body)}",
        "return grads",
    )
    tables = join(f"hidden = {h.table()}", f"slopes = {h.table(slope=True)}")
    text = page(NUMPY, *h.functions(), tables, init, forward, loss, gradients)

    def probe(space: Space, draw: np.random.Generator) -> Probe:
        params, (X, y) = space["init"](list(h.sizes)), h.data(draw)
        shake(params, draw)
        return Probe(
            params,
            lambda: space["loss"](params, X, y),
            lambda: space["gradients"](params, X, y),
        )

    return Right(text, f"list of pairs; {h.words}; {'' if biased else 'no '}biases", probe)


# ------------------------------------------------------------------ objects


@style
def layer_objects(rng: random.Random) -> Right:
    h = Hand(rng)
    d_in, d_out = h.choice("dX dZ", "grad_in grad_out", "down up").split()
    dense = f"""class {h.choice("Dense", "Layer", "Linear")}:
    def __init__(self, n_in, n_out, f, df, rng):
        self.W = {start("(n_in, n_out)", "n_in")}
        self.b = np.zeros({h.choice("n_out", "(1, n_out)")})
        self.f, self.df = f, df

    def forward(self, x):
        self.x = x
        self.z = x @ self.W + self.b
        return self.f(self.z)

    def backward(self, {d_out}):
        {d_in} = {d_out} * self.df(self.z)
        self.dW = self.x.T @ {d_in}
        self.db = {d_in}.sum(axis=0).reshape(self.b.shape)
        return {d_in} @ self.W.T"""
    kind = dense.split(" ")[1].split(":")[0]
    last = f"{kind}(sizes[-2], sizes[-1], identity, ones, rng)"
    network = f"""class Network:
    def __init__(self, sizes, seed=0):
        rng = np.random.default_rng(seed)
        fs = list(zip({h.table()}, {h.table(slope=True)}))
        self.layers = [
            {kind}(n, k, f, df, rng) for n, k, (f, df) in zip(sizes[:-2], sizes[1:-1], fs)
        ]
        self.layers.append({last})

    def forward(self, X):
        for layer in self.layers:
            X = layer.forward(X)
        return {h.answer("X")}

    def loss(self, X, y):
        out = self.forward(X)
        return {h.loss("out", "y", "len(X)")}

    def backward(self, X, y):
        out = self.forward(X)
        grad = {h.delta("out", "y", "len(X)")}
        for layer in reversed(self.layers):
            grad = layer.backward(grad)

    def train_step(self, X, y, lr=0.1):
        self.backward(X, y)
        for layer in self.layers:
            layer.W -= lr * layer.dW
            layer.b -= lr * layer.db"""
    flat = (function("identity(z)", "return z"), function("ones(z)", "return np.ones_like(z)"))
    text = page(NUMPY, *h.functions(), *flat, dense, network)

    def probe(space: Space, draw: np.random.Generator) -> Probe:
        net, (X, y) = space["Network"](list(h.sizes)), h.data(draw)
        params = [[layer.W, layer.b] for layer in net.layers]
        shake(params, draw)

        def gradients() -> Any:
            net.backward(X, y)
            return [[layer.dW, layer.db] for layer in net.layers]

        return Probe(params, lambda: net.loss(X, y), gradients)

    return Right(text, f"layer objects; {h.words}", probe)


@style
def attributes(rng: random.Random) -> Right:
    """A class with W1, b1, W2, b2, ... written out."""
    h = Hand(rng)
    n = h.hidden + 1
    by_output = rng.random() < 0.6
    z, a, d = h.choice("z a d", "net out delta", "s h grad").split()
    target_first = rng.random() < 0.4
    init, forward, back, step = [], [], [], []
    for l in range(1, n + 1):
        init += [
            f"self.W{l} = {start(f'(sizes[{l - 1}], sizes[{l}])', f'sizes[{l - 1}]')}",
            f"self.b{l} = np.zeros((1, sizes[{l}]))",
        ]
        below = "X" if l == 1 else f"self.{a}{l - 1}"
        f = h.answer(f"self.{z}{l}") if l == n else f"{h.acts[l - 1]}(self.{z}{l})"
        forward += [f"self.{z}{l} = {below} @ self.W{l} + self.b{l}", f"self.{a}{l} = {f}"]
    top = h.delta(f"self.{a}{n}", "y", "X.shape[0]")
    if target_first:
        top = top.replace(f"self.{a}{n} - y", f"y - self.{a}{n}")
    back.append(f"{d}{n} = {top}")
    for l in range(n - 1, 0, -1):
        slope = f"d_{h.acts[l - 1]}(self.{z}{l})"
        if by_output:
            slope = BY_OUTPUT[h.acts[l - 1]].format(a=f"self.{a}{l}")
        back.append(f"{d}{l} = ({d}{l + 1} @ self.W{l + 1}.T) * {slope}")
    for l in range(1, n + 1):
        below = "X" if l == 1 else f"self.{a}{l - 1}"
        s = "+=" if target_first else "-="
        step += [
            f"self.W{l} {s} self.lr * {below}.T @ {d}{l}",
            f"self.b{l} {s} self.lr * np.sum({d}{l}, axis=0, keepdims=True)",
        ]
    methods = (
        function(
            "__init__(self, sizes, lr=0.1, seed=1)",
            "rng = np.random.RandomState(seed)",
            "self.lr = lr",
            *init,
        ),
        function("forward(self, X)", *forward, f"return self.{a}{n}"),
        function(
            "loss(self, X, y)", "out = self.forward(X)", f"return {h.loss('out', 'y', 'len(X)')}"
        ),
        function("train_step(self, X, y)", "self.forward(X)", *back, *step),
        function(
            "fit(self, X, y, epochs=100)",
            "for epoch in range(epochs):\n    self.train_step(X, y)",
            "return self.loss(X, y)",
        ),
    )
    name = h.choice("MLP", "NeuralNet", "Model")
    body = f"class {name}:\n" + "\n\n".join(indent(m) for m in methods)
    text = page(NUMPY, *h.functions(slopes=not by_output), body)

    def probe(space: Space, draw: np.random.Generator) -> Probe:
        net, (X, y) = space[name](list(h.sizes), lr=0.5), h.data(draw)
        keys = [f"{c}{l}" for l in range(1, n + 1) for c in "Wb"]
        params = [getattr(net, key) for key in keys]
        shake(params, draw)

        def gradients() -> Any:
            before = [p.copy() for p in params]
            net.train_step(X, y)
            found = [(old - getattr(net, key)) / 0.5 for key, old in zip(keys, before, strict=True)]
            for p, old in zip(params, before, strict=True):
                p[...] = old
            return found

        return Probe(params, lambda: net.loss(X, y), gradients)

    return Right(text, f"attributes; {h.words}; {'+=' if target_first else '-='}", probe)


# ------------------------------------------------------------------ flat vector


@style
def flat_vector(rng: random.Random) -> Right:
    h = Hand(rng)
    theta = h.choice("theta", "w", "vec")
    order = h.choice("C", "F") if rng.random() < 0.3 else "C"
    flags = "" if order == "C" else ", order='F'"
    unpack = function(
        f"unpack({theta})",
        "params, at = [], 0",
        "for n, k in zip(SIZES[:-1], SIZES[1:]):",
        f"    W = {theta}[at:at + n * k].reshape(n, k{flags})",
        "    at += n * k",
        f"    b = {theta}[at:at + k]",
        "    at += k",
        "    params.append((W, b))",
        "return params",
    )
    init = function(
        "initial(seed=0)",
        "rng = np.random.default_rng(seed)",
        "count = sum((n + 1) * k for n, k in zip(SIZES[:-1], SIZES[1:]))",
        "return 0.3 * rng.standard_normal(count)",
    )
    body = join(
        f"params = unpack({theta})",
        "zs, acts = [], [X]",
        "for i, (W, b) in enumerate(params):",
        "    zs.append(acts[-1] @ W + b)",
        f"    acts.append(hidden[i](zs[-1]) if i < len(hidden) else {h.answer('zs[-1]')})",
        f"J = {h.loss('acts[-1]', 'y', 'len(X)')}",
        f"delta = {h.delta('acts[-1]', 'y', 'len(X)')}",
        "parts = []",
        "for i in reversed(range(len(params))):",
        f"    dW = (acts[i].T @ delta).ravel({'order=' + repr('F') if order == 'F' else ''})",
        "    parts.insert(0, np.concatenate([dW, delta.sum(axis=0)]))",
        "    if i > 0:",
        "        delta = (delta @ params[i][0].T) * slopes[i - 1](zs[i - 1])",
        "return J, np.concatenate(parts)",
    )
    cost = function(f"cost_and_gradient({theta}, X, y)", body)
    tables = join(
        f"SIZES = [{layer_loop(h)}]",
        f"hidden = {h.table()}",
        f"slopes = {h.table(slope=True)}",
    )
    text = page(NUMPY, *h.functions(), tables, unpack, init, cost)

    def probe(space: Space, draw: np.random.Generator) -> Probe:
        vector, (X, y) = space["initial"](), h.data(draw)
        shake(vector, draw)
        call = space["cost_and_gradient"]
        return Probe(vector, lambda: call(vector, X, y)[0], lambda: call(vector, X, y)[1])

    return Right(text, f"flat vector; {h.words}", probe)


# ------------------------------------------------------------------ closures


@style
def closures(rng: random.Random) -> Right:
    h = Hand(rng)
    body = f"""rng = np.random.default_rng(seed)
shapes = list(zip(sizes[:-1], sizes[1:]))
Ws = [{start("(n, k)", "n")} for n, k in shapes]
bs = [np.zeros(k) for _, k in shapes]

def forward(X):
    tape = [(None, X)]
    for i, (W, b) in enumerate(zip(Ws, bs)):
        z = tape[-1][1] @ W + b
        tape.append((z, hidden[i](z) if i < len(hidden) else {h.answer("z")}))
    return tape

def loss(X, y):
    out = forward(X)[-1][1]
    return {h.loss("out", "y", "len(X)")}

def gradients(X, y):
    tape = forward(X)
    out = tape[-1][1]
    delta = {h.delta("out", "y", "len(X)")}
    dWs, dbs = [], []
    for i in range(len(Ws) - 1, -1, -1):
        dWs.append(tape[i][1].T @ delta)
        dbs.append(delta.sum(axis=0))
        if i:
            delta = delta @ Ws[i].T * slopes[i - 1](tape[i][0])
    return dWs[::-1], dbs[::-1]

def step(X, y, rate):
    dWs, dbs = gradients(X, y)
    for i in range(len(Ws)):
        Ws[i] -= rate * dWs[i]
        bs[i] -= rate * dbs[i]

return {{"loss": loss, "gradients": gradients, "step": step, "Ws": Ws, "bs": bs}}"""
    tables = join(f"hidden = {h.table()}", f"slopes = {h.table(slope=True)}")
    text = page(NUMPY, *h.functions(), tables, function("make_network(sizes, seed=0)", body))

    def probe(space: Space, draw: np.random.Generator) -> Probe:
        net, (X, y) = space["make_network"](list(h.sizes)), h.data(draw)
        params = [net["Ws"], net["bs"]]
        shake(params, draw)
        return Probe(params, lambda: net["loss"](X, y), lambda: list(net["gradients"](X, y)))

    return Right(text, f"closures; {h.words}", probe)


@style
def pullbacks(rng: random.Random) -> Right:
    """Each layer returns its output and a function that carries a slope back."""
    h = Hand(rng)
    dense = f"""def dense(W, b, x):
    def back(g):
        return x.T @ g, g.sum(axis=0), g @ W.T
    return x @ W + b, back


def activate(f, df, z):
    return f(z), lambda g: g * df(z)


def run(params, X):
    backs, a = [], X
    for i, (W, b) in enumerate(params):
        a, back = dense(W, b, a)
        backs.append(back)
        if i < len(hidden):
            a, back = activate(hidden[i], slopes[i], a)
            backs.append(back)
    return {h.answer("a")}, backs


def loss(params, X, y):
    a, _ = run(params, X)
    return {h.loss("a", "y", "X.shape[0]")}


def gradients(params, X, y):
    a, backs = run(params, X)
    g = {h.delta("a", "y", "X.shape[0]")}
    grads = []
    for back in reversed(backs):
        g = back(g)
        if isinstance(g, tuple):
            grads.append((g[0], g[1]))
            g = g[2]
    return grads[::-1]"""
    init = function(
        "init_params(sizes, seed=3)",
        "rng = np.random.default_rng(seed)",
        f"return [({start('(n, k)', 'n')}, np.zeros(k)) for n, k in zip(sizes, sizes[1:])]",
    )
    tables = join(f"hidden = {h.table()}", f"slopes = {h.table(slope=True)}")
    text = page(NUMPY, *h.functions(), tables, init, dense)

    def probe(space: Space, draw: np.random.Generator) -> Probe:
        params, (X, y) = space["init_params"](list(h.sizes)), h.data(draw)
        shake(params, draw)
        return Probe(
            params,
            lambda: space["loss"](params, X, y),
            lambda: space["gradients"](params, X, y),
        )

    return Right(text, f"pullbacks; {h.words}", probe)


@style
def recursion(rng: random.Random) -> Right:
    h = Hand(rng)
    body = f"""def init(sizes, seed=0):
    rng = np.random.default_rng(seed)
    Ws = [{start("(n, k)", "n")} for n, k in zip(sizes, sizes[1:])]
    return Ws + [np.zeros(k) for k in sizes[1:]]


def walk(params, x, y, i, m):
    n = len(params) // 2
    W, b = params[i], params[n + i]
    z = x @ W + b
    if i == n - 1:
        out = {h.answer("z")}
        cost = {h.loss("out", "y", "m")}
        delta = {h.delta("out", "y", "m")}
        grads = {{}}
    else:
        cost, grads, slope = walk(params, hidden[i](z), y, i + 1, m)
        delta = slope * slopes[i](z)
    grads[i] = x.T @ delta
    grads[n + i] = delta.sum(axis=0)
    return cost, grads, delta @ W.T


def loss(params, X, y):
    return walk(params, X, y, 0, len(X))[0]


def gradients(params, X, y):
    _, grads, _ = walk(params, X, y, 0, len(X))
    return [grads[i] for i in range(len(params))]"""
    tables = join(f"hidden = {h.table()}", f"slopes = {h.table(slope=True)}")
    text = page(NUMPY, *h.functions(), tables, body)

    def probe(space: Space, draw: np.random.Generator) -> Probe:
        params, (X, y) = space["init"](list(h.sizes)), h.data(draw)
        shake(params, draw)
        return Probe(
            params,
            lambda: space["loss"](params, X, y),
            lambda: space["gradients"](params, X, y),
        )

    return Right(text, f"recursion; {h.words}", probe)


# ------------------------------------------------------------------ sample by sample


@style
def one_sample_at_a_time(rng: random.Random) -> Right:
    """Columns for one sample, and a mean or sum over the batch."""
    h = Hand(rng)
    h.cost = "sum" if h.entropy else "half, sum"
    share = rng.random() < 0.6
    over = " / len(X)" if share else ""
    body = f"""class Network:
    def __init__(self, sizes, seed=0):
        rng = np.random.default_rng(seed)
        self.sizes = sizes
        self.biases = [np.zeros((k, 1)) for k in sizes[1:]]
        self.weights = [{start("(k, n)", "n")} for n, k in zip(sizes[:-1], sizes[1:])]

    def feedforward(self, x):
        zs, acts = [], [x]
        for i, (w, b) in enumerate(zip(self.weights, self.biases)):
            z = np.dot(w, acts[-1]) + b
            zs.append(z)
            acts.append(hidden[i](z) if i < len(hidden) else {h.answer("z")})
        return zs, acts

    def backprop(self, x, y):
        zs, acts = self.feedforward(x)
        nabla_w = [None] * len(self.weights)
        nabla_b = [None] * len(self.biases)
        delta = {h.delta("acts[-1]", "y", "1")}
        nabla_w[-1], nabla_b[-1] = np.dot(delta, acts[-2].T), delta
        for i in range(len(self.weights) - 2, -1, -1):
            delta = np.dot(self.weights[i + 1].T, delta) * slopes[i](zs[i])
            nabla_w[i], nabla_b[i] = np.dot(delta, acts[i].T), delta
        return nabla_w, nabla_b

    def gradients(self, X, y):
        sum_w = [np.zeros_like(w) for w in self.weights]
        sum_b = [np.zeros_like(b) for b in self.biases]
        for row, target in zip(X, y):
            dw, db = self.backprop(row.reshape(-1, 1), target.reshape(-1, 1))
            sum_w = [s + d for s, d in zip(sum_w, dw)]
            sum_b = [s + d for s, d in zip(sum_b, db)]
        return [s{over} for s in sum_w], [s{over} for s in sum_b]

    def loss(self, X, y):
        total = 0.0
        for row, target in zip(X, y):
            a, t = self.feedforward(row.reshape(-1, 1))[1][-1], target.reshape(-1, 1)
            total += {h.loss("a", "t", "1")}
        return total{over}

    def train_step(self, X, y, eta=0.1):
        dw, db = self.gradients(X, y)
        self.weights = [w - eta * d for w, d in zip(self.weights, dw)]
        self.biases = [b - eta * d for b, d in zip(self.biases, db)]"""
    tables = join(f"hidden = {h.table()}", f"slopes = {h.table(slope=True)}")
    text = page(NUMPY, *h.functions(axis=0), tables, body)

    def probe(space: Space, draw: np.random.Generator) -> Probe:
        net, (X, y) = space["Network"](list(h.sizes)), h.data(draw)
        params = [net.weights, net.biases]
        shake(params, draw)
        return Probe(params, lambda: net.loss(X, y), lambda: list(net.gradients(X, y)))

    return Right(text, f"one sample at a time; {h.words}; {'mean' if share else 'sum'}", probe)


PLAIN = {
    "sigmoid": ("1 / (1 + math.exp(-z))", "{a} * (1 - {a})"),
    "tanh": ("math.tanh(z)", "1 - {a} ** 2"),
    "relu": ("max(0.0, z)", "(1.0 if {a} > 0 else 0.0)"),
    "leaky_relu": ("z if z > 0 else 0.01 * z", "(1.0 if {a} > 0 else 0.01)"),
}


@style
def plain_lists(rng: random.Random) -> Right:
    """No NumPy: loops over units, weights[l][j][i] from unit i to unit j."""
    h = Hand(rng)
    f = h.acts[0]
    h.acts = [f] * h.hidden
    head = h.choice("sigmoid squared", "linear", "sigmoid")
    out = "z" if head == "linear" else "1 / (1 + math.exp(-z))"
    slope = " * a * (1 - a)" if head == "sigmoid squared" else ""
    term = "0.5 * (a - t) ** 2"
    if head == "sigmoid":
        term = "-(t * math.log(a) + (1 - t) * math.log(1 - a))"
    share = rng.random() < 0.6
    over = " / len(X)" if share else ""
    text = f"""import math
import random


def make_network(sizes, seed=0):
    rng = random.Random(seed)
    weights = [
        [[rng.gauss(0, 1) / math.sqrt(n) for _ in range(n)] for _ in range(k)]
        for n, k in zip(sizes[:-1], sizes[1:])
    ]
    biases = [[0.0 for _ in range(k)] for k in sizes[1:]]
    return weights, biases


def hidden_unit(z):
    return {PLAIN[f][0]}


def output_unit(z):
    return {out}


def forward(network, x):
    weights, biases = network
    layers = [list(x)]
    for l in range(len(weights)):
        f = output_unit if l == len(weights) - 1 else hidden_unit
        values = []
        for w, b in zip(weights[l], biases[l]):
            z = b + sum(wi * ai for wi, ai in zip(w, layers[-1]))
            values.append(f(z))
        layers.append(values)
    return layers


def loss(network, X, y):
    total = 0.0
    for x, targets in zip(X, y):
        for a, t in zip(forward(network, x)[-1], targets):
            total += {term}
    return total{over}


def gradients(network, X, y):
    weights, biases = network
    dW = [[[0.0] * len(w) for w in layer] for layer in weights]
    db = [[0.0] * len(layer) for layer in biases]
    for x, targets in zip(X, y):
        layers = forward(network, x)
        deltas = [(a - t){slope} for a, t in zip(layers[-1], targets)]
        for l in reversed(range(len(weights))):
            for j, delta in enumerate(deltas):
                db[l][j] += delta{over}
                for i, a in enumerate(layers[l]):
                    dW[l][j][i] += delta * a{over}
            below = []
            for i, a in enumerate(layers[l]):
                error = sum(deltas[j] * weights[l][j][i] for j in range(len(deltas)))
                below.append(error * ({PLAIN[f][1].format(a="a")}))
            deltas = below
    return dW, db
"""

    def probe(space: Space, draw: np.random.Generator) -> Probe:
        network, (X, y) = space["make_network"](list(h.sizes)), h.data(draw)
        shake(network, draw)
        rows, targets = X.tolist(), np.clip(y, 0.1, 0.9).tolist()
        return Probe(
            network,
            lambda: space["loss"](network, rows, targets),
            lambda: space["gradients"](network, rows, targets),
        )

    return Right(text, f"plain lists; {f}, {head}; {'mean' if share else 'sum'}", probe)


# ------------------------------------------------------------------ columns, layer by layer


@style
def linear_activation_blocks(rng: random.Random) -> Right:
    """Columns as samples; linear_forward, linear_backward and caches for L layers."""
    h = Hand(rng)
    h.acts = [h.acts[0]] * h.hidden
    f = h.acts[0]
    h.cost = "sum" if h.entropy else "half, sum"
    text = f"""def initialize_parameters_deep(layer_dims, seed=1):
    np.random.seed(seed)
    parameters = {{}}
    for l in range(1, len(layer_dims)):
        parameters["W" + str(l)] = np.random.randn(layer_dims[l], layer_dims[l - 1]) * 0.5
        parameters["b" + str(l)] = np.zeros((layer_dims[l], 1))
    return parameters


def linear_forward(A, W, b):
    return np.dot(W, A) + b, (A, W, b)


def L_model_forward(X, parameters):
    caches, A, L = [], X, len(parameters) // 2
    for l in range(1, L):
        Z, linear = linear_forward(A, parameters["W" + str(l)], parameters["b" + str(l)])
        A = {f}(Z)
        caches.append((linear, Z))
    Z, linear = linear_forward(A, parameters["W" + str(L)], parameters["b" + str(L)])
    caches.append((linear, Z))
    return {h.answer("Z")}, caches


def compute_cost(AL, Y):
    m = Y.shape[1]
    cost = {h.loss("AL", "Y", "m")}
    return cost / m


def linear_backward(dZ, linear):
    A_prev, W, b = linear
    m = A_prev.shape[1]
    dW = np.dot(dZ, A_prev.T) / m
    db = np.sum(dZ, axis=1, keepdims=True) / m
    return np.dot(W.T, dZ), dW, db


def L_model_backward(AL, Y, caches):
    grads, L = {{}}, len(caches)
    dZ = {h.delta("AL", "Y", "1")}
    for l in reversed(range(L)):
        linear, Z = caches[l]
        if l < L - 1:
            dZ = dA * d_{f}(Z)
        dA, dW, db = linear_backward(dZ, linear)
        grads["dW" + str(l + 1)], grads["db" + str(l + 1)] = dW, db
    return grads


def update_parameters(parameters, grads, learning_rate):
    for key in parameters:
        parameters[key] = parameters[key] - learning_rate * grads["d" + key]
    return parameters"""
    text = page(NUMPY, *h.functions(axis=0), text)

    def probe(space: Space, draw: np.random.Generator) -> Probe:
        params = space["initialize_parameters_deep"](list(h.sizes))
        shake(list(params.values()), draw)
        X, Y = (part.T for part in h.data(draw))

        def gradients() -> Any:
            grads = space["L_model_backward"](*swap(space["L_model_forward"](X, params), Y))
            return [grads["d" + key] for key in params]

        def loss() -> float:
            return space["compute_cost"](space["L_model_forward"](X, params)[0], Y)

        return Probe(list(params.values()), loss, gradients)

    return Right(text, f"linear and activation blocks; {h.words}", probe)


def swap(forward: tuple[Any, Any], Y: np.ndarray) -> tuple[Any, Any, Any]:
    return forward[0], Y, forward[1]


# ------------------------------------------------------------------ separate arrays, new weights


@style
def separate_arrays(rng: random.Random) -> Right:
    """One hidden layer, every array an argument of its own; all in einsum or in products."""
    h = Hand(rng, hidden=1)
    f = h.acts[0]
    sums = rng.random() < 0.5
    dW2 = "np.einsum('mi,mo->io', h, d2)" if sums else "h.T @ d2"
    dh = "np.einsum('mo,io->mi', d2, W2)" if sums else "d2 @ W2.T"
    dW1 = "np.einsum('mi,mo->io', X, d1)" if sums else "X.T @ d1"
    text = f"""def network(W1, b1, W2, b2, X):
    z = X @ W1 + b1
    h = {f}(z)
    return z, h, {h.answer("h @ W2 + b2")}


def loss(W1, b1, W2, b2, X, y):
    out = network(W1, b1, W2, b2, X)[2]
    return {h.loss("out", "y", "len(X)")}


def gradients(W1, b1, W2, b2, X, y):
    z, h, out = network(W1, b1, W2, b2, X)
    d2 = {h.delta("out", "y", "len(X)")}
    dW2, db2 = {dW2}, d2.sum(axis=0)
    d1 = {dh} * d_{f}(z)
    dW1, db1 = {dW1}, d1.sum(axis=0)
    return dW1, db1, dW2, db2"""
    text = page(NUMPY, *h.functions(), text)

    def probe(space: Space, draw: np.random.Generator) -> Probe:
        n, k, o = h.sizes
        params = [np.zeros((n, k)), np.zeros(k), np.zeros((k, o)), np.zeros(o)]
        shake(params, draw)
        X, y = h.data(draw)
        return Probe(
            params,
            lambda: space["loss"](*params, X, y),
            lambda: list(space["gradients"](*params, X, y)),
        )

    return Right(text, f"separate arrays; {h.words}", probe)


@style
def new_weights(rng: random.Random) -> Right:
    """One function from the old weights to the new ones; the rate is folded in."""
    h = Hand(rng)
    text = f"""def forward(weights, X):
    outs, zs = [X], []
    for i, (W, b) in enumerate(weights):
        zs.append(outs[-1] @ W + b)
        outs.append(hidden[i](zs[-1]) if i < len(hidden) else {h.answer("zs[-1]")})
    return zs, outs


def loss(weights, X, y):
    out = forward(weights, X)[1][-1]
    return {h.loss("out", "y", "len(X)")}


def update(weights, X, y, learning_rate):
    zs, outs = forward(weights, X)
    delta = learning_rate * {h.delta("outs[-1]", "y", "len(X)")}
    moved = []
    for i in range(len(weights) - 1, -1, -1):
        W, b = weights[i]
        moved.insert(0, (W - outs[i].T @ delta, b - delta.sum(axis=0)))
        if i > 0:
            delta = (delta @ W.T) * slopes[i - 1](zs[i - 1])
    return moved"""
    init = function(
        "start(sizes, seed=0)",
        "rng = np.random.default_rng(seed)",
        f"return [({start('(n, k)', 'n')}, np.zeros(k)) for n, k in zip(sizes, sizes[1:])]",
    )
    tables = join(f"hidden = {h.table()}", f"slopes = {h.table(slope=True)}")
    text = page(NUMPY, *h.functions(), tables, init, text)

    def probe(space: Space, draw: np.random.Generator) -> Probe:
        params, (X, y) = space["start"](list(h.sizes)), h.data(draw)
        shake(params, draw)

        def gradients() -> Any:
            moved = space["update"](params, X, y, 0.5)
            return [
                ((W - V) / 0.5, (b - c) / 0.5) for (W, b), (V, c) in zip(params, moved, strict=True)
            ]

        return Probe(params, lambda: space["loss"](params, X, y), gradients)

    return Right(text, f"new weights; {h.words}", probe)
