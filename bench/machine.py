"""What a measurement was taken on."""

import os
import platform
import time
from pathlib import Path


def describe() -> str:
    """One line: processor, usable cores, load, system and day."""
    model = platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith(("model name", "Model")):
            model = line.partition(":")[2].strip()
            break
    cores = len(os.sched_getaffinity(0))
    return (
        f"{model}, {cores} cores, load {os.getloadavg()[0]:.1f} at the start,"
        f" {platform.system()} {platform.machine()}, {time.strftime('%Y-%m-%d')}"
    )
