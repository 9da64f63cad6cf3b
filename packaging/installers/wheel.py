"""The wheel and the source distribution, for those who have Python."""

from __future__ import annotations

import sys
from pathlib import Path

from installers import facts
from installers.running import run


def distributions() -> list[Path]:
    """Build both and return them."""
    run([sys.executable, "-m", "hatchling", "build", "-d", str(facts.DIST)], folder=facts.ROOT)
    version = facts.version()
    return [facts.DIST / f"convgui-{version}-py3-none-any.whl", facts.DIST / f"convgui-{version}.tar.gz"]
