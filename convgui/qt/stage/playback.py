"""The step that is shown, and the clock that plays and glides from one to the next."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from convgui.session.player import Player

FRAME = 16
"""Milliseconds between frames while something moves."""
LONGEST = 0.25
"""Seconds that a frame counts for at the most, however long the machine was busy."""


class Playback(QObject):
    """Holds a player and lets its time pass. Emits ``played(player)``; what shows it overrides `_draw`.

    Attributes
    ----------
    player : Player
        Where playing stands.
    """

    played = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.player = Player()
        self._jump: int | None = None
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME)
        self._timer.timeout.connect(self._on_frame)

    @property
    def heading(self) -> int:
        """The step that is shown, or gone to once what comes next is prepared; -1 is the last."""
        return self.player.target if self._jump is None else self._jump

    @property
    def waiting(self) -> bool:
        """Whether playing waits for something."""
        return False

    def set_player(self, player: Player) -> None:
        """Show another moment, or play."""
        if player.moving and not self._timer.isActive():
            self._clock.start()
            self._timer.start()
        self.player = player
        self.played.emit(player)
        self._draw()

    def jump(self, step: int) -> None:
        """Show a step at once; -1 is the last."""
        self.set_player(self.player.jump(step if step >= 0 else self.player.steps + step))

    def pause_at(self, step: int | None) -> None:
        """Let playing wait at a step; None lets it go through."""
        self.player = replace(self.player, pause_at=step)

    def expect(self, step: int) -> None:
        """Go to a step once what comes next is prepared."""
        self._jump = step

    def _move(self) -> None:
        """Go to the step that is expected, if one is."""
        wanted, self._jump = self._jump, None
        if wanted is not None:
            self.player = replace(self.player.with_steps(self.player.steps, wanted), playing=False)
        self.played.emit(self.player)

    def _draw(self) -> None:
        """Show the moment where the player stands."""

    def _on_frame(self) -> None:
        seconds = self._clock.restart() / 1000
        if self.waiting and self.player.playing:
            return
        player = self.player.advance(min(seconds, LONGEST))
        if player != self.player:
            moved = player.at != self.player.at or player.playing != self.player.playing
            self.player = player
            if moved:
                self.played.emit(player)
                self._draw()
        if not player.moving:
            self._timer.stop()
