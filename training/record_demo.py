"""Record the demo's side of the conversation: a voice that was not trained on.

python -m training.record_demo
"""

from pathlib import Path

import numpy as np
import soundfile

from audio.sound import SAMPLE_RATE_HZ
from tests.speech import PAUSE_S, pause, say
from training.pocket_whisper.voices import DEVELOPMENT_VOICES

RECORDING = Path(__file__).resolve().parent.parent / "robot" / "demo" / "conversation.flac"

LINES = (
    ("en-us", "hello sori", PAUSE_S),
    ("en-us", "who are you", PAUSE_S),
    ("en-us", "walk forward two meters then wave", 13.0),
    ("ko", "왼쪽으로 구십 도 돌아", 6.0),
    ("en-us", "walk forward three meters", PAUSE_S),
    ("en-us", "yes please", 3.0),
    ("en-us", "stop", 3.0),
    ("ko", "인사해", 6.0),
    ("en-us", "how much battery do you have", PAUSE_S),
    ("en-us", "how are you today", PAUSE_S),
    ("ko", "농담 하나 해 줘", PAUSE_S),
    ("ko", "고마워 잘 자", PAUSE_S),
)
"""Language, words, and the pause after them in seconds: long enough for the end of speech to be
believed, and for the body to do what it was asked for; the stop comes in the middle of a walk."""


def main() -> None:
    """Write the recording as 16-bit FLAC, after a second of silence."""
    voice = DEVELOPMENT_VOICES[0]
    pieces = [pause()]
    for language, words, after_s in LINES:
        pieces += [say(words, f"{language}+{voice}"), pause(after_s)]
    RECORDING.parent.mkdir(exist_ok=True)
    soundfile.write(RECORDING, np.concatenate(pieces), SAMPLE_RATE_HZ, subtype="PCM_16")
    print(f"{RECORDING}: {len(LINES)} lines, {sum(map(len, pieces)) / SAMPLE_RATE_HZ:.0f} s")


if __name__ == "__main__":
    main()
