"""How commands fail: each fault told so that it can be mended, and the exit code that fits."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, ParamSpec

import typer
from rich.text import Text

from config import CODES, Fault, Faulty
from monitor.cli.failure import Failed
from monitor.cli.options import CONFIG
from monitor.cli.pairs import print_pairs
from monitor.cli.shell import Shell

P = ParamSpec("P")

FAILED = 1
FAULTY = 2


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """Give a command whose failures are told and become exit codes.

    The traceback of an unexpected error is shown where ``DUBAN_DEBUG`` is set.
    """

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (typer.Exit, typer.Abort, typer.BadParameter, BrokenPipeError):
            raise
        except Faulty as error:
            tell_faults(_shell(kwargs), error)
            raise typer.Exit(FAULTY) from None
        except Failed as error:
            _tell_failure(_speaking(kwargs), error)
            raise typer.Exit(FAILED) from None
        except Exception as error:
            if os.environ.get("DUBAN_DEBUG"):
                raise
            said = " ".join(str(error).split())
            shell = _speaking(kwargs)
            shell.err.print(Text(f"✗ {type(error).__name__}: {said}", style="red"))
            shell.say("设 DUBAN_DEBUG=1 可看详情", "set DUBAN_DEBUG=1 to see where")
            raise typer.Exit(FAILED) from None

    return run


def _shell(kwargs: dict[str, Any]) -> Shell:
    config = kwargs.get("config")
    return Shell(config if isinstance(config, Path) else CONFIG, bool(kwargs.get("as_json")))


def _speaking(kwargs: dict[str, Any]) -> Shell:
    """Give a shell that speaks the language of the settings, where they can be read."""
    shell = _shell(kwargs)
    with suppress(Faulty):
        _ = shell.settings
    return shell


def tell_faults(shell: Shell, error: Faulty) -> None:
    """Tell why the settings of ``shell`` are refused, each fault with its mend."""
    if shell.as_json:
        shell.print_json([_record(fault, shell.language) for fault in error.faults])
        return
    count = len(error.faults)
    shell.say(
        f"{shell.config}：有 {count} 处设置有误，未采用",
        f"{shell.config}: refused, {count} {'fault' if count == 1 else 'faults'} found",
    )
    for fault in error.faults:
        _tell_fault(shell, fault)
    if error.faults[0].code == "CFG-001":
        shell.say(
            "\n初次使用：duban demo 看示例，duban init 写一份设置文件",
            "\nNew here? duban demo shows an example, duban init writes a settings file",
        )


def _tell_fault(shell: Shell, fault: Fault) -> None:
    title = Text("\n✗ ", "red").append(f"{fault.code}  ", "bold red")
    shell.err.print(title.append(CODES[fault.code].title.text(shell.language), "bold default"))
    line = shell.word(f"第 {fault.line} 行", f"line {fault.line}") if fault.line else ""
    where = "  ".join(part for part in (fault.path, line) if part)
    if where:
        shell.err.print(Text(f"  {where}", "cyan"))
    told = (
        (shell.word("找到", "found"), fault.found),
        (shell.word("应为", "expected"), fault.expected),
        (shell.word("改法", "mend"), fault.mend),
    )
    pairs = [(Text(label, "dim"), Text(words.text(shell.language))) for label, words in told]
    print_pairs(shell.err, pairs, indent=2)


def _record(fault: Fault, language: str) -> dict[str, Any]:
    return {
        "code": fault.code,
        "path": fault.path,
        "line": fault.line,
        "title": CODES[fault.code].title.text(language),
        "found": fault.found.text(language),
        "expected": fault.expected.text(language),
        "mend": fault.mend.text(language),
    }


def _tell_failure(shell: Shell, error: Failed) -> None:
    shell.err.print(Text(f"✗ {error.why.text(shell.language)}", style="red"))
    if error.hint is not None:
        shell.err.print(Text(f"  {error.hint.text(shell.language)}"))
