"""Ends a reply that begins to go in circles, as small models do.

Works on the clauses that are about to be spoken, so nothing waits for it: what came before the
circle is said, and closing the generator stops the model.
"""

from collections.abc import Iterable, Iterator, Sequence

_LEAST_LETTERS = 7
"""A clause with fewer may come twice in good talk: "No, no."; a Hangul syllable counts as two."""
_LONGEST_ROUND = 12
"""Words of the longest group that is looked for."""
_ROUNDS = 3
_LEAST_WORDS = 5
"""What the rounds must come to together: "very, very, very good" is no circle."""


def without_repeats(clauses: Iterable[str]) -> Iterator[str]:
    """`clauses` up to the first that was said before, or up to words that go round three times.

    Of words that go round, the first round is said, as far as it is not said already. Capitals and
    punctuation do not count.
    """
    said: set[str] = set()
    heard: list[str] = []
    for clause in clauses:
        words = clause.split()
        bare = [_bare(word) for word in words]
        whole = " ".join(filter(None, bare))
        if whole in said and _letters(whole) >= _LEAST_LETTERS:
            return
        said.add(whole)
        for count, word in enumerate(bare, start=1):
            if not word:
                continue
            heard.append(word)
            if again := _words_again(heard):
                if kept := _without_last(words[:count], bare[:count], again):
                    yield " ".join(kept)
                return
        yield clause


def _words_again(words: Sequence[str]) -> int:
    """How many of the last words only say again what stands before them; 0 without a circle."""
    for length in range(1, _LONGEST_ROUND + 1):
        rounds = max(_ROUNDS, -(-_LEAST_WORDS // length))
        if len(words) < rounds * length:
            continue
        last = words[-rounds * length :]
        if last[length:] == last[:-length]:
            return (rounds - 1) * length
    return 0


def _without_last(words: list[str], bare: list[str], again: int) -> list[str]:
    """`words` without the last `again` that have letters, and without marks left at their end."""
    end = len(words)
    while end and (again or not bare[end - 1]):
        end -= 1
        again -= bool(bare[end])
    return words[:end]


def _bare(word: str) -> str:
    return "".join(filter(str.isalnum, word)).casefold()


def _letters(text: str) -> int:
    return sum(1 + (not letter.isascii()) for letter in text if letter.isalnum())
