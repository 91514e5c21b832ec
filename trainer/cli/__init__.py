"""The trainer's command line: each module beside this one that has ``add`` is a command."""

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Sequence

import torch

from app.errors import LumitagError

_INTERRUPTED = 130
"""What shells expect of a program that Ctrl+C ended: 128 + SIGINT."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0, or 1 when data, recipe or machine keep it from its work."""
    options = _parser().parse_args(arguments)
    if getattr(options, "threads", 0):
        torch.set_num_threads(options.threads)
    try:
        done: int = options.run(options)
    except LumitagError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt as stopped:
        sys.stderr.write(f"{stopped or 'Stopped. The same command goes on where it was.'}\n")
        return _INTERRUPTED
    return done


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m trainer", description="Make label packs from labelled pictures."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        module = importlib.import_module(f"{__name__}.{found.name}")
        if hasattr(module, "add"):
            module.add(commands)
    return parser
