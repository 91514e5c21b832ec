"""``compare``: all packs on the same pictures."""

import argparse
import sys
from pathlib import Path

import torch

from app.paths import shipped
from trainer.cli.arguments import add_data, add_place, add_words, at_least, words_wanted
from trainer.compare import compare, find_entries, together
from trainer.compare.sheet import write_sheet
from trainer.data.checks import tell_on_stderr
from trainer.metrics.intervals import ROUNDS


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = commands.add_parser(
        "compare",
        help="measure packs on the same pictures, as tables and drawings",
        description="Measure packs on the pictures and labels that all of them have: one set of "
        "tables (compare.md, compare.json) with the constant answers and the published figures "
        "beside ours, learning curves, precision and recall of each label, calibration, and which "
        "labels come together.",
    )
    parser.add_argument(
        "packs",
        type=Path,
        nargs="*",
        metavar="PACK_OR_RUN",
        help="packs or runs (default: every run's pack, and the shipped genres)",
    )
    add_data(parser)
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="where tables and drawings go"
    )
    parser.add_argument(
        "--part",
        choices=("test", "validation", "all"),
        default="test",
        help="which of the recipes' pictures (default: test)",
    )
    parser.add_argument(
        "--precision",
        choices=("fp32", "int8"),
        help="which graphs (default: those that the app runs on a CPU: int8 where there is one)",
    )
    parser.add_argument(
        "--closer", metavar="PACK", help="the pack that is looked at closely (default: the best)"
    )
    parser.add_argument(
        "--sheet",
        type=Path,
        metavar="FILE",
        help="also write a contact sheet of that pack's right and wrong pictures there; mind whose "
        "pictures they are",
    )
    add_words(parser)
    parser.add_argument(
        "--rounds", type=at_least(1), default=ROUNDS, metavar="N", help="draws for the intervals"
    )
    add_place(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the comparison; return the exit code."""
    entries = find_entries(
        options.packs, runs=options.runs, models=shipped("models"), tell=tell_on_stderr
    )
    comparison = together(
        entries,
        options.data,
        part=options.part,
        precision=options.precision,
        words=words_wanted(options),
        rounds=options.rounds,
        threads=torch.get_num_threads(),
        tell=tell_on_stderr,
        cache_folder=options.runs,
    )
    closer = comparison.row(options.closer)
    for path in compare(comparison, options.out, closer=closer):
        sys.stdout.write(f"{path}\n")
    if options.sheet is not None:
        write_sheet(options.sheet, comparison, closer)
        sys.stdout.write(f"{options.sheet}\n")
    return 0
