"""How fast a frozen network computes features: ``python -m benchmarks.features``.

In turns, each in a process of its own: with freed memory given back to the system, and kept for the
next tensors (``trainer.memory``), on random pictures. The first batch of each process is not
counted.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

import numpy as np

from trainer.features import embed
from trainer.memory import keep_freed_memory
from trainer.trunk import load_trunk
from trainer.tuned.halves import Front

_BATCH = 32


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", default="384x256", help="height x width (default 384x256)")
    parser.add_argument("--cut", type=int, default=4, help="stages before this one (default 4)")
    parser.add_argument("--batches", type=int, default=4, help="of 32 pictures, a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--one", choices=("given-back", "kept"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    height, width = (int(side) for side in options.size.split("x"))
    if options.one:
        if options.one == "kept" and not keep_freed_memory():
            sys.exit("This C library cannot be told to keep freed memory.")
        print(*_one(height, width, options.cut, options.batches))
        return
    speeds: dict[str, list[float]] = {"given-back": [], "kept": []}
    most = dict.fromkeys(speeds, 0.0)
    shown = [f"--size={options.size}", f"--cut={options.cut}", f"--batches={options.batches}"]
    for _ in range(options.rounds):
        for way, found in speeds.items():
            command = [sys.executable, "-m", "benchmarks.features", f"--one={way}", *shown]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            speed, memory = (float(word) for word in told.split())
            found.append(speed)
            most[way] = max(most[way], memory)
    for way, found in speeds.items():
        middle = statistics.median(found)
        print(f"{way:>10}: {middle:5.1f} pictures a second (median), {most[way]:,.0f} MB at most")
    ratios = [b / a for a, b in zip(speeds["given-back"], speeds["kept"], strict=True)]
    print(f"     ratio: {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


def _one(height: int, width: int, cut: int, batches: int) -> tuple[float, float]:
    """Return pictures a second and the most memory in MB."""
    front = Front(load_trunk("lite2"), cut)
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (_BATCH, height, width, 3), np.uint8)
    embed(front, images)
    start = time.perf_counter()
    for _ in range(batches):
        embed(front, images)
    speed = batches * _BATCH / (time.perf_counter() - start)
    return speed, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
