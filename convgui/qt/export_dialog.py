"""The former place of `convgui.qt.export.dialog`, and still that module, for scripts that import it here."""

import sys

from convgui.qt.export import dialog

sys.modules[__name__] = dialog
