"""Which device and precision a run uses; Hugging Face Accelerate does the work.

Under ``torchrun`` or ``accelerate launch`` each process takes its share of every batch.
"""

import os
from collections.abc import Callable
from typing import Final

import torch
from accelerate import Accelerator, PartialState
from accelerate.state import AcceleratorState

from trainer.network_settings import Training
from trainer.precision import has_bf16

_PLAIN: Final = "no"
"""Accelerate's word for 32 bits everywhere."""
_PROCESSES: Final = "WORLD_SIZE"
"""The variable in which torchrun and ``accelerate launch`` tell how many processes there are."""


def accelerator_for(training: Training, tell: Callable[[str], None]) -> Accelerator:
    """Return the engine that places, multiplies and, in several processes, averages.

    Args:
        training: ``precision``.
        tell: Takes a sentence where the machine cannot do as the recipe says.
    """
    AcceleratorState._reset_state()  # an earlier run in this process may have another precision
    return Accelerator(mixed_precision=_precision(training, tell), cpu=_several_without_gpu())


def processes() -> PartialState:
    """Return which of the run's processes this is, before there is an accelerator."""
    return PartialState(cpu=_several_without_gpu())


def _several_without_gpu() -> bool:
    """Return whether ``torchrun`` started several processes where there is no GPU.

    Accelerate takes them for one process each, unless it is told that they are on the CPU.
    """
    return int(os.environ.get(_PROCESSES, "1")) > 1 and not torch.cuda.is_available()


def _precision(training: Training, tell: Callable[[str], None]) -> str:
    wanted = training.precision
    if wanted == "fp32":
        return _PLAIN
    if torch.cuda.is_available():
        if wanted == "bf16" and not torch.cuda.is_bf16_supported():
            tell("This GPU has no bf16; the run goes on in fp32.")
            return _PLAIN
        return wanted
    if not has_bf16():
        tell(f"This processor has no bf16, and {wanted} would be slower; the run is in fp32.")
        return _PLAIN
    if wanted == "fp16":
        tell("fp16 needs a GPU; the run is in bf16.")
    return "bf16"
