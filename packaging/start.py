"""Where the frozen program begins."""

import sys

from convgui.__main__ import main

sys.exit(main())
