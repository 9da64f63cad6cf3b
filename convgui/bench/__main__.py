"""``python -m convgui.bench``."""

import sys

from convgui.bench import run

sys.exit(run(sys.argv[1:]))
