"""The program's own window, off screen, timed: what it has painted, and how long its event loop did not answer."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from convgui.model.document import Document
from convgui.qt.app.application import make_application
from convgui.qt.app.unattended import clock, pan, wait_until
from convgui.qt.settings import Remembered, keep_settings_in, write_settings
from convgui.qt.window.main_window import MainWindow
from convgui.scenes.slide.pair import PhotoLayout

SIZE = (1224, 900)
"""Without the list of lessons, whose thumbnails would be drawn meanwhile: the stage is that of 1440 x 900."""
PATIENCE = 300.0
"""Seconds after which something that never comes counts as an error."""
WAKE = 20
"""Milliseconds after which a waiting event loop looks again whether something is so."""
BEAT = 1
"""Milliseconds between two questions to the event loop."""


class TimedWindow:
    """A window whose paints are timed.

    Attributes
    ----------
    frames : list of float
        When the stage had been painted, in seconds of `time.perf_counter`.
    """

    def __init__(self, document: Document) -> None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        self._folder = tempfile.TemporaryDirectory()
        os.environ["CONVGUI_DATA"] = self._folder.name
        keep_settings_in(self._folder.name)
        self.app = make_application(sys.argv[:1])
        remembered = Remembered()
        remembered.set_shown("lessons", False)
        self.window = MainWindow(document, remembered)
        self.window.resize(*SIZE)
        self.frames: list[float] = []
        self._picture: Any = None
        self.window.stage.painted.connect(self._on_painted)
        self._beat = clock(self._on_beat)
        self._last = self.longest = 0.0
        self._wake = clock()
        self._wake.start(WAKE)
        self.window.show()
        self.window.presenter.start()
        self.until(lambda: self.window.presenter.data is not None and self.current)

    def _on_painted(self, picture: Any) -> None:
        self._picture = picture
        self.frames.append(time.perf_counter())

    def _on_beat(self) -> None:
        now = time.perf_counter()
        self.longest, self._last = max(self.longest, now - self._last), now

    def listen(self) -> None:
        """Begin to ask the event loop again and again; `longest` is the longest time, in seconds, without an answer."""
        self._last, self.longest = time.perf_counter(), 0.0
        self._beat.start(BEAT)

    def stop_listening(self) -> float:
        """End that, and return the longest time without an answer, in milliseconds."""
        self._on_beat()
        self._beat.stop()
        return self.longest * 1e3

    @property
    def current(self) -> bool:
        """Whether what stands in the window is the newest picture."""
        return self._picture is not None and self._picture is self.window.stage.picture

    @property
    def layout(self) -> PhotoLayout:
        """What is on the stage."""
        layout = self.window.presenter.layout_now
        assert isinstance(layout, PhotoLayout)
        return layout

    @property
    def sampling(self) -> int:
        """How far apart the values lie that are shown; 1 where every one is."""
        known = self.layout.visible_output
        return 1 if known is None else known.rows.step

    @property
    def fine(self) -> bool:
        """Whether the newest picture stands in the window, as finely as the screen can show it."""
        return self.current and not self.window.presenter.scene.blurred(self.window.presenter.layout_now)

    def until(self, reached: Callable[[], bool]) -> None:
        """Run the event loop until something is so."""
        wait_until(self.app, reached, PATIENCE)

    def every(self, milliseconds: int, work: Callable[[], None], reached: Callable[[], bool]) -> None:
        """Do something again and again at a pace, as a hand does, until something is so."""
        hand = clock(work)
        hand.start(milliseconds)
        self.until(reached)
        hand.stop()

    def pan(self, right: float, down: float) -> None:
        """Move the pictures under their frames, by pixels of the screen."""
        pan(self.window, right, down)

    def look(self, one_to_one: bool) -> None:
        """Show the whole picture, or its middle with one pixel of it for one of the screen."""
        self.window.session.look(zoom=1.0, centre=(0.5, 0.5))
        if one_to_one:
            self.window.session.look(zoom=max(1.0, 1 / self.layout.output_port.across))
        self.until(lambda: self.fine)

    def close(self) -> None:
        """Close the window without a question."""
        self.window.filing.clean(self.window.session.document)
        self.window.close()
        self._wake.start(WAKE)
        self.until(lambda: not self.window.isVisible())
        self._wake.stop()
        self.window.deleteLater()
        # What was written later would bring the folder back.
        write_settings()
        self._folder.cleanup()
