"""`lumitag doctor`: is all in order here, on which device do the networks run, what to do."""

import argparse
import platform
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version

from app import __version__
from app.cli.output import print_json, print_line
from app.engine import Engine
from app.labeling.errors import PackError
from app.labeling.pack import Pack, verify

_PARTS = ("PySide6-Essentials", "onnxruntime-gpu", "onnxruntime", "numpy", "pillow", "SQLAlchemy")


def run_doctor(asked: argparse.Namespace) -> int:
    """Report versions, device, packs and library; 1 if anything needs attention."""
    with Engine.open(asked.library, device=asked.device) as engine:
        device = engine.device()
        errors = [str(error) for error in (*engine.pack_errors, *_damaged(engine.packs))]
        report: dict[str, object] = {
            "lumitag": __version__,
            "python": platform.python_version(),
            "system": platform.platform(),
            "parts": {name: found for name in _PARTS if (found := _version(name))},
            "device": device.device,
            "device_name": device.name,
            "reason": device.reason,
            "remedy": device.remedy,
            "details": list(device.details),
            "packs": [f"{pack.id} {pack.version}" for pack in engine.packs],
            "problems": errors,
            "library": str(engine.library.path),
            "photos": engine.library.photos.count(),
            "unreadable_files": len(engine.failures()),
        }
    if asked.json:
        print_json(report)
    else:
        _print_report(report)
    return 1 if errors else 0


def _damaged(packs: Iterable[Pack]) -> Iterator[PackError]:
    """Yield what is wrong with the files of packs that looked well from outside."""
    for pack in packs:
        try:
            verify(pack)
        except PackError as error:
            yield error


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _print_report(report: dict[str, object]) -> None:
    for name, value in report.items():
        title = name.replace("_", " ")
        if isinstance(value, dict):
            value = ", ".join(f"{part} {number}" for part, number in value.items())
        if isinstance(value, list):
            for line in value:
                print_line(f"{title:>17}: {line}")
        elif value is not None:
            print_line(f"{title:>17}: {value}")
