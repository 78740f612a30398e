"""A network as SVG text, for light and dark screens; NumPy alone.

`network_svg`: gradients marked right or wrong. `weights_svg`: weights as width and colour.
"""

from chainrule.draw.diagram import Diagram, Edge, Unit, diagram
from chainrule.draw.gradients import MOST, SIGNS, WORDS, Mark, network_svg
from chainrule.draw.weights import weights_svg

__all__ = [
    "MOST",
    "SIGNS",
    "WORDS",
    "Diagram",
    "Edge",
    "Mark",
    "Unit",
    "diagram",
    "network_svg",
    "weights_svg",
]
