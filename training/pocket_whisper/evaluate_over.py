"""How stops are read that people say over the robot's own voice, after its canceller.

    python -m training.pocket_whisper.evaluate_over --scenes 16 --model models/pocket-whisper.pt

Voices that are never trained on; rooms and replies of another seed than those of `render_over.py`.
"""

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

from tqdm import tqdm

from audio.recognition import loading
from audio.recognition.partial import PartialRecogniser
from audio.sound import Samples
from config.load import load
from config.model_files import BUILT_IN_DIRECTORY, sha256_of
from nlu.stop_words import StopWords
from robot.stop_ear import SURE
from training.pocket_whisper.render_over import Replies, scene
from training.pocket_whisper.voices import ACCENTS, DEVELOPMENT_VOICES, Speaker

_SEED = 4_242
_WORDS_PER_MINUTE = (130, 200)
LANGUAGES = ("en", "ko")


def heard(scenes: int) -> Iterator[tuple[str, str, Samples]]:
    """Language, text and what is left of it."""
    rng = random.Random(_SEED)
    replies = Replies(rng)
    try:
        for _ in tqdm(range(scenes), unit="scene"):
            for row, left in scene(replies, rng, _speaker, LANGUAGES):
                yield row.language, row.text, left
    finally:
        replies.close()


def _speaker(language: str, rng: random.Random) -> Speaker:
    rate = rng.randint(*_WORDS_PER_MINUTE)
    return Speaker(language, rng.choice(ACCENTS[language]), rng.choice(DEVELOPMENT_VOICES), rate)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=16, help="of two and a half minutes")
    default = BUILT_IN_DIRECTORY / "pocket-whisper.pt"
    parser.add_argument("--model", type=Path, nargs="+", default=[default], help="one or more")
    arguments = parser.parse_args()
    settings = load()
    words = StopWords.load(settings.language.served)
    clips = list(heard(arguments.scenes))
    print("| model | language | said | clips | read as a stop | surely | read word for word |")
    print("|---|---|---|---|---|---|---|")
    for file in arguments.model:
        recogniser = loading.load_partial(
            file, sha256_of(file), settings.recognition, settings.language
        )
        for language in LANGUAGES:
            for said, is_stop in (("stops", True), ("else", False)):
                of_it = [
                    (text, left)
                    for of, text, left in clips
                    if of == language and is_stop == (words.heard_in(text) is not None)
                ]
                cells = _cells(recogniser, words, of_it)
                print(f"| {file.name} | {language} | {said} | {len(of_it)} | {cells} |")


def _cells(
    recogniser: PartialRecogniser, words: StopWords, clips: list[tuple[str, Samples]]
) -> str:
    read_as_stop = sure = exact = 0
    for text, left in clips:
        texts = recogniser.read(left)
        odds = [read.probability for read in texts if words.heard_in(read.text) is not None]
        read_as_stop += bool(odds)
        sure += sum(odds) >= SURE
        exact += bool(texts) and _letters(texts[0].text) == _letters(text)
    return " | ".join(
        f"{100 * count / max(1, len(clips)):.0f} %" for count in (read_as_stop, sure, exact)
    )


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


if __name__ == "__main__":
    main()
