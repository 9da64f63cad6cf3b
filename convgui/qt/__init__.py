"""Every widget. The only room that imports PySide6 and pyqtgraph."""
