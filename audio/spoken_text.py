"""Text made fit to be read aloud: nothing in it can command the speech engine."""

import re
import unicodedata

MAX_CHARACTERS = 1_000
"""About 70 s of speech; a clause is far shorter, so a longer text is a mistake or an attack."""

_TAG = re.compile(r"</?[A-Za-z!?][^<>]*>")
_PHONEMES = re.compile(r"\[{2,}|\]{2,}")
_SPACES = re.compile(r"\s+")
_JOINERS = "\u200c\u200d"  # Persian, Hindi and emoji are spelled with them
_SPEAKABLE = frozenset("LNS")  # letters, numbers, symbols


def spoken_text(text: str) -> str:
    """The part of `text` that can be spoken, in one line, at most MAX_CHARACTERS long.

    Control and formatting characters, lone surrogates, private and unassigned characters, SSML
    tags and espeak's `[[phonemes]]` brackets are dropped. Empty when nothing speakable is left.
    """
    text = unicodedata.normalize("NFC", text[: 8 * MAX_CHARACTERS])
    text = "".join(_allowed(character) for character in text)
    text = _SPACES.sub(" ", _PHONEMES.sub(" ", _TAG.sub(" ", text))).strip()
    if len(text) > MAX_CHARACTERS:
        text = text[: MAX_CHARACTERS + 1].rsplit(" ", 1)[0][:MAX_CHARACTERS]
    return text if speakable_characters(text) else ""


def speakable_characters(text: str) -> int:
    """How many characters of `text` have a sound of their own."""
    return sum(unicodedata.category(character)[0] in _SPEAKABLE for character in text)


def _allowed(character: str) -> str:
    if character in _JOINERS:
        return character
    category = unicodedata.category(character)
    if category == "Cc":
        return " "
    return "" if category[0] == "C" else character
