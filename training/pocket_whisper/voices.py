"""Synthetic voices: which ones train the model, which ones only measure it."""

import subprocess
from dataclasses import dataclass

from training.pocket_whisper.invented_voices import INVENTED_PREFIX, espeak_folder

# Forbidden everywhere in this folder (training, tuning, tests): Sori's acceptance tests speak with
# them, and they must meet a model that has never heard them.
RESERVED_VOICES = frozenset(
    (
        "robert",
        "shelby",
        "gustave",
        "iven",
        "travis",
        "zac",
        "linda",
        "m8",
        "f5",
        "boris",
        "awb",
        "kal",
        "kal16",
    )
)

# espeak-ng without a variant: what most programs, and our own tests of the robot, speak with.
PLAIN_VOICE = ""

# Our own held-out voices: never trained on, used by evaluate.py.
DEVELOPMENT_VOICES = ("Michael", "victor", "m3", "f2", "Andrea", "Alicia")

TRAINING_VARIANTS = (
    "adam",
    "Alex",
    "Andy",
    "Annie",
    "Denis",
    "Diogo",
    "Gene",
    "Gene2",
    "Henrique",
    "Hugo",
    "Jacky",
    "Lee",
    "Marco",
    "Mario",
    "Mike",
    "Nguyen",
    "RicishayMax",
    "RicishayMax2",
    "RicishayMax3",
    "anika",
    "antonio",
    "aunty",
    "belinda",
    "benjamin",
    "caleb",
    "david",
    "ed",
    "edward",
    "edward2",
    "f1",
    "f3",
    "f4",
    "grandma",
    "grandpa",
    "john",
    "kaukovalta",
    "klatt",
    "klatt2",
    "klatt3",
    "klatt4",
    "klatt5",
    "klatt6",
    "m1",
    "m2",
    "m4",
    "m5",
    "m6",
    "m7",
    "marcelo",
    "max",
    "michel",
    "miguel",
    "norbert",
    "pablo",
    "paul",
    "pedro",
    "quincy",
    "rob",
    "robosoft",
    "robosoft3",
    "robosoft5",
    "sandro",
    "steph",
    "steph2",
    "steph3",
    "Storm",
    "UniRobot",
)
TRAINING_FLITE_VOICES = ("slt", "rms")
ACCENTS = {
    "en": ("en-us", "en-us", "en-gb", "en-gb", "en-gb-x-rp"),
    "ko": ("ko",),
    "es": ("es", "es-419"),
    "fr": ("fr", "fr-be", "fr-ch"),
    "de": ("de",),
}

assert not RESERVED_VOICES & {*TRAINING_VARIANTS, *TRAINING_FLITE_VOICES, *DEVELOPMENT_VOICES}
assert not set(DEVELOPMENT_VOICES) & set(TRAINING_VARIANTS)


@dataclass(frozen=True)
class Speaker:
    """One way to speak a sentence. Rate in words per minute, pitch 0-99 (espeak-ng scale)."""

    language: str  # such as "ko"
    accent: str  # espeak-ng language such as "en-gb", or "flite"
    variant: str
    rate_wpm: int = 160
    pitch: int = 50


def speak(text: str, speaker: Speaker) -> bytes:
    """Synthesise `text`; returns a complete WAV file (16 bit mono, 22.05 or 16 kHz)."""
    if speaker.variant in RESERVED_VOICES:
        raise ValueError(f"voice {speaker.variant} is reserved for the acceptance tests")
    if speaker.accent == "flite":
        command = ["flite", "-voice", speaker.variant, "-o", "/dev/stdout", "--setf"]
        command += [f"duration_stretch={160 / speaker.rate_wpm:.2f}", "-t", text]
    else:
        voice = f"{speaker.accent}+{speaker.variant}" if speaker.variant else speaker.accent
        command = ["espeak-ng", "-v", voice, "--stdout"]
        if speaker.variant.startswith(INVENTED_PREFIX):
            command.append(f"--path={espeak_folder(speaker.variant)}")
        command += ["-s", str(speaker.rate_wpm), "-p", str(speaker.pitch), "--", text]
    return subprocess.run(command, capture_output=True, check=True).stdout
