"""Whether Sori's ear understands Sori's voice, and how fast."""

import time
from contextlib import closing

from audio.recognition.transcriber import Transcriber
from audio.resample import resample
from audio.sound import SAMPLE_RATE_HZ, Utterance
from audio.synthesizer import Synthesizer
from config.settings import Settings
from robot.assemble import transcriber
from robot.health.finding import Finding, RecognitionNumbers

SELF_TEST_TEXT = "hello sori"
SLOW_FACTOR = 1.0


def check_recognition(settings: Settings) -> Finding:
    """The robot's own voice must be understood by its own ear. Raises what either fails with."""
    began_s = time.monotonic()
    ear: Transcriber = transcriber(settings)
    loading_s = time.monotonic() - began_s
    utterance = _own_voice(settings)

    def recognise() -> str:
        return ear.transcribe(utterance, lambda odds, _: max(odds, key=odds.__getitem__)).text

    recognise()  # the first time, memory is still being laid out
    began_s = time.monotonic()
    heard = recognise()
    took_s = time.monotonic() - began_s
    factor = took_s / utterance.end_s
    numbers = RecognitionNumbers(
        round(loading_s, 2), round(utterance.end_s, 2), round(took_s, 3), round(factor, 3)
    )
    model = settings.recognition.model
    speed = f"{utterance.end_s:.1f} s of sound in {took_s:.2f} s ({factor:.2f} of real time)"
    if heard != SELF_TEST_TEXT:
        return Finding(
            "recognition",
            "warning",
            f"{model} heard “{heard}” instead of “{SELF_TEST_TEXT}”; {speed}",
            "It works, but not well for this voice: a larger model hears better"
            " (`sori models recommend`).",
            numbers,
        )
    if factor > SLOW_FACTOR:
        remedy = "It cannot keep up with talking: choose a smaller model (`sori models recommend`)."
        return Finding("recognition", "warning", f"{model}: {speed}", remedy, numbers)
    return Finding("recognition", "ok", f"{model} heard “{heard}”; {speed}", numbers=numbers)


def _own_voice(settings: Settings) -> Utterance:
    with closing(Synthesizer.load(settings.speech)) as synthesizer:
        sound = synthesizer.render(SELF_TEST_TEXT, "en")
    samples = resample(sound.samples, sound.rate_hz, SAMPLE_RATE_HZ)
    return Utterance(samples, 0.0, len(samples) / SAMPLE_RATE_HZ, 1.0, 0.0)
