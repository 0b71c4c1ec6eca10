"""The ear goes first: its thread gets a little of the processor soon, however busy models are."""

import os
import threading

EAR_NICE = -10
"""Ten times the weight of a usual thread; it needs a hundredth of a core. Not real time: that would
go before the robot's own control loops. The unit of `sori service` allows exactly this."""


def go_first() -> bool:
    """Put the calling thread, on Linux it alone, before others; False where that is not allowed.

    Threads and processes that it starts later inherit it: the ear starts none.
    """
    try:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), EAR_NICE)
    except PermissionError:
        return False
    return True
