"""A network, and how it learnt, as SVG text, for light and dark screens; NumPy alone.

`network_svg`: gradients marked right or wrong. `weights_svg`: weights as width and colour.
`curves_svg`: the errors of runs.
"""

from chainrule.draw.curves import Curve, curves_svg
from chainrule.draw.diagram import Diagram, Edge, Unit, diagram
from chainrule.draw.gradients import MOST, SIGNS, WORDS, Mark, network_svg
from chainrule.draw.weights import weights_svg

__all__ = [
    "MOST",
    "SIGNS",
    "WORDS",
    "Curve",
    "Diagram",
    "Edge",
    "Mark",
    "Unit",
    "curves_svg",
    "diagram",
    "network_svg",
    "weights_svg",
]
