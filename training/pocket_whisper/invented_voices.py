"""Random espeak-ng voices, so that the recogniser hears far more speakers than espeak-ng ships.

A recogniser that has met seventy voices fails on the seventy-first (a high voice with an echo gave
96 % errors in Korean). Voice files are short texts, so this draws hundreds: pitch, formants, echo,
breath, roughness and synthesiser at random. The format is that of docs/voices.md of espeak-ng.
"""

import functools
import os
import random
import shutil
import subprocess
from pathlib import Path

from training.scratch import SCRATCH

N_INVENTED_VOICES = 700
_VOICES_A_FOLDER = 100  # espeak-ng lists at most 349 files, 131 of them languages
_N_FORMANTS = 9  # 0 is the voice bar, 1-3 carry the vowels, the rest colour the voice
INVENTED_PREFIX = "sori"


def invented_voice(number: int) -> str:
    """The text of the voice file of a number; the same number gives the same voice."""
    rng = random.Random(f"invented voice {number}")
    lowest_hz = round(
        rng.choice((rng.uniform(50, 110), rng.uniform(90, 200), rng.uniform(150, 230)))
    )
    lines = ["language variant", f"name {INVENTED_PREFIX}{number}"]
    lines.append(f"pitch {lowest_hz} {round(lowest_hz * rng.uniform(1.15, 1.9))}")
    if rng.random() < 0.25:
        lines.append(f"echo {rng.randint(10, 140)} {rng.randint(10, 70)}")
    if rng.random() < 0.2:
        lines.append(f"klatt {rng.randint(1, 5)}")
    tract = rng.uniform(85, 135)  # per cent: a short vocal tract moves every formant up
    for formant in range(_N_FORMANTS):
        frequency = round(tract * rng.uniform(0.93, 1.08))
        height, width = rng.randint(60, 160), rng.randint(65, 180)
        lines.append(f"formant {formant} {frequency} {height} {width}")
    lines.append(f"intonation {rng.randint(1, 4)}")
    lines.append(f"flutter {rng.randint(0, 12)}")
    lines.append(f"roughness {rng.choice((0, 0, 1, 2, 4, 6))}")
    if rng.random() < 0.6:
        lines.append(f"voicing {rng.randint(35, 150)}")
    if rng.random() < 0.6:
        lines.append(f"consonants {rng.randint(60, 140)} {rng.randint(20, 140)}")
    if rng.random() < 0.3:
        lines.append("breath " + " ".join(str(rng.randint(0, 14)) for _ in range(8)))
        lines.append("breathw " + " ".join(str(rng.randint(100, 500)) for _ in range(8)))
    if rng.random() < 0.3:
        lines.append("stressAmp " + " ".join(str(rng.randint(10, 24)) for _ in range(8)))
    if rng.random() < 0.2:
        levels = [rng.randint(60, 255) for _ in range(3)]
        lines.append(f"tone 100 {levels[0]} 1000 {levels[1]} 2500 {levels[2]}")
    return "\n".join(lines) + "\n"


def espeak_folder(name: str) -> Path:
    """The folder to give espeak-ng as `--path` for an invented voice; made at first use."""
    return _folder(int(name.removeprefix(INVENTED_PREFIX)) // _VOICES_A_FOLDER)


@functools.cache
def _folder(part: int) -> Path:
    """A copy of espeak-ng's data with a part of the invented voices instead of its own variants."""
    folder = SCRATCH / f"espeak-{part}"
    if folder.exists():
        return folder
    version = subprocess.run(["espeak-ng", "--version"], capture_output=True, check=True, text=True)
    source = Path(version.stdout.rsplit("Data at:", 1)[1].strip())
    partial = SCRATCH / f"espeak-{part}.{os.getpid()}"
    data = partial / "espeak-ng-data"
    shutil.copytree(source, data, ignore=shutil.ignore_patterns("!v"))
    (data / "voices" / "!v").mkdir()
    for number in range(part * _VOICES_A_FOLDER, (part + 1) * _VOICES_A_FOLDER):
        path = data / "voices" / "!v" / f"{INVENTED_PREFIX}{number}"
        path.write_text(invented_voice(number), encoding="ascii")
    try:
        partial.rename(folder)
    except OSError:  # another process was faster
        shutil.rmtree(partial)
    return folder


def invented_voice_name(rng: random.Random) -> str:
    """One of the invented voices, as espeak-ng names it."""
    return f"{INVENTED_PREFIX}{rng.randrange(N_INVENTED_VOICES)}"
