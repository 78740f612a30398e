"""Populations go one of two ways, by cost: networks in lanes, or one after another. Either way each
is the network that the reference engine trains, and threads and cuts change no bit."""

from dataclasses import replace

import numpy as np
import pytest

from chainrule.core import random
from chainrule.core.optimizers import Adam, Momentum
from chainrule.data.arrays import InMemory
from chainrule.engine import native
from chainrule.engine.reference import reference, start_memory
from chainrule.network import Network
from chainrule.records import State
from chainrule.spec import Dense, Spec, Training

pytestmark = pytest.mark.skipif(native.why_not() is not None, reason=str(native.why_not()))
