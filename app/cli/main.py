"""The entry points: what was asked for is done; an error is one sentence and an exit code."""

import argparse
import importlib
import logging
import signal
import sys
from collections.abc import Sequence

from app.cli.arguments import parse
from app.cli.output import PrintError, drop_output, finish_output, print_problem, use_any_text
from app.errors import LumitagError
from app.library.errors import DiskFullError
from app.paths import default_library

OK, SOME_FAILED, WRONG_USAGE = 0, 1, 2
INTERRUPTED = 128 + signal.SIGINT


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the `lumitag` command.

    Args:
        arguments: The words after the program's name; those of the process by default.

    Returns:
        0 done, 1 some files failed or the work could not go on, 2 wrong usage, a query that does
        not parse, or a library that cannot be opened; 130 after Ctrl+C.
    """
    use_any_text()
    try:
        try:
            return _run(sys.argv[1:] if arguments is None else arguments)
        finally:
            finish_output()
    except BrokenPipeError:
        # The reader (head, a pager) has seen enough.
        drop_output()
        return OK
    except PrintError as error:
        drop_output()
        print_problem(str(error))
        return SOME_FAILED
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(arguments: Sequence[str]) -> int:
    """Do what is asked for, and return the exit code."""
    asked = parse(arguments)
    _log(verbose=getattr(asked, "verbose", False))
    asked.library = getattr(asked, "library", None) or default_library()
    asked.device = getattr(asked, "device", "auto")
    try:
        return _dispatch(asked)
    except PrintError:
        raise
    except LumitagError as error:
        print_problem(str(error))
        # Not a wrong usage: what was stored before is kept, the rest is for the next time.
        return SOME_FAILED if isinstance(error, DiskFullError) else WRONG_USAGE


def window() -> int:
    """Run `lumitag-gui`: the window's own entry point."""
    return main(sys.argv[1:])


def _dispatch(asked: argparse.Namespace) -> int:
    if asked.command is None:
        from app.cli.window import open_window

        return open_window(asked)
    command = importlib.import_module(f"app.cli.{_MODULES[asked.command]}")
    run = getattr(command, f"run_{asked.command}")
    code: int = run(asked)
    return code


_MODULES = {
    "index": "indexing",
    "search": "finding",
    "label": "labeling",
    "read": "reading",
    "where": "evidence",
    "accept": "deciding",
    "reject": "deciding",
    "folders": "listing",
    "packs": "listing",
    "doctor": "doctor",
    "screenshot": "window",
}


def _log(*, verbose: bool) -> None:
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.WARNING,
        format="%(name)s: %(message)s",
        stream=sys.stderr,
    )
    for noisy in ("PIL", "watchdog", "qtawesome"):
        logging.getLogger(noisy).setLevel(logging.INFO if verbose else logging.ERROR)
