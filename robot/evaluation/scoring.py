"""How far what was heard is from what was said: pure, one clip at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

import jiwer

from robot.evaluation.heard import ClipHeard
from robot.evaluation.manifest import Clip
from robot.evaluation.spelling import Spelling
from robot.evaluation.understanding import Understand


@dataclass(frozen=True, slots=True)
class Tally:
    """Errors of one clip against its reference, in words or in characters."""

    hits: int
    substitutions: int
    deletions: int
    insertions: int

    @property
    def errors(self) -> int:
        """All that would have to be mended."""
        return self.substitutions + self.deletions + self.insertions

    @property
    def reference(self) -> int:
        """Length of what was said."""
        return self.hits + self.substitutions + self.deletions

    @property
    def badness(self) -> float:
        """Errors over what was said, also where nothing was: for ranking."""
        return self.errors / max(1, self.reference)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words where said and heard agree, or do not."""

    kind: str
    """`equal`, `substitute`, `delete` or `insert`, as jiwer says."""
    said: str
    heard: str


@dataclass(frozen=True, slots=True)
class ScoredClip:
    """One clip, what was heard in it, and how wrong that is."""

    clip: Clip
    heard: ClipHeard
    said_words: str
    """What was said, in one spelling; empty when nothing was."""
    heard_words: str
    words: Tally
    characters: Tally
    pieces: tuple[Piece, ...]
    intent_heard: str | None

    @property
    def is_silent(self) -> bool:
        """Whether nothing is said in it: noise, music, silence, or `(laughter)`."""
        return not self.said_words

    @property
    def language_is_right(self) -> bool:
        """Whether words were heard, and in the language that was spoken."""
        return self.heard.language == self.clip.language is not None


def score(
    clip: Clip, heard: ClipHeard, spelling: Spelling, understand: Understand | None
) -> ScoredClip:
    """Compare in the spelling of the language that was spoken, whatever language was heard."""
    said_words = spelling.words(clip.text, clip.language)
    heard_words = spelling.words(heard.text, clip.language)
    words, pieces = align_words(said_words, heard_words)
    characters = count_characters(
        spelling.characters(clip.text, clip.language),
        spelling.characters(heard.text, clip.language),
    )
    wish = None
    if understand is not None and heard.language is not None:
        wish = understand(heard.text, heard.language)
    return ScoredClip(clip, heard, said_words, heard_words, words, characters, pieces, wish)


def align_words(said: str, heard: str) -> tuple[Tally, tuple[Piece, ...]]:
    """Fewest word errors from `said` to `heard`, and where they are."""
    if not said or not heard:
        return _one_sided(len(said.split()), len(heard.split())), _one_piece(said, heard)
    output = jiwer.process_words(said, heard)
    said_list, heard_list = said.split(), heard.split()
    pieces = tuple(
        Piece(
            chunk.type,
            " ".join(said_list[chunk.ref_start_idx : chunk.ref_end_idx]),
            " ".join(heard_list[chunk.hyp_start_idx : chunk.hyp_end_idx]),
        )
        for chunk in output.alignments[0]
    )
    return Tally(output.hits, output.substitutions, output.deletions, output.insertions), pieces


def count_characters(said: str, heard: str) -> Tally:
    """Fewest character errors from `said` to `heard`."""
    if not said or not heard:
        return _one_sided(len(said), len(heard))
    output = jiwer.process_characters(said, heard)
    return Tally(output.hits, output.substitutions, output.deletions, output.insertions)


def worst_first(clips: Sequence[ScoredClip]) -> list[ScoredClip]:
    """Clips with any word error: the largest rate first, of equal rates the most errors."""
    wrong = [clip for clip in clips if clip.words.errors]
    return sorted(wrong, key=lambda c: (-c.words.badness, -c.words.errors, c.clip.file))


def _one_sided(said: int, heard: int) -> Tally:
    """Where one side is empty, everything is missing or invented (jiwer takes no empty texts)."""
    return Tally(hits=0, substitutions=0, deletions=said, insertions=heard)


def _one_piece(said: str, heard: str) -> tuple[Piece, ...]:
    if said:
        return (Piece("delete", said, ""),)
    return (Piece("insert", "", heard),) if heard else ()
