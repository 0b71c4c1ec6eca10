"""Meta's Llama 2 chat template, as token ids, and what must never be said into it.

Exactly `Llama.chat_completion` of meta-llama/llama, llama/generation.py: the system prompt lives
inside the first question, each answered turn is one sequence with BOS and EOS, and the last
question has BOS only. llama-cpp-python's own "llama-2" format differs in blank lines and spaces,
and turns `<s>` typed by a person into a real control token.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from nlu.facts import with_facts

BEGIN_QUESTION, END_QUESTION = "[INST]", "[/INST]"
BEGIN_SYSTEM, END_SYSTEM = "<<SYS>>\n", "\n<</SYS>>\n\n"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The part of a model that turns text into token ids."""

    tokenize: Callable[[str], list[int]]
    """Without BOS, and with control tokens in the text taken as plain text."""
    bos: int
    eos: int


@dataclass(frozen=True, slots=True)
class Exchange:
    """One answered turn: what was said to Sori and what was heard of the reply."""

    user: str
    reply: str
    language: str
    facts: tuple[str, ...] = ()
    """What the model was told beside it; kept, so that the evaluated prompt stays the same."""


def prompt_tokens(
    vocabulary: Vocabulary, system: str, exchanges: Sequence[Exchange], user: str
) -> list[int]:
    """Token ids that ask the model to answer `user` after `exchanges`.

    `system` is trusted; whatever people or the model said is cleaned first.
    """
    asked = (with_facts(turn.facts, turn.user) for turn in exchanges)
    questions = [clean_user_text(text) for text in (*asked, user)]
    if system.strip():
        questions[0] = f"{BEGIN_SYSTEM}{system.strip()}{END_SYSTEM}{questions[0]}"
    tokens: list[int] = []
    for question, turn in zip(questions, exchanges, strict=False):
        answer = clean_user_text(turn.reply)
        text = f"{BEGIN_QUESTION} {question.strip()} {END_QUESTION} {answer} "
        tokens += [vocabulary.bos, *vocabulary.tokenize(text), vocabulary.eos]
    last = f"{BEGIN_QUESTION} {questions[-1].strip()} {END_QUESTION}"
    return [*tokens, vocabulary.bos, *vocabulary.tokenize(last)]


_MARKER = re.compile(
    r"<\s*/?\s*(?:s|unk|pad)\s*>"
    r"|<\s*0\s*x\s*[0-9a-f]{2}\s*>"
    r"|\[\s*/?\s*i\s*n\s*s\s*t\s*\]"
    r"|<\s*<\s*/?\s*s\s*y\s*s\s*>\s*>",
    re.IGNORECASE,
)
_MARKER_SIGNS = frozenset("<>[]/")


def clean_user_text(text: str) -> str:
    """`text` without template markers, control characters and invisible characters.

    Full-width, styled, spaced and differently cased forms of the markers go too, and markers
    that appear only when another is taken out. White space is squeezed.
    """
    text = unicodedata.normalize("NFC", "".join(map(_plain, text)))
    while (without := _MARKER.sub(" ", text)) != text:
        text = without
    return " ".join(text.split())


def _plain(character: str) -> str:
    if character.isascii() and character.isprintable():
        return character
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp", "Zs"):
        return " "
    if category in ("Cf", "Cs", "Cn", "Co"):  # zero width, lone surrogates, unassigned, private
        return ""
    folded = unicodedata.normalize("NFKC", character)
    is_ascii_letter = len(folded) == 1 and folded.isascii() and folded.isalpha()
    return folded if is_ascii_letter or folded in _MARKER_SIGNS else character


_ANSWER_ENDS = (END_QUESTION, BEGIN_QUESTION, "<<SYS>>", "<</SYS>>", "</s>", "<s>")
_LONGEST_END = max(map(len, _ANSWER_ENDS))


def answer_only(pieces: Iterable[str]) -> Iterator[str]:
    """`pieces` up to the first template marker: small models write the next question too."""
    held = ""
    for piece in pieces:
        held += piece
        ends = [at for marker in _ANSWER_ENDS if (at := held.find(marker)) >= 0]
        if ends:
            if before := held[: min(ends)]:
                yield before
            return
        sure = len(held) - _marker_beginning(held)
        if sure:
            yield held[:sure]
            held = held[sure:]
    if held:
        yield held


def _marker_beginning(text: str) -> int:
    """Length of the longest end of `text` that could become a marker."""
    for length in range(min(len(text), _LONGEST_END - 1), 0, -1):
        if any(marker.startswith(text[-length:]) for marker in _ANSWER_ENDS):
            return length
    return 0
