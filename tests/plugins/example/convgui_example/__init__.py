"""One scene, one kind of layer, one kernel, one reader and one lesson for convgui."""

from pathlib import Path

import numpy as np

from convgui.core import Preset

KIRSCH = Preset(
    "kirsch-north",
    "Kirsch north",
    "Answers strongly where it is brighter above than below (Kirsch 1971).",
    2,
    lambda: np.array([[5.0, 5.0, 5.0], [-3.0, 0.0, -3.0], [-3.0, -3.0, -3.0]]),
)
LESSONS = Path(__file__).parent / "lessons"
