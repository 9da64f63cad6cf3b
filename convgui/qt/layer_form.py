"""The former place of `convgui.qt.inspector.layer_form`, and still that module, for scripts that import it here."""

import sys

from convgui.qt.inspector import layer_form

sys.modules[__name__] = layer_form
