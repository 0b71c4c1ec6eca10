"""How many threads are worth having: one for each physical core this process may use."""

import os
from pathlib import Path

_TOPOLOGY = Path("/sys/devices/system/cpu")


def threads_or_physical_cores(threads: int, topology: Path = _TOPOLOGY) -> int:
    """`threads`, or one for each physical core when it is 0.

    Two hardware threads of one core share the arithmetic units that llama.cpp keeps busy, so a
    second one makes it slower. Where the machine tells nothing, every processor counts.
    """
    if threads > 0:
        return threads
    processors = os.sched_getaffinity(0)
    cores = {_core_of(processor, topology) for processor in processors}
    return max(1, len(cores))


def _core_of(processor: int, topology: Path) -> str:
    siblings = topology / f"cpu{processor}" / "topology" / "thread_siblings_list"
    try:
        return siblings.read_text(encoding="ascii").strip()
    except OSError:
        return f"{processor}"
