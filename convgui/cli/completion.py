"""convgui completion: what a shell needs to complete the commands, made from the parsers themselves."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable, Mapping
from types import MappingProxyType

from convgui.cli.arguments import EXITS, OneSentence
from convgui.draw.theme import THEMES
from convgui.files.installation import NAME
from convgui.files.own_lessons import public_lessons
from convgui.layers.presets import presets
from convgui.scenes import scenes
from convgui.words import tr

Parsers = Mapping[str, OneSentence]


def completion_parser() -> OneSentence:
    """Build the parser of ``convgui completion``."""
    where = tr(
        'In ~/.bashrc or ~/.zshrc: eval "$({name} completion bash)" (or zsh); for fish: '
        "{name} completion fish > ~/.config/fish/completions/{name}.fish.",
        name=NAME,
    )
    parser = OneSentence(
        "completion",
        tr("Print what lets a shell complete convgui's commands."),
        f"{where} {tr(EXITS)}",
    )
    parser.add_argument("shell", metavar="SHELL", choices=tuple(SHELLS), help=", ".join(SHELLS))
    return parser


def completion(arguments: list[str], parsers: Parsers) -> int:
    """Print the script for a shell; returns the exit status."""
    chosen = completion_parser().parse_args(arguments)
    print(SHELLS[chosen.shell](parsers))
    return 0


def _options(parser: OneSentence) -> list[argparse.Action]:
    return [action for action in parser.listed() if action.option_strings]


def _values(action: argparse.Action) -> list[str]:
    """Return what can stand behind an option, as far as it is known."""
    if action.choices is not None:
        return [str(choice) for choice in action.choices]
    for option, known in (("--scene", [item.id for item in scenes()]), ("--theme", THEMES), ("--kernel", presets())):
        if option in action.option_strings:
            return list(known)
    return []


def _words(command: str, parsers: Parsers) -> list[str]:
    """Return what can stand first, besides files."""
    if not command:
        return [name for name in parsers if name]
    lessons = [lesson.id for lesson in public_lessons()]
    firsts = {"render": lessons, "apply": [*presets(), *lessons], "completion": list(SHELLS)}
    return firsts.get(command, [])


def _bash(parsers: Parsers) -> str:
    lines = [f"_{NAME}() {{", '    local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" words=""']
    lines.append('    case "${COMP_WORDS[1]} $prev" in')
    for command, parser in parsers.items():
        for action in _options(parser):
            values = " ".join(_values(action)) if command else ""
            lines += [f'        "{command} {option}") words="{values}";;' for option in action.option_strings if values]
    lines.append('        *) case "${COMP_WORDS[1]}" in')
    for command, parser in [*((c, p) for c, p in parsers.items() if c), ("", parsers[""])]:
        options = [option for action in _options(parser) for option in action.option_strings]
        words = " ".join([*_words(command, parsers), *options])
        lines.append(f'            {command or "*"}) words="{words}";;')
    lines += [
        "        esac;;",
        "    esac",
        '    COMPREPLY=($(compgen -W "$words" -- "$cur"))',
        "}",
        f"complete -o default -F _{NAME} {NAME}",
    ]
    return "\n".join(lines)


def _zsh(parsers: Parsers) -> str:
    return f"autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n{_bash(parsers)}"


def _fish(parsers: Parsers) -> str:
    lines = []
    for command, parser in parsers.items():
        when = f"__fish_seen_subcommand_from {command}" if command else "__fish_use_subcommand"
        start = f"complete -c {NAME} -n {shlex.quote(when)}"
        words = _words(command, parsers)
        if words:
            lines.append(f"{start} -a {shlex.quote(' '.join(words))}")
        for action in _options(parser):
            names = " ".join(f"-l {o[2:]}" if o.startswith("--") else f"-s {o[1:]}" for o in action.option_strings)
            takes = " -r" if action.nargs != 0 else ""
            values = f" -x -a {shlex.quote(' '.join(_values(action)))}" if _values(action) else takes
            said = f" -d {shlex.quote(action.help)}" if action.help and action.help != argparse.SUPPRESS else ""
            lines.append(f"{start} {names}{values}{said}")
    return "\n".join(lines)


SHELLS: Mapping[str, Callable[[Parsers], str]] = MappingProxyType({"bash": _bash, "zsh": _zsh, "fish": _fish})
"""What writes the script of each shell."""
