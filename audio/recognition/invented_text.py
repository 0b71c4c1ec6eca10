"""Text that Whisper invents when nobody speaks: thanks for watching, subtitle credits."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import msgspec

from config.errors import ConfigurationError
from config.settings import RecognitionSettings

_DOUBTFUL_VOICED_SHARE = 0.4
"""Under this, much of the utterance was no voice."""
_DOUBTFUL_NO_SPEECH = 0.3
_DOUBTFUL_LOG_PROBABILITY = -0.7
"""Short real speech is mostly over this, invented text mostly under it."""
_HOPELESS_UNDER_LIMIT = 1.0
"""So far under the limit of the settings a text is wrong, however much voice there was."""


class InventedPhrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Known inventions, in any language."""

    whole: frozenset[str]
    """Sentences that are a whole invented text."""
    parts: frozenset[str]
    """Words that give a subtitle credit away wherever they stand."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against an utterance having been speech."""

    voiced_share: float
    """Share 0..1 of voiced frames."""
    no_speech_probability: float
    average_log_probability: float


def load(path: Path) -> InventedPhrases:
    """Read `config/phrases/invented.toml`: `parts`, and lists of whole sentences by language."""
    try:
        lists = msgspec.convert(tomllib.loads(path.read_text("utf-8")), dict[str, list[str]])
    except (OSError, ValueError) as error:  # wrong TOML, encoding and types are all ValueErrors
        raise ConfigurationError(
            f"The list of invented phrases {path} cannot be used ({error}); restore it."
        ) from error
    parts = frozenset(map(plain, lists.pop("parts", [])))
    whole = frozenset(plain(phrase) for phrases in lists.values() for phrase in phrases)
    return InventedPhrases(whole=whole - {""}, parts=parts - {""})


def reason(
    text: str, evidence: Evidence, phrases: InventedPhrases, settings: RecognitionSettings
) -> str | None:
    """Why `text` is not believed to have been said, as a reason code, or None.

    A listed phrase never rejects alone: with a clear voice and good scores somebody said it.
    """
    doubtful = (
        evidence.voiced_share < _DOUBTFUL_VOICED_SHARE
        or evidence.no_speech_probability > _DOUBTFUL_NO_SPEECH
    )
    log_probability = evidence.average_log_probability
    unlikely = log_probability < settings.min_log_probability
    if not plain(text):
        return "empty"
    if evidence.voiced_share < settings.min_voiced_share:
        return "no_voice"
    if evidence.no_speech_probability > settings.max_no_speech and unlikely:
        return "no_speech"
    if is_listed(text, phrases) and (doubtful or log_probability < _DOUBTFUL_LOG_PROBABILITY):
        return "invented_phrase"
    hopeless = log_probability < settings.min_log_probability - _HOPELESS_UNDER_LIMIT
    if hopeless or (unlikely and doubtful):
        return "low_probability"
    return None


def is_listed(text: str, phrases: InventedPhrases) -> bool:
    """True when every sentence of `text` is a known invention, or a credit stands in it."""
    whole = plain(text)
    if whole in phrases.whole or any(part in whole for part in phrases.parts):
        return True
    sentences = [plain(sentence) for sentence in re.split(r"[.!?…。！？\n]", text)]
    spoken = [sentence for sentence in sentences if sentence]
    return bool(spoken) and all(sentence in phrases.whole for sentence in spoken)


def plain(text: str) -> str:
    """Letters and digits in lower case, single spaces between words."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.sub(r"[\W_]+", " ", folded).split())
