"""`lumitag accept` and `lumitag reject`: the user's word on a label, as in the window."""

import argparse
from pathlib import Path

from app.cli.output import print_file_problem, print_json, print_line
from app.engine import Engine
from app.errors import LumitagError
from app.imaging.content import content_hash, read_bytes
from app.library.records import Verdict


def run_accept(asked: argparse.Namespace) -> int:
    """Accept a label on files."""
    return _decide(asked, Verdict.ACCEPTED)


def run_reject(asked: argparse.Namespace) -> int:
    """Reject a label on files."""
    return _decide(asked, Verdict.REJECTED)


def _decide(asked: argparse.Namespace, verdict: Verdict) -> int:
    problems: dict[Path, str] = {}
    hashes: dict[Path, bytes] = {}
    with Engine.open(asked.library, device=asked.device) as engine:
        for path in asked.paths:
            try:
                hashes[path] = content_hash(read_bytes(path))
            except LumitagError as error:
                problems[path] = str(error)
        known = engine.library.photos.find(list(hashes.values()))
        for path, content in hashes.items():
            if content not in known:
                problems[path] = "It is not in the library; run lumitag index on its folder first."
        # One content may lie at several of the paths: the decision is on the photo, once.
        photos = sorted({known[content] for content in hashes.values() if content in known})
        if photos:
            engine.decisions.decide(photos, asked.label, verdict)
    for path in asked.paths:
        _report(path, problems.get(path), asked.label, verdict, as_json=asked.json)
    return 1 if problems else 0


def _report(
    path: Path, problem: str | None, label: str, verdict: Verdict, *, as_json: bool
) -> None:
    if problem:
        print_file_problem(path, problem, as_json=as_json)
    elif as_json:
        print_json({"path": str(path), "label": label, "decision": verdict.value})
    else:
        print_line(f"{path}\t{label} {verdict.value}")
