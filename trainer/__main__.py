"""Starts the trainer: ``python -m trainer``."""

import sys

from trainer.memory import keep_freed_memory

try:
    keep_freed_memory()
    from trainer.cli import main  # PyTorch takes seconds to load, time enough for a Ctrl+C

    code = main()
except KeyboardInterrupt:
    code = 130  # as main returns it
sys.exit(code)
