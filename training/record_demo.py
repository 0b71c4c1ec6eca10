"""Record the demo's side of the conversation: a voice that was not trained on.

python -m training.record_demo
"""

from pathlib import Path

import numpy as np
import soundfile

from audio.sound import SAMPLE_RATE_HZ
from tests.speech import pause, say
from training.pocket_whisper.voices import DEVELOPMENT_VOICES

RECORDING = Path(__file__).resolve().parent.parent / "robot" / "demo" / "conversation.flac"

LINES = (
    ("en-us", "hello sori"),
    ("en-us", "who are you"),
    ("ko", "너는 누구야"),
    ("ko", "뭐 할 수 있어"),
    ("en-us", "how does speech recognition work"),
    ("en-us", "wave your hand"),
    ("ko", "농담 하나 해 줘"),
    ("ko", "고마워 잘 자"),
)
"""Language and words; pauses between are long enough for the end of speech to be believed."""


def main() -> None:
    """Write the recording as 16-bit FLAC, after a second of silence."""
    voice = DEVELOPMENT_VOICES[0]
    pieces = [pause()]
    for language, words in LINES:
        pieces += [say(words, f"{language}+{voice}"), pause()]
    RECORDING.parent.mkdir(exist_ok=True)
    soundfile.write(RECORDING, np.concatenate(pieces), SAMPLE_RATE_HZ, subtype="PCM_16")
    print(f"{RECORDING}: {len(LINES)} lines, {sum(map(len, pieces)) / SAMPLE_RATE_HZ:.0f} s")


if __name__ == "__main__":
    main()
