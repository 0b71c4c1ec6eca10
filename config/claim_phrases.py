"""Words by which a reply claims or promises a motion: one file a language in `phrases/claims/`.

A file has verbs in several forms and, for each form, the frames in which it becomes a claim:
the form `did` = "waved" in the frame "i {often}{verb}". Everything is a regular expression.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from config.errors import ConfigurationError
from config.load import CONFIG_DIRECTORY, read_text

CLAIMS_FOLDER = CONFIG_DIRECTORY / "phrases" / "claims"

Sentences = Annotated[tuple[str, ...], Meta(min_length=1)]
Kinds = Annotated[tuple[str, ...], Meta(min_length=1)]


class ClaimVerb(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Verbs of one meaning."""

    kinds: Kinds
    """Actions one of which makes the claim true."""
    forms: Mapping[str, str]
    unless: str = ""
    """What may not follow."""


class ClaimPattern(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A claim that fits no frame."""

    kinds: Kinds
    pattern: str


class ClaimBook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language."""

    honest: Sentences
    """Said in the place of a claimed motion."""
    honest_device: Sentences
    """In the place of a claimed change of light, voice or face."""
    innocent: tuple[str, ...]
    """A clause with one of these claims nothing."""
    innocent_questions: tuple[str, ...]
    """What a person said when the answer is a quotation: a translation, a story."""
    spellings: Mapping[str, str] = {}
    """Written otherwise: "i'm" is "i am"."""
    parts: Mapping[str, str] = {}
    """Named pieces of frames, patterns and innocent ones."""
    frames: Mapping[str, tuple[str, ...]] = {}
    """Form -> frames with `{verb}`."""
    promises: tuple[str, ...] = ()
    """Forms that only the one who speaks can mean, whoever else the clause names."""
    others: str = ""
    """Somebody else who does it; what the clause says with other forms is then innocent."""
    verb: tuple[ClaimVerb, ...] = ()
    claim: tuple[ClaimPattern, ...] = ()
    denials: tuple[str, ...] = ()
    """What says that Sori has no body, which is not true where it has one."""
    able: tuple[str, ...] = ()
    """Said in the place of such a denial; there must be one where there are denials."""


def load_claim_phrases(
    folder: Path = CLAIMS_FOLDER, languages: Sequence[str] | None = None
) -> dict[str, ClaimBook]:
    """Read the files of `languages`, or of all; ConfigurationError names the file and the fault."""
    books: dict[str, ClaimBook] = {}
    for file in sorted(folder.glob("*.toml")):
        if languages is not None and file.stem not in languages:
            continue
        try:
            book = msgspec.convert(tomllib.loads(read_text(file, "phrase file")), ClaimBook)
            _check(book)
        except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
            raise ConfigurationError(f"{file}: this file cannot be used: {error}.") from error
        except (re.error, KeyError, ValueError) as error:
            raise ConfigurationError(f"{file}: a pattern cannot be used: {error}.") from error
        books[file.stem] = book
    return books


def patterns(book: ClaimBook) -> list[tuple[str, Kinds, str]]:
    """Every claim as (form, kinds, regular expression)."""
    found = [("", claim.kinds, filled(claim.pattern, book)) for claim in book.claim]
    for verb in book.verb:
        unless = f"(?!{verb.unless})" if verb.unless else ""
        for form, words in verb.forms.items():
            for before, after in _joined(book.frames[form]):
                pattern = f"(?:{before})(?:{words}){unless}{after}"
                found.append((form, verb.kinds, filled(pattern, book)))
    return found


def _joined(frames: Sequence[str]) -> list[tuple[str, str]]:
    """Frames as what stands before and after the verb; those with the same end are one."""
    before: dict[str, list[str]] = {}
    for frame in frames:
        start, end = frame.split("{verb}")
        before.setdefault(end, []).append(start)
    return [("|".join(starts), end) for end, starts in before.items()]


def filled(pattern: str, book: ClaimBook) -> str:
    """`pattern` with its named pieces."""
    return re.sub(r"\{([a-z_]+)\}", lambda name: book.parts[name[1]], pattern)


def _check(book: ClaimBook) -> None:
    for _, _, pattern in patterns(book):
        re.compile(pattern)
    for pattern in (*book.innocent, *book.innocent_questions, book.others):
        re.compile(filled(pattern, book))
