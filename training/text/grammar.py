"""A tiny sentence grammar: templates with alternations and named slots.

`(a|b|)` picks one alternative, `{name}` inserts a random filling of a slot and, for Korean,
`[을]` becomes the particle form that fits the syllable before it.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

_ALTERNATION = re.compile(r"\(([^()]*)\)")
_SLOT = re.compile(r"\{(\w+)\}")
_PARTICLE = re.compile(r"(.)\[(\w+)\]")

# Marker -> (form after a final consonant, form after a vowel).
_PARTICLE_FORMS: Mapping[str, tuple[str, str]] = {
    "을": ("을", "를"),
    "이": ("이", "가"),
    "은": ("은", "는"),
    "과": ("과", "와"),
    "으로": ("으로", "로"),
    "이야": ("이야", "야"),
    "이에요": ("이에요", "예요"),
    "아": ("아", "야"),
}
_HANGUL_FIRST = 0xAC00
_FINALS_PER_SYLLABLE = 28
_FINAL_RIEUL = 8


@dataclass(frozen=True)
class Grammar:
    """Templates with integer weights, and per slot its fillings separated by bars."""

    templates: Sequence[tuple[int, str]]
    slots: Mapping[str, str]

    def sentence(self, rng: random.Random) -> str:
        """One random sentence: lower case, words separated by single spaces."""
        weights = [weight for weight, _ in self.templates]
        _, template = rng.choices(self.templates, weights)[0]
        return expanded(template, self.slots, rng.choice)

    def words(self, n_samples: int = 30_000) -> list[str]:
        """Sorted word forms seen in `n_samples` random sentences."""
        rng = random.Random(0)
        seen: set[str] = set()
        for _ in range(n_samples):
            seen.update(self.sentence(rng).split())
        return sorted(seen)


def expanded(
    template: str, slots: Mapping[str, str], choose: Callable[[Sequence[str]], str]
) -> str:
    """Replace slots and alternations (innermost first) until only words are left."""
    text = f"({template})"
    while True:
        if slot := _SLOT.search(text):
            text = f"{text[: slot.start()]}({slots[slot.group(1)]}){text[slot.end() :]}"
        elif alternation := _ALTERNATION.search(text):
            option = choose(alternation.group(1).split("|"))
            text = text[: alternation.start()] + option + text[alternation.end() :]
        else:
            break
    return " ".join(_PARTICLE.sub(_with_particle, text).split())


def _with_particle(match: "re.Match[str]") -> str:
    syllable, marker = match.group(1), match.group(2)
    after_consonant, after_vowel = _PARTICLE_FORMS[marker]
    final = (ord(syllable) - _HANGUL_FIRST) % _FINALS_PER_SYLLABLE
    takes_vowel_form = final == 0 or (marker == "으로" and final == _FINAL_RIEUL)
    return syllable + (after_vowel if takes_vowel_form else after_consonant)
