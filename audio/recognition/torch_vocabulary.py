"""Whisper's tokens: the prompt, the languages, and what may be said."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from whisper.tokenizer import LANGUAGES, Tokenizer, get_tokenizer

from audio.errors import RecognitionError
from audio.recognition.scripts import tokens_in_scripts

ENGLISH_ONLY_TOKENS = 51_864
"""Vocabulary of the `.en` models."""
MULTILINGUAL_TOKENS = (51_865, 51_866)
"""With 99 languages, and with Cantonese too (large-v3, turbo)."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Token numbers of one model."""

    tokenizer: Tokenizer
    languages: tuple[str, ...]
    language_tokens: tuple[int, ...]
    """Of `languages`, in their order; empty for a model of English only."""
    start: int
    """`<|startoftranscript|>`."""
    end: int
    """`<|endoftext|>`, the first number after the text tokens."""
    no_speech: int
    not_first: frozenset[int]
    """A text may not begin with a blank or its end (`SuppressBlank` in whisper)."""

    def prompt(self, language: str) -> list[int]:
        """What the decoder is told after `start`: language, transcribe, no timestamps.

        Raises RecognitionError for a language the model does not know.
        """
        if language not in self.languages:
            raise RecognitionError(
                f"The speech model knows no language {language!r}; see `served` under [language]."
            )
        no_timestamps = int(self.tokenizer.no_timestamps)
        if not self.language_tokens:
            return [no_timestamps]
        token = self.language_tokens[self.languages.index(language)]
        return [token, int(self.tokenizer.transcribe), no_timestamps]

    def text(self, tokens: Sequence[int]) -> str:
        """The words that text tokens spell."""
        return str(self.tokenizer.decode([*tokens])).strip()

    def sayable(self, scripts: tuple[str, ...] | None) -> list[int]:
        """Tokens that may be said, in order, the end token last.

        Text tokens without those Whisper itself suppresses (music notes, speaker tags), and only
        those that can be part of `scripts`; None means any.
        """
        encoding = self.tokenizer.encoding
        texts = [encoding.decode_single_token_bytes(token) for token in range(self.end)]
        fitting = range(self.end) if scripts is None else tokens_in_scripts(texts, scripts)
        suppressed = frozenset(self.tokenizer.non_speech_tokens)
        return [token for token in fitting if token not in suppressed] + [self.end]


def of_size(n_vocab: int) -> Vocabulary | None:
    """The vocabulary of a model with `n_vocab` tokens; None when Whisper has none of that size."""
    multilingual = n_vocab in MULTILINGUAL_TOKENS
    if not multilingual and n_vocab != ENGLISH_ONLY_TOKENS:
        return None
    n_languages = n_vocab - MULTILINGUAL_TOKENS[0] + 99 if multilingual else 99
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # whisper leaves its token file open
        tokenizer = get_tokenizer(multilingual, num_languages=n_languages)
    languages = tuple(LANGUAGES)[:n_languages] if multilingual else ("en",)
    start = int(tokenizer.sot)
    return Vocabulary(
        tokenizer=tokenizer,
        languages=languages,
        language_tokens=tuple(range(start + 1, start + 1 + n_languages)) if multilingual else (),
        start=start,
        end=int(tokenizer.eot),
        no_speech=int(tokenizer.no_speech),
        not_first=frozenset([*tokenizer.encode(" "), tokenizer.eot]),
    )
