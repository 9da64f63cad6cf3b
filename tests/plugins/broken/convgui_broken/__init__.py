"""Nothing here is what its entry point promises."""

from pathlib import Path

NUMBER = 5
LESSONS = Path(__file__).parent / "lessons"
NO_FOLDER = LESSONS / "nowhere"
