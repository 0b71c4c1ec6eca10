"""Which writing a language uses, and which byte-pair tokens can be part of that writing."""

from collections.abc import Iterable
from functools import cache

Ranges = tuple[tuple[int, int], ...]
"""Code points, both ends included."""

SCRIPTS: dict[str, Ranges] = {
    "latin": (
        (0x0000, 0x024F),  # ASCII, Latin-1, Latin Extended-A and -B
        (0x0300, 0x036F),  # combining accents
        (0x1E00, 0x1EFF),  # Latin Extended Additional (Vietnamese)
        (0x2000, 0x206F),  # general punctuation
        (0x20A0, 0x20CF),  # currencies
        (0x2100, 0x214F),  # letterlike symbols
    ),
    "hangul": (
        (0x1100, 0x11FF),
        (0x3000, 0x303F),  # CJK punctuation
        (0x3130, 0x318F),
        (0xAC00, 0xD7A3),
        (0xFF00, 0xFFEF),  # full-width forms
    ),
    "kana": ((0x3040, 0x30FF), (0x31F0, 0x31FF)),
    "han": ((0x3000, 0x303F), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xFF00, 0xFFEF)),
    "cyrillic": ((0x0400, 0x052F),),
    "greek": ((0x0370, 0x03FF), (0x1F00, 0x1FFF)),
}
"""Source: Unicode 15, Blocks.txt."""

_WRITTEN_IN: dict[tuple[str, ...], str] = {
    ("latin",): (
        "en es fr de it pt nl ca gl oc eu da sv no nn is fo fi et pl cs sk sl hr ro hu lt lv sq tr"
        " vi id ms tl sw cy br mt la"
    ),
    ("latin", "hangul"): "ko",
    ("latin", "han", "kana"): "ja",
    ("latin", "han"): "zh yue",
    ("latin", "cyrillic"): "ru uk be bg mk",
    ("latin", "greek"): "el",
}
LANGUAGE_SCRIPTS: dict[str, tuple[str, ...]] = {
    language: scripts for scripts, codes in _WRITTEN_IN.items() for language in codes.split()
}
"""Latin goes with every script: names and abbreviations. A language that is not here may say any
token."""


def tokens_in_scripts(tokens: Iterable[bytes], scripts: tuple[str, ...]) -> list[int]:
    """Indices of the tokens whose bytes can occur in text of `scripts`.

    A byte-pair token may begin or end inside a character, so pieces of allowed characters count.
    """
    return [index for index, token in enumerate(tokens) if _fits(token, scripts)]


def _fits(token: bytes, scripts: tuple[str, ...]) -> bool:
    if token.isascii():
        return True
    pieces = _pieces(scripts)
    if token in pieces:
        return True
    start = 0
    while start < len(token) and 0x80 <= token[start] < 0xC0:  # continuation bytes
        start += 1
    if start and token[:start] not in pieces:
        return False
    whole = token[start:].decode(errors="ignore")
    tail = token[start + len(whole.encode()) :]
    if tail and tail not in pieces:
        return False
    return all(character.isascii() or character.encode() in pieces for character in whole)


@cache
def _pieces(scripts: tuple[str, ...]) -> frozenset[bytes]:
    """Every run of bytes inside one non-ASCII character of `scripts`."""
    characters = (
        chr(code_point).encode()
        for script in scripts
        for first, last in SCRIPTS[script]
        for code_point in range(max(first, 0x80), last + 1)
    )
    return frozenset(
        character[start:end]
        for character in characters
        for start in range(len(character))
        for end in range(start + 1, len(character) + 1)
    )
