"""Right programs with hidden activations beyond the four usual ones."""

from __future__ import annotations

from tests.checker.generator.conventions import convention
from tests.checker.generator.plan import Clash, Plan, function

BODIES = {  # name: f(z), f′(z)
    "softplus": ("return np.logaddexp(0, z)", "return 1 / (1 + np.exp(-z))"),
    "elu": (
        "return np.where(z > 0, z, np.exp(np.minimum(z, 0)) - 1)",
        "return np.where(z > 0, 1.0, np.exp(np.minimum(z, 0)))",
    ),
    "swish": (
        "return z / (1 + np.exp(-z))",
        "s = 1 / (1 + np.exp(-z))\nreturn s + z * s * (1 - s)",
    ),
    "gelu": (
        "return 0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)))",
        "t = np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))\n"
        "inner = np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * z**2)\n"
        "return 0.5 * (1 + t) + 0.5 * z * (1 - t**2) * inner",
    ),
    "leaky": ("return np.where(z > 0, z, 0.2 * z)", "return np.where(z > 0, 1.0, 0.2)"),
}


def _with(name: str) -> None:
    f, slope = BODIES[name]

    def put(p: Plan) -> None:
        if p.f == "sigmoid":
            raise Clash("the output may need it")
        p.demand(slope="helper")
        p.put("f_def", function(f"{name}(z)", f))
        p.put("hidden", lambda p, v: f"{v.a} = {name}({v.z})")
        p.put("slope_body", slope)
        p.put("slope_def", lambda p, v: function(f"{name}_derivative(z)", p("slope_body")))
        p.put("slope", lambda p, v: f"{name}_derivative({v.z})")

    convention(f"hidden {name}")(put)


for _name in BODIES:
    _with(_name)
