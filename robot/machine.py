"""What this machine can do: memory, disk, cores, and two quick measurements of its speed."""

import os
import re
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from nlu.processor_cores import threads_or_physical_cores

T = TypeVar("T")

MEMORY_INFORMATION = Path("/proc/meminfo")
PROCESSOR_INFORMATION = Path("/proc/cpuinfo")
USEFUL_FEATURES = ("sse3", "avx", "avx2", "fma", "f16c", "avx512f", "avx512_vnni", "avx_vnni")
USEFUL_FEATURES_OF_ARM = ("asimd", "asimdhp", "asimddp", "i8mm", "bf16", "sve")

READ_S = 0.3
READ_BYTES = 256 << 20
"""Together over all threads: far more than the caches of a robot's board hold."""
MULTIPLY_S = 0.2
MATRIX_SIZE = 512


@dataclass(frozen=True, slots=True)
class Machine:
    """Sizes in MiB, bandwidth in 10^9 bytes a second."""

    memory_mb: int
    available_mb: int
    """What programs can have now without swapping."""
    free_disk_mb: int
    cores: int
    """Physical ones that this process may use."""
    features: tuple[str, ...]
    """Instruction sets that llama.cpp and PyTorch use."""
    bandwidth_gb_s: float
    """Memory read, by all cores together."""
    gflops: float
    """Products and sums of float32 matrices, in 10^9 a second."""
    load: float = 0.0
    """Programs that wanted to run, on the average of the minute before the measurement."""


def look_at(models_folder: Path) -> Machine:
    """Read and measure; takes half a second. `models_folder` need not exist yet."""
    cores = threads_or_physical_cores(0)
    total_mb, available_mb = read_memory_mb(MEMORY_INFORMATION)
    load = os.getloadavg()[0]
    read_bytes = min(READ_BYTES, (available_mb or 2_048) << 17)  # an eighth, on small boards
    return Machine(
        memory_mb=total_mb,
        available_mb=available_mb,
        free_disk_mb=shutil.disk_usage(_existing(models_folder)).free >> 20,
        cores=cores,
        features=read_features(PROCESSOR_INFORMATION),
        bandwidth_gb_s=measure_bandwidth_gb_s(cores, read_bytes),
        gflops=measure_gflops(cores),
        load=load,
    )


def read_memory_mb(information: Path) -> tuple[int, int]:
    """Total and available memory in MiB from Linux's `/proc/meminfo`; zeros when it is silent."""
    try:
        text = information.read_text("ascii")
    except OSError:
        return 0, 0
    kilobytes = {key: int(value) for key, value in re.findall(r"^(\w+):\s+(\d+) kB", text, re.M)}
    return kilobytes.get("MemTotal", 0) >> 10, kilobytes.get("MemAvailable", 0) >> 10


def read_features(information: Path) -> tuple[str, ...]:
    """Instruction sets of the first processor in Linux's `/proc/cpuinfo`."""
    try:
        text = information.read_text("utf-8", errors="replace")
    except OSError:
        return ()
    line = re.search(r"^(?:flags|Features)\s*:(.*)$", text, re.M)
    found = set(line[1].split()) if line else set()
    return tuple(name for name in USEFUL_FEATURES + USEFUL_FEATURES_OF_ARM if name in found)


def measure_bandwidth_gb_s(threads: int, n_bytes: int, for_s: float = READ_S) -> float:
    """Bytes of memory read by all cores together, in 10^9 a second, over arrays of `n_bytes`.

    Reading is what a language model does all day. numpy lets other threads run meanwhile; other
    programs on the machine make it less.
    """
    arrays = [np.ones(max(1, n_bytes // 8 // threads)) for _ in range(threads)]

    def read(array: NDArray[np.float64]) -> int:
        n_read, end_s = 0, time.perf_counter() + for_s
        while time.perf_counter() < end_s:
            array.max()
            n_read += array.nbytes
        return n_read

    return _rate(read, arrays, for_s)


def measure_gflops(threads: int, for_s: float = MULTIPLY_S) -> float:
    """Products and sums of float32 matrices on all cores, in 10^9 a second."""
    matrices = [np.ones((MATRIX_SIZE, MATRIX_SIZE), np.float32) for _ in range(threads)]

    def multiply(matrix: NDArray[np.float32]) -> int:
        n_operations, end_s = 0, time.perf_counter() + for_s
        while time.perf_counter() < end_s:
            np.matmul(matrix, matrix)
            n_operations += 2 * MATRIX_SIZE**3
        return n_operations

    return _rate(multiply, matrices, for_s)


def _rate(work: Callable[[T], int], shares: list[T], for_s: float) -> float:
    """What `work` counts on all `shares` at once, in 10^9 a second."""
    with ThreadPoolExecutor(len(shares)) as pool:
        began_s = time.perf_counter()
        done = sum(pool.map(work, shares))
        took_s = max(time.perf_counter() - began_s, for_s)
    return done / took_s / 1e9


def _existing(folder: Path) -> Path:
    """`folder`, or the nearest folder above it that is there."""
    folder = folder.expanduser().absolute()
    return next(path for path in (folder, *folder.parents) if path.exists())
