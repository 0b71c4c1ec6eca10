"""Commands that read texts as JSON lines and give one JSON object for each, in order."""

import sys
from collections.abc import Callable

import msgspec

from config.settings import LanguageSettings
from nlu.language_memory import language_of_text
from robot.commands import DONE, SOME_FAILED
from robot.console import Console


class Line(msgspec.Struct, frozen=True):
    """One line of input; other keys are ignored."""

    text: str
    language: str | None = None


def answer_lines(
    languages: LanguageSettings, answer: Callable[[str, str], msgspec.Struct], console: Console
) -> int:
    """Print `answer(text, language)` for each line of stdin; returns the exit code.

    A line that cannot be read is named and skipped; the rest goes on.
    """
    decoder = msgspec.json.Decoder(Line)
    bad = 0
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        if not raw.strip():
            continue
        try:
            line = decoder.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            console.fail(f'line {number}: not a JSON object with "text": {error}')
            bad += 1
            continue
        language = line.language or language_of_text(line.text, languages.served, languages.default)
        text = msgspec.json.encode(answer(line.text, language)).decode()
        console.result(text, text)
    return SOME_FAILED if bad else DONE
