"""The programs that test_steady_*.py run on a virtual card: `python -m tests.steady_program`.

Each prints one JSON object a line, and ends when its input does.
"""

import sys
import threading
import time

import numpy as np

from audio.device_changes import DeviceChange, DeviceFound, DeviceLost
from audio.sound import SAMPLE_RATE_HZ
from audio.steady_microphone import SteadyMicrophone
from audio.steady_speaker import SteadySpeaker
from config.settings import DeviceSettings
from tests.live_program import tell, tone

LOUD = 0.05


def tell_change(change: DeviceChange) -> None:
    match change:
        case DeviceLost(part, reason):
            tell(event="lost", part=part, reason=reason, at_s=time.time())
        case DeviceFound(part, name):
            tell(event="found", part=part, name=name, at_s=time.time())


def hear_on(microphone_name: str) -> None:
    """Tell of every change, and of the first block after each; loud sound is told, too."""
    microphone = SteadyMicrophone(DeviceSettings(microphone=microphone_name), tell_change)

    def close_at_the_end() -> None:
        sys.stdin.read()
        microphone.close()

    threading.Thread(target=close_at_the_end, daemon=True).start()
    was_lost, was_loud, turned_s, slowest_s, samples = True, False, time.monotonic(), 0.0, 0
    for block in microphone.blocks():
        now_s = time.monotonic()
        slowest_s, turned_s = max(slowest_s, now_s - turned_s), now_s
        samples += len(block)
        is_loud = bool((np.abs(block) > LOUD).any())
        if is_loud and not was_loud:
            tell(event="loud", at_s=time.time(), heard_s=samples / SAMPLE_RATE_HZ)
        was_loud = is_loud or (was_loud and not len(block))
        if len(block) and was_lost:
            tell(event="hears", at_s=time.time(), dropped=microphone.dropped_blocks)
        was_lost = microphone.is_lost or (was_lost and not len(block))
    tell(
        event="closed",
        reopened=microphone.reopened,
        dropped=microphone.dropped_blocks,
        slowest_s=slowest_s,
    )


def say_on(speaker_name: str) -> None:
    """For every line of input a voice that says a tone of two seconds; tell what was heard."""
    speaker = SteadySpeaker(DeviceSettings(speaker=speaker_name), tell_change)
    for _ in sys.stdin:
        voice = speaker.voice()
        tell(event="says", lost=speaker.is_lost)
        began_s = time.monotonic()
        voice.play(tone(1.0))
        voice.play(tone(1.0))
        voice.finish()
        took_s = time.monotonic() - began_s
        tell(event="said", heard_s=voice.heard_s, clauses=voice.heard_clauses, took_s=took_s)
    tell(event="closed", reopened=speaker.reopened)
    speaker.close()


if __name__ == "__main__":
    {"hear": hear_on, "say": say_on}[sys.argv[1]](sys.argv[2])
