"""The line that was typed: its help page, and what is wrong with it, in our own words.

The library that reads the line speaks English alone; it is asked what it read, never for
its sentences.
"""

import difflib
import re
import shutil
import textwrap
from collections.abc import Iterable

from sepakat_lib import words
from sepakat_lib.refused import Refused
from sepakat_lib.terminal import say

NARROWEST, WIDEST = 50, 100  # signs of a line
FIRST = 28  # of them for a name, beside which its meaning stands
EXTRA = re.compile(r"\A[^(]*\(s\) \((.*)\)\Z", re.DOTALL)


def of_ours(command) -> None:
    """Let a command and all below it tell their help in our words.

    Parameters
    ----------
    command : typer.core.TyperGroup or TyperCommand
    """
    command.get_help = help_page
    for below in getattr(command, "commands", {}).values():
        of_ours(below)


def form(command, verb: str) -> str:
    """How a command is written: its arguments, and the options that it must have.

    Parameters
    ----------
    command : typer.core.TyperGroup or TyperCommand
    verb : str
        The words that call it: ``sepakat data load``.
    """
    if hasattr(command, "commands"):
        return f"{verb} {say('typed.a_command')}"
    parts = [verb]
    for param in filter(_is_argument, command.params):
        name = _name(param) + (" …" if param.nargs != 1 else "")
        parts.append(name if param.required else f"[{name}]")
    needed = [param for param in _options(command) if param.required]
    parts += [f"{param.opts[0]} {_name(param)}" for param in needed]
    return " ".join(parts)


def help_page(context) -> str:
    """What a command does, how it is written, and what each part of it means."""
    command = context.command
    width = min(max(shutil.get_terminal_size().columns, NARROWEST), WIDEST)
    more = f"[{say('typed.some_options')}]" if _may_have(command) else ""
    lines = textwrap.wrap(
        f"{say('typed.form')}: {form(command, context.command_path)} {more}".rstrip(),
        width,
        subsequent_indent="  ",
        break_on_hyphens=False,
    )
    lines += ["", *textwrap.wrap(command.help or "", width)]
    given = [(_name(p), _meaning(p)) for p in command.params if _is_argument(p)]
    lines += _listed("typed.arguments", given, width)
    options = [(_spelt(param), _meaning(param)) for param in _options(command)]
    options.append(("--help", say("typed.this_help")))
    lines += _listed("typed.options", options, width)
    verbs = [
        (name, _first_sentence(each.help or ""))
        for name, each in getattr(command, "commands", {}).items()
    ]
    lines += _listed("typed.commands", verbs, width)
    if command.epilog:
        lines += ["", *textwrap.wrap(command.epilog, width)]
    return "\n".join(lines)


def refusal(error: Exception, line: list[str], command) -> Refused:
    """The refusal of a line that cannot be run.

    Parameters
    ----------
    error : Exception
        Of the library that read it; none of its words is kept.
    line : list of str
        What was typed after the program's name.
    command : typer.core.TyperGroup
        That of the program.

    Returns
    -------
    Refused
        ``no_command``, ``no_option``, ``option_first``, ``argument_missing``,
        ``line_too_long``, ``option_without_value``, ``option_takes_nothing``,
        ``argument_between``, ``argument_from``, ``argument_whole``; ``wrong_line`` of
        what no test has met yet.
    """
    kind, param = type(error).__name__, getattr(error, "param", None)
    command, verb, behind = _called(command, line)
    below = getattr(command, "commands", {})
    if kind == "NoSuchOption":
        if below:
            return Refused("option_first", verb=verb, given=error.option_name[:60])
        return _no_option(error.option_name, command, verb)
    if kind == "MissingParameter":
        given = _missing(param, command, line)
        written = form(command, verb)
        return Refused("argument_missing", verb=verb, given=given, form=written)
    if kind == "BadOptionUsage":
        given = error.option_name
        flag = any(given in each.opts and each.is_flag for each in _options(command))
        if flag:
            return Refused("option_takes_nothing", given=given)
        return Refused("option_without_value", verb=verb, given=given)
    if kind == "BadParameter" and param is not None:
        return _wrong_number(param, line, verb)
    if below and behind:
        return _no_command(behind, [*below], verb)
    if match := EXTRA.fullmatch(str(getattr(error, "message", ""))):
        written = form(command, verb)
        return Refused("line_too_long", verb=verb, given=match[1][:60], form=written)
    return Refused("wrong_line", verb=verb)


def _called(command, line: list[str]) -> tuple:
    """The command that a line calls, the words that call it, and the word behind it."""
    verb, plain = "sepakat", [each for each in line if not each.startswith("-")]
    for place, word in enumerate(plain):
        below = getattr(command, "commands", {})
        if word not in below:
            return command, verb, plain[place]
        command, verb = below[word], f"{verb} {word}"
    return command, verb, ""


def _missing(param, command, line: list[str]) -> list[str]:
    """All that must be given and is not: from an argument on, and every option."""
    arguments = [each for each in command.params if _is_argument(each)]
    open_ = arguments[arguments.index(param) :] if param in arguments else []
    typed = {each.partition("=")[0] for each in line}
    open_ += [p for p in _options(command) if p.required and not typed & {*p.opts}]
    return [_shown(each) for each in open_ if each.required] or [_shown(param)]


def _no_option(given: str, command, verb: str) -> Refused:
    there = [name for param in _options(command) for name in param.opts]
    return Refused(
        "no_option",
        verb=verb,
        given=given[:60],
        choices=", ".join(there),
        nearest=difflib.get_close_matches(given, there, n=1),
    )


def _no_command(given: str, there: list[str], verb: str) -> Refused:
    return Refused(
        "no_command",
        verb=verb,
        given=given[:60],
        choices=", ".join(there),
        nearest=difflib.get_close_matches(given, there, n=1),
    )


def _wrong_number(param, line: list[str], verb: str) -> Refused:
    """The refusal of a value that is no whole number, or none of those that may be."""
    given, value = _shown(param), _value(param, line)[:60]
    low, high = param.min, param.max
    if low is not None and high is not None:
        low, high = str(low), str(high)
        return Refused("argument_between", given=given, value=value, low=low, high=high)
    if low is not None:
        return Refused("argument_from", given=given, value=value, low=str(low))
    return Refused("argument_whole", given=given, value=value, verb=verb)


def _value(param, line: list[str]) -> str:
    """What was typed for an option; the last counts."""
    value = ""
    for place, typed in enumerate(line):
        name, mark, behind = typed.partition("=")
        if name in param.opts:
            value = behind if mark else "".join(line[place + 1 : place + 2])
    return value


def _options(command) -> list:
    return [param for param in command.params if not _is_argument(param)]


def _may_have(command) -> list:
    return [param for param in _options(command) if not param.required]


def _is_argument(param) -> bool:
    return param.param_type_name == "argument"


def _name(param) -> str:
    """What stands for a value in a help page: a word in capitals."""
    key = f"typed.value.{param.name}"
    return say(key if key in words.catalogue() else "typed.value.other")


def _shown(param) -> str:
    return _name(param) if _is_argument(param) else param.opts[0]


def _spelt(param) -> str:
    """An option as it is typed: a switch with its opposite where that is not usual."""
    names = ", ".join(param.opts)
    if not param.is_flag:
        return f"{names} {_name(param)}"
    opposite = param.secondary_opts if param.default else []
    return " / ".join([names, *opposite])


def _meaning(param) -> str:
    """What a value is for, its bounds, and what counts where it is not given."""
    said = [param.help or ""]
    low, high = getattr(param, "min", None), getattr(param, "max", None)
    if low is not None and high is not None:
        said.append(say("typed.between", low=str(low), high=str(high)))
    if param.required:
        said.append(say("typed.must"))
    elif param.default not in (None, (), []) and not getattr(param, "is_flag", False):
        said.append(say("typed.default", value=str(param.default)))
    return " ".join(said)


def _first_sentence(text: str) -> str:
    """The first sentence, without its full stop."""
    return re.split(r"\.\s", text, maxsplit=1)[0].removesuffix(".")


def _listed(heading: str, rows: Iterable[tuple[str, str]], width: int) -> list[str]:
    """A heading and below it names with their meanings; nothing where no row is."""
    rows = list(rows)
    if not rows:
        return []
    wide = min(max(len(name) for name, _ in rows), FIRST)
    lines = ["", f"{say(heading)}:"]
    for name, meaning in rows:
        indent = " " * (wide + 4)
        told = textwrap.wrap(meaning, width - wide - 4) or [""]
        if len(name) > wide:
            lines.append(f"  {name}")
        else:
            lines.append(f"  {name:{wide}}  {told.pop(0)}".rstrip())
        lines += [f"{indent}{each}" for each in told]
    return lines
