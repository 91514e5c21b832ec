"""What may be said on the command line, and what it means."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from app import __version__
from app.paths import LIBRARY_VARIABLE, expanded

COMMANDS = (
    "index", "search", "label", "read", "where", "accept", "reject", "folders", "packs", "doctor",
    "screenshot",
)  # fmt: skip

LARGEST_SIDE = 8192
"""Pixels of a screenshot's side: more than any screen has, and 268 MB for both."""

_ESCAPE = "\0"
"""Put before a query word that begins with a minus, so that argparse takes it for no option.
No command-line argument can hold it."""

_EPILOG = f"""\
queries: drama comedy (both), drama OR comedy, -horror, "science fiction", folder:2021, name:*.png,
         text:"black stallion", drama>0.7, taken:2019..2021-06, ( ), sort:name

{LIBRARY_VARIABLE} names the library file when --library does not.
exit codes: 0 done, 1 some files failed, 2 wrong usage or a query that does not parse,
            130 stopped with Ctrl+C
"""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return what the arguments ask for; ``command`` is None for the window.

    Raises:
        SystemExit: Wrong usage (2), or only help or the version was asked for (0).
    """
    command_at = _command_position(arguments)
    if command_at is None:
        parser = _window_parser()
        parsed = parser.parse_args(arguments)
        for folder in parsed.folders:
            # A path may lie on a drive that is away; a bare word is a slip of the hand.
            is_word = len(folder.parts) == 1 and not folder.anchor
            if is_word and not os.path.lexists(expanded(folder)):
                parser.error(f"{folder} is neither a folder nor a command ({', '.join(COMMANDS)})")
        return parsed
    parsed = _command_parser().parse_args(_escape_query(arguments, command_at))
    if parsed.command == "search":
        parsed.query = " ".join(word.removeprefix(_ESCAPE) for word in parsed.query)
    return parsed


def _command_position(arguments: Sequence[str]) -> int | None:
    takes_value = {"--library", "--device"}
    position = 0
    while position < len(arguments):
        argument = arguments[position]
        if argument == "--":
            return None
        if argument in takes_value:
            position += 2
        elif argument.startswith("-"):
            position += 1
        else:
            return position if argument in COMMANDS else None
    return None


def _escape_query(arguments: Sequence[str], command_at: int) -> list[str]:
    if arguments[command_at] != "search":
        return list(arguments)
    flags = {"--json", "--less-sure", "--verbose", "-h", "--help"}
    valued = {"--limit", "--library", "--device"}
    escaped = list(arguments[: command_at + 1])
    words = iter(arguments[command_at + 1 :])
    for word in words:
        name, equals, _ = word.partition("=")
        if word == "--":
            escaped += [_ESCAPE + later for later in words]
        elif name in valued:
            escaped.append(word)
            escaped += [] if equals else [value for value in [next(words, None)] if value]
        elif word in flags or not word.startswith("-"):
            escaped.append(word)
        else:
            escaped.append(_ESCAPE + word)
    return escaped


def _common() -> argparse.ArgumentParser:
    """Options that stand before or after the subcommand; suppressed defaults let both hold."""
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    group = common.add_argument_group("common options")
    group.add_argument("--library", type=_path, metavar="PATH", help="the library's SQLite file")
    group.add_argument(
        "--device", choices=("auto", "cuda", "cpu"), help="where the networks run (auto)"
    )
    group.add_argument("--verbose", action="store_true", help="say on stderr what happens inside")
    return common


def _window_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lumitag",
        description="Label every picture in your folders, offline, and find any of them.",
        parents=[_common()],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        epilog=f"commands: {', '.join(COMMANDS)}\n          lumitag COMMAND --help says more\n\n"
        + _EPILOG,
    )
    parser.add_argument(
        "folders", nargs="*", type=_path, metavar="FOLDER", help="open the window with this folder"
    )
    parser.add_argument("--version", action="version", version=f"Lumitag {__version__}")
    parser.set_defaults(command=None)
    return parser


def _command_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lumitag", parents=[_common()], allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)

    def add(name: str, text: str, *, as_json: bool = True) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name, help=text, description=text, parents=[_common()], allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter, epilog=_EPILOG,
        )  # fmt: skip
        if as_json:
            made.add_argument("--json", action="store_true", help="one JSON object per line")
        return made

    index = add(
        "index", "add folders to the library, look through them, label and read what is new"
    )
    index.add_argument("folders", nargs="+", type=_path, metavar="FOLDER")
    index.add_argument(
        "--no-words", action="store_true", help="do not read the words in pictures this time"
    )

    search = add("search", "print the photos that a query finds")
    search.add_argument("query", nargs="+", metavar="QUERY", help="may begin with a minus")
    search.add_argument("--limit", type=_count, metavar="N", help="at most N photos")
    search.add_argument(
        "--less-sure",
        action="store_true",
        help="behind the sure photos, those that nearly have the labels, likeliest first",
    )

    label = add("label", "label files without a library")
    label.add_argument("paths", nargs="+", type=_path, metavar="FILE_OR_FOLDER")
    which = label.add_mutually_exclusive_group()
    which.add_argument("--all", action="store_true", help="every label of every pack")
    which.add_argument(
        "--top", type=_count, metavar="K", help="the K likeliest labels of each pack"
    )
    label.add_argument(
        "--no-words", action="store_true", help="label posters by their looks, not by their words"
    )

    read = add("read", "print the words written in pictures, without a library")
    read.add_argument("paths", nargs="+", type=_path, metavar="FILE_OR_FOLDER")

    where = add("where", "say where in pictures a label was seen; no picture is changed")
    where.add_argument("label", type=_label, metavar="LABEL", help="a label's name, alias or key")
    where.add_argument("paths", nargs="+", type=_path, metavar="FILE")
    where.add_argument(
        "--out", type=_path, metavar="FOLDER", help="write each picture there with a light on it"
    )
    where.add_argument(
        "--no-words", action="store_true", help="do not read the words in the pictures for it"
    )

    for verdict in ("accept", "reject"):
        decide = add(verdict, f"{verdict} a label on files of the library, as in the window")
        decide.add_argument("label", type=_label, metavar="LABEL")
        decide.add_argument("paths", nargs="+", type=_path, metavar="FILE")

    add("folders", "list the folders of the library")
    add("packs", "list the label packs")
    add("doctor", "check this installation, the device in use and the library")

    screenshot = add("screenshot", "draw the window into a picture, also with no display",
                     as_json=False)  # fmt: skip
    screenshot.add_argument("output", type=_path, metavar="OUT.png")
    screenshot.add_argument("--query", default="", metavar="Q", help="what to search for")
    screenshot.add_argument("--size", type=_size, default=(1440, 900), metavar="WxH")
    screenshot.add_argument("--theme", choices=("light", "dark"), default="dark")
    return parser


def _count(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return min(number, sys.maxsize)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    size = _count(width), _count(height)
    if max(size) > LARGEST_SIDE:
        raise argparse.ArgumentTypeError(f"no side may have more than {LARGEST_SIDE} pixels")
    return size


def _label(text: str) -> str:
    """Refuse bytes that are no text: the library could not keep them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise argparse.ArgumentTypeError(f"{text!r} is not valid text") from None
    return text


def _path(text: str) -> Path:
    """Refuse what an unset variable of a shell leaves: as a path it would be the present folder."""
    if not text:
        raise argparse.ArgumentTypeError("a path is empty; name a file or folder")
    return Path(text)
