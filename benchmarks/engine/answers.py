"""Prediction: each peer's fastest way to answer rows that lie in memory, one or 100,000 at once.

`ANSWERERS[name](job, x, threads)` returns a call without arguments that answers the rows x.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from jobs import Array, Job
from peers import chainrule_params, chainrule_spec, engine_named

Answer = Callable[[], Any]
AT_ONCE = 1024  # rows whose hidden numbers stay in the cache


def numpy(job: Job, x: Array, threads: int) -> Answer:
    *hidden, (W, b) = job.starts("float32")
    sigmoid = job.activation == "sigmoid"

    def answers(x: Array) -> Array:
        for V, c in hidden:
            z = x @ V
            z += c
            x = 1 / (1 + np.exp(-z)) if sigmoid else np.maximum(z, 0, out=z)
        z = x @ W
        z += b
        if not job.classes:
            return 1 / (1 + np.exp(-z))
        z -= z.max(1, keepdims=True)
        np.exp(z, out=z)
        z /= z.sum(1, keepdims=True)
        return z

    if len(x) <= AT_ONCE:
        return lambda: answers(x)
    blocks = [x[i : i + AT_ONCE] for i in range(0, len(x), AT_ONCE)]
    return lambda: np.concatenate([answers(block) for block in blocks])


def sklearn(job: Job, x: Array, threads: int) -> Answer:
    import warnings

    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore")
    curve = "logistic" if job.activation == "sigmoid" else "relu"
    net = MLPClassifier(job.sizes[1:-1], activation=curve)
    classes = np.arange(max(2, job.sizes[-1]))
    net.partial_fit(np.zeros((len(classes), job.sizes[0]), np.float32), classes, classes=classes)
    net.coefs_ = [W for W, _ in job.starts("float32")]
    net.intercepts_ = [b for _, b in job.starts("float32")]
    return lambda: net.predict_proba(x)[:, -job.sizes[-1] :]


def torch(job: Job, x: Array, threads: int) -> Answer:
    import torch as t
    from torch import nn

    t.set_num_threads(threads)
    parts: list[nn.Module] = []
    for W, b in job.starts("float32"):
        layer = nn.Linear(*W.shape)
        layer.weight.data, layer.bias.data = t.from_numpy(W.T.copy()), t.from_numpy(b)
        parts += [layer, nn.Sigmoid() if job.activation == "sigmoid" else nn.ReLU()]
    if job.classes:
        parts[-1] = nn.Softmax(1)
    net, rows = nn.Sequential(*parts).eval(), t.from_numpy(x)

    def answer() -> Any:
        with t.inference_mode():
            return net(rows)

    return answer


def jax(job: Job, x: Array, threads: int) -> Answer:
    import jax as j
    import jax.numpy as jnp

    curve = j.nn.sigmoid if job.activation == "sigmoid" else j.nn.relu

    def net(weights: Any, x: Any) -> Any:
        for k, (W, b) in enumerate(weights):
            z = x @ W + b
            x = j.nn.softmax(z) if job.classes and k == len(weights) - 1 else curve(z)
        return x

    weights = j.tree.map(jnp.asarray, job.starts("float32"))
    rows = jnp.asarray(x)
    compiled = j.jit(net).lower(weights, rows).compile()
    return lambda: compiled(weights, rows).block_until_ready()


def onnx_bytes(job: Job) -> bytes:
    from onnx import TensorProto, checker, helper, numpy_helper

    nodes, held, name = [], [], "x"
    curve = "Sigmoid" if job.activation == "sigmoid" else "Relu"
    for k, (W, b) in enumerate(job.starts("float32")):
        held += [numpy_helper.from_array(W, f"W{k}"), numpy_helper.from_array(b, f"b{k}")]
        last = k == len(job.sizes) - 2
        nodes.append(helper.make_node("Gemm", [name, f"W{k}", f"b{k}"], [f"z{k}"]))
        name = "a" if last else f"a{k}"
        kind = "Softmax" if job.classes and last else curve
        nodes.append(helper.make_node(kind, [f"z{k}"], [name]))
    ends = [
        helper.make_tensor_value_info(end, TensorProto.FLOAT, ["n", size])
        for end, size in (("x", job.sizes[0]), ("a", job.sizes[-1]))
    ]
    graph = helper.make_graph(nodes, "net", ends[:1], ends[1:], held)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    checker.check_model(model)
    return bytes(model.SerializeToString())


def session_of(job: Job, threads: int) -> Any:
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    return ort.InferenceSession(onnx_bytes(job), options, providers=["CPUExecutionProvider"])


def onnxruntime(job: Job, x: Array, threads: int) -> Answer:
    session = session_of(job, threads)
    return lambda: session.run(["a"], {"x": x})[0]


def onnxruntime_bound(job: Job, x: Array, threads: int) -> Answer:
    """Its shortest way: one place in memory for all rows to come and one for all answers.

    Each answer overwrites the one before, and rows have to lie there already.
    """
    import onnxruntime as ort

    session = session_of(job, threads)
    bound = session.io_binding()
    answers = np.empty((len(x), job.sizes[-1]), np.float32)
    bound.bind_ortvalue_input("x", ort.OrtValue.ortvalue_from_numpy(x))
    bound.bind_output("a", "cpu", 0, np.float32, answers.shape, answers.ctypes.data)

    def answer() -> Array:
        session.run_with_iobinding(bound)
        return answers

    return answer


def chainrule(name: str) -> Callable[[Job, Array, int], Answer]:
    def prepare(job: Job, x: Array, threads: int) -> Answer:
        engine, spec = engine_named(name), chainrule_spec(job, "float32")
        params = chainrule_params(job, "float32")
        return lambda: engine.predict(spec, params, x)

    return prepare


def chainrule_network(job: Job, x: Array, threads: int) -> Answer:
    """What people write: network.forward(x)."""
    from chainrule.network import Network

    network = Network(chainrule_spec(job, "float32"), chainrule_params(job, "float32"))
    return lambda: network.forward(x)


ANSWERERS: dict[str, Callable[[Job, Array, int], Answer]] = {
    "chainrule native": chainrule("native"),
    "chainrule Network.forward": chainrule_network,
    "chainrule reference": chainrule("reference"),
    "ONNX Runtime": onnxruntime,
    "ONNX Runtime (bound)": onnxruntime_bound,
    "NumPy": numpy,
    "PyTorch": torch,
    "JAX": jax,
    "scikit-learn": sklearn,
}
