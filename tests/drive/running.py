"""Runs actions, and drops those without which the same thing goes wrong."""

from __future__ import annotations

import faulthandler
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from convgui.qt.app import make_application
from tests.drive.actions import Action, act
from tests.drive.checks import Past, check_panels, check_picture
from tests.drive.world import FindingError, World, new_world

HANG = 900
"""Seconds after which one action counts as hanging, whose stack is printed."""
PICTURE, PAST = 5, 60
"""After how many actions the picture is compared, and everything undone and done again."""


@dataclass(frozen=True)
class Setting:
    """How the window stands, and whether the user waits for each answer before doing the next thing."""

    theme: str = "light"
    size: tuple[int, int] = (1280, 800)
    hasty: bool = False


@dataclass(frozen=True)
class Finding:
    """What went wrong, and after how many actions."""

    words: str
    after: int

    @property
    def kind(self) -> str:
        """What tells this finding from others: its last line, without numbers."""
        return "".join(c for c in self.words.strip().split("\n")[-1] if not c.isdigit())[:120]


def run(actions: Sequence[Action], setting: Setting, *, tell: bool = False) -> Finding | None:
    """Do all actions in a new world, saying each if wished; returns the first finding."""
    make_application(["convgui"])
    folder = Path(tempfile.mkdtemp(prefix="convgui-drive-"))
    done = 0
    try:
        with new_world(folder, setting.theme, setting.size) as world:
            pasts: dict[int, Past] = {}
            for done, action in enumerate(actions, 1):
                if done % PICTURE == 1:
                    faulthandler.dump_traceback_later(HANG, exit=True)
                if tell:
                    print("doing", *action, flush=True)
                with world.moving(action[0]):
                    act(world, action)
                _check(world, pasts, done, done == len(actions), setting)
            world.close()
            world.turn()
            world.check_complaints()
    except FindingError as finding:
        return Finding(str(finding), done)
    except Exception as error:  # an action that the program made impossible is a finding too
        return Finding("".join(traceback.format_exception(error)), done)
    finally:
        faulthandler.cancel_dump_traceback_later()
        shutil.rmtree(folder, ignore_errors=True)
    return None


def _check(world: World, pasts: dict[int, Past], done: int, last: bool, setting: Setting) -> None:
    world.turn()
    world.check_complaints()
    if not setting.hasty or done % PICTURE == 0 or last:
        world.settle()
    # What was begun may have opened another window in place of the old one.
    window = world.window
    session = window.session
    if id(session) not in pasts or pasts[id(session)].session is not session:
        pasts[id(session)] = Past(session)
    check_panels(window)
    if done % PICTURE == 0 or last:
        check_picture(world, window)
    # Another language, or a file, may have put another window in its place while a picture was waited for.
    if (done % PAST == 0 or last) and window in world.windows.open:
        pasts[id(session)].check()
        check_picture(world, window)
    world.check_complaints()


def shrink(actions: Sequence[Action], fails: Callable[[Sequence[Action]], bool], seconds: float) -> tuple[Action, ...]:
    """Drop actions, first many at once, as long as it fails without them and the time lasts."""
    end, kept, size = time.monotonic() + seconds, tuple(actions), max(len(actions) // 2, 1)
    while size and time.monotonic() < end:
        start = 0
        while start < len(kept) and time.monotonic() < end:
            fewer = (*kept[:start], *kept[start + size :])
            if fewer and fails(fewer):
                kept = fewer
            else:
                start += size
        size //= 2
    return kept
