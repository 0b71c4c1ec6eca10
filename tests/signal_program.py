"""`python -m tests.signal_program HOW`: a program under `Signals`; it tells what it is made do."""

import hashlib
import sys
import threading

from robot.live.signals import Reactions, Signals


def tell(event: str) -> None:
    sys.stdout.write(f"{event}\n")
    sys.stdout.flush()


def main(how: str) -> None:
    ended = threading.Event()

    def stop_motion() -> None:
        tell("motion")
        if how == "broken":
            raise RuntimeError("the body is gone")

    def end() -> None:
        tell("end")
        if how not in ("hanging", "slow"):
            ended.set()

    reload = None if how == "terminal" else lambda: tell("reload")
    reactions = Reactions(stop_motion, lambda: tell("sound"), end, reload)
    with Signals(reactions, ends_within_s=0.3 if how == "hanging" else 30.0):
        tell("begun")
        if how == "computing":
            # One long step of the main thread, as an engine's: no handler of Python runs in it.
            hashlib.pbkdf2_hmac("sha256", b"", b"", 300_000)
            tell("computed")
        ended.wait()
    tell("over")


if __name__ == "__main__":
    main(sys.argv[1])
