"""The sound device, through the extra ``sound`` (sounddevice, PortAudio): without module or device, one sentence."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from convgui.words import tr


class NoSoundError(Exception):
    """Nothing can be heard; the text is one sentence that says why."""


class Device(Protocol):
    """What plays."""

    def play(self, sound: NDArray[np.float32], rate: int) -> None:
        """Begin to play ``(frames, channels)``, in place of what is playing.

        Raises
        ------
        NoSoundError
            If there is no device, or none that plays this.
        """

    def stop(self) -> None:
        """Stop at once."""


class SystemDevice:
    """The device that the system plays to by default."""

    def __init__(self) -> None:
        self._module: Any = None

    def play(self, sound: NDArray[np.float32], rate: int) -> None:
        module = self._loaded()
        try:
            module.play(sound, rate)
        except Exception as error:  # PortAudio's own, and what its drivers raise
            raise NoSoundError(
                tr("No sound device plays this ({reason}); connect one, or choose another in the system.", reason=error)
            ) from error

    def stop(self) -> None:
        if self._module is not None:
            self._module.stop(ignore_errors=True)

    def _loaded(self) -> Any:
        if self._module is None:
            try:
                import sounddevice
            except ImportError as error:
                raise NoSoundError(
                    tr('To hear sound, install the module sounddevice: pip install "convgui[sound]".')
                ) from error
            except OSError as error:
                # It is there, and PortAudio, which it plays with, is not.
                raise NoSoundError(
                    tr("To hear sound, install the library PortAudio (on Debian and Ubuntu: libportaudio2).")
                ) from error
            self._module = sounddevice
        return self._module
