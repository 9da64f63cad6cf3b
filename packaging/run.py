r"""Set convgui up on a fresh machine, then open it or test it. Needs Python and nothing else.

python3 packaging/run.py            set up what is missing and open the window; without a display, draw to files
python3 packaging/run.py FILE       the same, with a picture, an array, a document or a folder
python3 packaging/run.py test       set up what is missing, run every check; further words go to pytest
python3 packaging/run.py test --other-pythons
                                    the tests with every other supported Python that is found on this machine
python3 packaging/run.py COMMAND    convgui's own render, apply, lessons, network, bench and completion,
                                    --version, --self-test and --first-window; each command has its own --help
  --environment FOLDER              said first: keep what is installed in FOLDER, not in .venv beside pyproject.toml
  --lang CODE                       said before FILE or COMMAND: speak that language, such as en or zh_CN

On Windows say ``py packaging\run.py``. The first start takes about a minute; later ones need no time.

This file is written for Python 3.9 too, so that an old Python can say what it lacks in a sentence.
"""

from __future__ import annotations

import difflib
import hashlib
import io
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import other_pythons
from interrupts import INTERRUPTED, call
from system_libraries import has_display, install_packages, missing_packages

ROOT = Path(__file__).resolve().parents[1]
# What the window needs, and what the tests need besides.
LOCKS = (ROOT / "packaging" / "requirements.txt", ROOT / "packaging" / "test-requirements.txt")
OUTPUT = ROOT / "build" / "first-look"
OLDEST = (3, 10)
USAGE = 2
CANNOT_SET_UP = 3

COMMANDS = ("render", "apply", "lessons", "network", "bench", "completion")
OPTIONS = ("--version", "--self-test", "--first-window")
STYLE = (
    ("ruff check", ("-m", "ruff", "check", ".")),
    ("ruff format", ("-m", "ruff", "format", "--check", ".")),
    ("import-linter", ("-c", "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())")),
)
TYPES = (
    # NumPy's stubs follow the Python they are installed for; read as another version's they give false errors.
    ("mypy --strict", ("-m", "mypy", "--python-version", "{}.{}".format(*sys.version_info[:2]))),
)


def main(arguments: Sequence[str]) -> int:
    """Set up, then run the program or the tests; return the exit status."""
    # A folder's name is shown also where the terminal's encoding lacks its letters.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        return answered(arguments)
    except KeyboardInterrupt:
        return stop("run.py: interrupted; start it again to go on.", INTERRUPTED)
    except OSError as error:
        return stop(f"run.py: {error.filename or 'the system'}: {error.strerror or error}.")


def answered(arguments: Sequence[str]) -> int:
    """Do what the words of the command line say; return the exit status."""
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        return stop(f"convgui needs Python {OLDEST[0]}.{OLDEST[1]} or newer, and {sys.executable} is {found}.")
    words = list(arguments)
    folder = ROOT / ".venv"
    if words[:1] == ["--environment"] and "".join(words[1:2]):
        folder, words = Path(words[1]).absolute(), words[2:]
    if words[:1] in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    language, words = (words[:2], words[2:]) if words[:1] == ["--lang"] and len(words) > 1 else ([], words)
    refused = refusal(words)
    if refused:
        return stop(refused, USAGE)
    testing = words[:1] == ["test"]
    if testing and words[1:2] == ["--other-pythons"]:
        return other_pythons.test_each(words[2:])
    environment = Environment(folder)
    problem = set_up(environment, testing)
    if problem:
        return stop(problem)
    if testing:
        return test(environment, words[1:])
    if has_display() or (words and words[0] in (*COMMANDS, *OPTIONS)):
        return environment.run(["-m", "convgui", *language, *words])
    return draw_to_files(environment, language, words)


def stop(sentence: str, status: int = CANNOT_SET_UP) -> int:
    """Say why it ends here."""
    print(sentence, file=sys.stderr)
    return status


def refusal(words: Sequence[str]) -> str:
    """Return what is wrong with the words of the command line, or nothing: before a minute of set-up, not after."""
    if not words or words[0] in ("test", *COMMANDS):
        return ""
    first = words[0]
    if first == "--environment":
        return "run.py: --environment needs a folder after it, in which what is installed is kept."
    if first == "--lang":
        return "run.py: --lang needs the code of a language after it, such as en or zh_CN."
    if first not in OPTIONS and not Path(first).exists():
        near = difflib.get_close_matches(first, ("test", *COMMANDS, *OPTIONS, "--environment", "--help"), 1)
        ask = f"did you mean {near[0]}?" if near else "python3 packaging/run.py --help says what can be given."
        return f"run.py: {first!r} is neither a file nor a command; {ask}"
    if len(words) > 1:
        return f"run.py: {words[1]!r} is one word too many after {first!r}; one file is opened at a time."
    return ""


# --- what pip installs, into .venv ---


class Environment:
    """A folder with a Python of its own and what pip installed for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = str(folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python")

    def stamp(self, lock: Path) -> Path:
        """Return the file that says which packages of a lock are there."""
        return self.folder / f"convgui-{lock.stem}"

    def wanted(self, lock: Path) -> bytes:
        """Describe what is there once it is finished: the lock, the Python and the place."""
        content = hashlib.sha256(lock.read_bytes()).hexdigest()
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        return b"%s %s\n" % (f"{content} {version} {sys.platform}".encode(), os.fsencode(self.folder))

    def lacks(self, lock: Path) -> bool:
        """Tell whether a lock's packages have yet to be installed."""
        stamp = self.stamp(lock)
        return not stamp.is_file() or stamp.read_bytes() != self.wanted(lock)

    def usable(self) -> bool:
        """Tell whether it holds a Python of the version that runs now, with pip."""
        version = "import sys, pip; print(*sys.version_info[:2])"
        try:
            found = subprocess.run(
                [self.python, "-c", version], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
            )
        except OSError:
            return False
        return found.stdout.split() == [str(n).encode() for n in sys.version_info[:2]]

    def foreign(self) -> bool:
        """Tell whether the folder holds something that is no environment: making one there would clear it away."""
        if not self.folder.exists() or (self.folder / "pyvenv.cfg").is_file():
            return False
        return not self.folder.is_dir() or any(self.folder.iterdir())

    def install(self, locks: Sequence[Path]) -> str:
        """Install exactly what the locks name, while pip shows its progress; return what went wrong, or nothing."""
        if self.foreign():
            return f"{self.folder} is there already and holds something else; name a folder that is new or empty."
        print(f"Setting up {self.folder} (once, about a minute) …", flush=True)
        started = time.monotonic()
        # A stamp goes first and comes back last: a set-up that is interrupted is done again.
        for lock in locks:
            self.stamp(lock).unlink(missing_ok=True)
        if not self.usable() and call([sys.executable, "-m", "venv", "--clear", str(self.folder)]):
            return f"Python could not make {self.folder} (see above); --environment FOLDER names another place."
        pip = [self.python, "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes"]
        named = [word for lock in locks for word in ("-r", os.path.relpath(lock, ROOT))]
        if call([*pip, "--only-binary", ":all:", *named], cwd=ROOT):
            return (
                "pip could not install the packages that convgui needs (see above); check the network and start again."
            )
        for lock in locks:
            self.stamp(lock).write_bytes(self.wanted(lock))
        print(f"Ready after {time.monotonic() - started:.0f} s.", flush=True)
        return ""

    def run(self, arguments: Sequence[str], **variables: str) -> int:
        """Run its Python on this checkout, in the user's folder, and return the exit status."""
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = dict(os.environ, PYTHONPATH=os.pathsep.join(paths), **variables)
        try:
            return call([self.python, *arguments], env=environment)
        except KeyboardInterrupt:
            return INTERRUPTED


def set_up(environment: Environment, testing: bool) -> str:
    """Make the machine ready; return what stands in the way, or nothing."""
    lacking = [lock for lock in LOCKS[: 2 if testing else 1] if environment.lacks(lock)]
    missing = missing_packages(testing, not lacking or environment.usable())
    return install_packages(missing) or (environment.install(lacking) if lacking else "")


# --- running ---


def draw_to_files(environment: Environment, language: Sequence[str], files: Sequence[str]) -> int:
    """Do a real job without a display: draw a lesson and a filtered photo, or the user's own file."""
    jobs = [(what, Path(what).stem) for what in files or ("single-channel", "sobel-photo")]
    OUTPUT.mkdir(parents=True, exist_ok=True)
    print("There is no display here, so pictures are drawn to files instead of a window.", flush=True)
    for what, name in jobs:
        target = OUTPUT / f"{name}.png"
        status = environment.run(
            ["-m", "convgui", *language, "render", what, "-o", str(target)], QT_QPA_PLATFORM="offscreen"
        )
        if status:
            return status
        print(f"  {what}: {target}", flush=True)
    print(
        "To see the window, give the same command on a machine with a screen, or connect with ssh -X.\n"
        "More without a window: python3 packaging/run.py render --help"
    )
    return 0


def test(environment: Environment, arguments: Sequence[str]) -> int:
    """Run every check, report each, and return non-zero if one failed."""
    os.chdir(ROOT)
    words, failed = list(arguments), []
    everything = words[:1] != ["--without-style"]
    for name, command in (*STYLE, *TYPES) if everything else TYPES:
        started = time.monotonic()
        print(f"== {name}", flush=True)
        status = environment.run(command)
        if status == INTERRUPTED:
            return status
        print(f"== {name}: {'FAILED' if status else 'passed'} ({time.monotonic() - started:.1f} s)", flush=True)
        if status:
            failed.append(name)
    # pytest comes last, so that its own summary is the last line; what failed before it is said above that.
    if failed:
        print(f"== failed before pytest: {', '.join(failed)}", flush=True)
    spread = ["-n", "auto", "--dist", "worksteal"]
    status = environment.run(["-m", "pytest", *spread, *words[not everything :]], QT_QPA_PLATFORM="offscreen")
    return status or (1 if failed else 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
