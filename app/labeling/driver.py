"""What the NVIDIA driver says of itself, asked through its own library and nothing else."""

import ctypes
import sys
from dataclasses import dataclass

NAME_LENGTH = 256
"""Room for a GPU's name; the driver's own tools use as much."""

NO_DEVICE = 100
"""CUDA_ERROR_NO_DEVICE: a driver, but no GPU that it drives."""


@dataclass(frozen=True, slots=True)
class Driver:
    """An answer of the NVIDIA driver.

    Attributes:
        gpus: the names of the GPUs, in its order; empty: none can be used.
        installed: whether there is a driver library at all.
        details: what went wrong, in the words of the system.
    """

    gpus: tuple[str, ...]
    installed: bool
    details: tuple[str, ...] = ()


def ask_driver() -> Driver:
    """Asks the driver for its GPUs; takes some hundred milliseconds where there is one."""
    name = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
    try:
        cuda = ctypes.CDLL(name)
    except OSError as error:
        return Driver((), installed=False, details=(str(error),))
    status = cuda.cuInit(0)
    if status == NO_DEVICE:
        return Driver((), installed=True)
    if status:
        return Driver((), installed=True, details=(f"cuInit: CUDA error {status}",))
    count = ctypes.c_int()
    cuda.cuDeviceGetCount(ctypes.byref(count))
    return Driver(tuple(_name(cuda, ordinal) for ordinal in range(count.value)), installed=True)


def _name(cuda: ctypes.CDLL, ordinal: int) -> str:
    device = ctypes.c_int()
    text = ctypes.create_string_buffer(NAME_LENGTH)
    if cuda.cuDeviceGet(ctypes.byref(device), ordinal):
        return "NVIDIA GPU"
    if cuda.cuDeviceGetName(text, NAME_LENGTH, device):
        return "NVIDIA GPU"
    return text.value.decode(errors="replace") or "NVIDIA GPU"
