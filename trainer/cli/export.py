"""``export``: a pack of what a run has reached."""

import argparse
from pathlib import Path

from trainer.cli.arguments import add_data, add_place, workplace
from trainer.data.checks import tell_on_stderr
from trainer.training.pack import export_run
from trainer.training.run import RunOptions, RunPlace


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = commands.add_parser(
        "export",
        help="make a pack of what a run has reached",
        description="Calibrate, export and measure the network of a run, without training on: of "
        "a run that is finished, or that was stopped after at least one epoch.",
    )
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="the run's folder")
    add_data(parser)
    add_place(parser)
    parser.add_argument(
        "--out", type=Path, metavar="PACK", help="the pack's folder (default: the run's, pack)"
    )
    parser.add_argument("--no-int8", action="store_true", help="write the fp32 graph only")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Export; return the exit code."""
    folder: Path = options.run_folder
    out = options.out or folder / "pack"
    export_run(
        RunPlace(options.data, folder, options.runs),
        workplace(options, out, quantised=not options.no_int8),
        RunOptions(tell=tell_on_stderr),
    )
    return 0
