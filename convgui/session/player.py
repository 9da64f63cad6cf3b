"""Time: which step is shown now. Pure arithmetic; a timer elsewhere calls `advance`."""

from __future__ import annotations

from dataclasses import dataclass, replace

GLIDE = 0.15
"""Seconds the window takes from one position to the next at speed 1."""
PERIOD = 0.75
"""Seconds from one step to the next at speed 1."""
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 64.0, 256.0)


@dataclass(frozen=True)
class Player:
    """Where playing stands.

    Attributes
    ----------
    steps : int
        How many steps there are.
    target : int
        The step that is shown, or that the window glides to.
    glide : float
        How far the glide to `target` has come, 0 to 1; 1 means that it has landed.
    clock : float
        Seconds since the last step at the present speed, while playing.
    pause_at : int, optional
        The step where playing waits; whoever plays on from there goes past it.
    stride : int
        Steps that are taken at a time: of a film, as many as lead to the same place in the next frame.
    period : float
        Seconds from one step, or one stride, to the next at speed 1.
    """

    steps: int = 1
    target: int = 0
    glide: float = 1.0
    clock: float = 0.0
    speed: float = 1.0
    playing: bool = False
    loop: bool = False
    still: bool = False
    pause_at: int | None = None
    stride: int = 1
    period: float = PERIOD

    @property
    def at(self) -> float:
        """The moment to draw: the step that has landed plus the eased share of the way to the next."""
        if self.glide >= 1 or self.target == 0 or self.stride > 1:
            return float(self.target)
        t = self.glide
        return self.target - 1 + t * t * (3 - 2 * t)

    @property
    def moving(self) -> bool:
        """Whether `advance` would change anything."""
        return self.playing or self.glide < 1

    def with_steps(self, steps: int, target: int | None = None) -> Player:
        """Return a player for another number of steps, at the same step or at `target` where that exists."""
        wanted = self.target if target is None else target
        if wanted < 0:
            wanted += steps
        index = min(max(wanted, 0), steps - 1)
        return replace(self, steps=steps, target=index, glide=1.0, clock=0.0)

    def jump(self, target: int) -> Player:
        """Show a step at once."""
        return replace(self, target=min(max(target, 0), self.steps - 1), glide=1.0, clock=0.0)

    def forward(self) -> Player:
        """Glide to the next step; at the last one stay, or begin again when looping."""
        if self._last:
            return self.jump(self.target % self.stride) if self.loop else replace(self, glide=1.0)
        if self.stride > 1:
            return self.jump(self.target + self.stride)
        return replace(self, target=self.target + 1, glide=1.0 if self.still else 0.0)

    def back(self) -> Player:
        """Show the step before."""
        return self.jump(self.target - self.stride) if self.target >= self.stride else self.jump(self.target)

    @property
    def _last(self) -> bool:
        """Whether no step comes any more."""
        return self.target + self.stride >= self.steps

    def toggle(self) -> Player:
        """Play or pause; playing from the last step begins again."""
        if self.playing:
            return replace(self, playing=False)
        begun = self.jump(self.target % self.stride) if self._last else self
        return replace(begun, playing=True, clock=0.0)

    def advance(self, seconds: float) -> Player:
        """Return the player `seconds` later."""
        pace = max(self.speed, 1.0)
        moved = replace(self, glide=min(1.0, self.glide + seconds * pace / GLIDE))
        if not self.playing:
            return moved
        clock = self.clock + seconds * self.speed
        due = int(clock / self.period)
        if due == 0:
            return replace(moved, clock=clock)
        after = moved._stepped(due)
        return replace(after, clock=clock - due * self.period)

    def _stepped(self, count: int) -> Player:
        """Take `count` steps at once; only a single one glides."""
        if self.stride > 1:
            return self._frames_on(count)
        if self.pause_at is not None and self.target < self.pause_at <= min(self.target + count, self.steps - 1):
            return replace(self._stepped_to(self.pause_at), playing=False)
        if self.target + count < self.steps:
            return self._stepped_to(self.target + count)
        if self.loop:
            return self.jump((self.target + count) % self.steps)
        return replace(self.jump(self.steps - 1), playing=False)

    def _frames_on(self, count: int) -> Player:
        """Go on by frames, at the same place in each."""
        frame, phase = divmod(self.target, self.stride)
        frames, wanted = (self.steps - phase - 1) // self.stride + 1, frame + count
        if wanted >= frames and not self.loop:
            return replace(self.jump((frames - 1) * self.stride + phase), playing=False)
        return self.jump(wanted % frames * self.stride + phase)

    def _stepped_to(self, target: int) -> Player:
        return self.forward() if target == self.target + 1 else replace(self, target=target, glide=1.0)


def speed_name(speed: float) -> str:
    """Write a speed: ``1×``, ``¼×``."""
    return {0.25: "¼×", 0.5: "½×"}.get(speed, f"{speed:g}×")
