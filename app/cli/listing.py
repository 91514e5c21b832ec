"""`lumitag folders` and `lumitag packs`."""

import argparse

from app.cli.output import print_json, print_line, print_problem
from app.engine import Engine


def run_folders(asked: argparse.Namespace) -> int:
    """List the folders of the library with their counts."""
    with Engine.open(asked.library, device=asked.device) as engine:
        for state in engine.folders():
            folder = state.folder
            if asked.json:
                print_json(
                    {"path": str(folder.path), "photos": state.count, "offline": folder.offline}
                )
            else:
                print_line(
                    f"{state.count:>9,}  {folder.path}{' (offline)' if folder.offline else ''}"
                )
    return 0


def run_packs(asked: argparse.Namespace) -> int:
    """List the label packs; 1 if one is refused."""
    with Engine.open(asked.library, device=asked.device) as engine:
        for pack in engine.packs:
            if asked.json:
                print_json(
                    {
                        "pack": pack.id,
                        "version": pack.version,
                        "title": pack.title,
                        "labels": len(pack.labels),
                        "license": pack.license,
                        "path": str(pack.directory),
                    }
                )
            else:
                print_line(
                    f"{pack.id} {pack.version}: {pack.title}, {len(pack.labels)} labels, "
                    f"{pack.license}, in {pack.directory}"
                )
        for error in engine.pack_errors:
            print_problem(str(error))
        return 1 if engine.pack_errors else 0
