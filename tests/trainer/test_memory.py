"""What tensors leave behind is there for the next ones."""

import subprocess
import sys

import pytest

_PROGRAM = """
import resource, sys
import numpy as np
from trainer.memory import keep_freed_memory
if sys.argv[1] == "kept":
    assert keep_freed_memory()
np.ones(8_000_000)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    np.ones(8_000_000)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def _pages_cleared(way: str) -> int:
    command = [sys.executable, "-c", _PROGRAM, way]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only glibc can be told to keep freed memory"
)
def test_the_system_clears_no_pages_anew_for_what_was_freed_just_before() -> None:
    assert _pages_cleared("kept") < _pages_cleared("given back") / 10
