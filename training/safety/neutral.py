"""Sentences of our own: what people say of groups without hurting, and what Sori says.

`neutral_ko.toml` and `neutral_en.toml` are templates times names; Sori's own answers come from
`training/text`.
"""

import random
import re
import tomllib
from collections.abc import Iterator

import msgspec

from nlu.safety.word_list import SAFETY_DIRECTORY, read_word_list
from training.safety.rows import HERE, SAFE, Row, is_kept, said
from training.text.expand import fit_particles, sample

TEXT = HERE.parent / "text"
HURTFUL = "hurtful"
TEMPLATE_WEIGHT = {"ko": 1.5, "en": 2.0}
ANSWER_WEIGHT = 2.0
KEPT = 15
"""Percent of the templates, and of Sori's answers, that are kept for measuring."""
_ANSWER_KEYS = frozenset({"answer", "plain", "ask"})
_CHOICES_OR_SLOTS = re.compile(r"\{[a-z_0-9.]+\}")
_AFTER = re.compile(r"(?<=([가-힣]))<(와|라|으로|이다)>")
_FORMS = {"와": ("과", "와"), "라": ("이라", "라"), "으로": ("으로", "로"), "이다": ("이다", "다")}
"""Particles that `expand` does not know: after a final consonant, after a vowel."""
_ONE_WORD = re.compile(r"[a-z가-힣]{2,}")
_FINALS, _RIEUL = 28, 8


class TemplateSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sentences with a place for a name of one kind of group."""

    of: str
    draw: int
    sentences: tuple[str, ...]


class Plain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sentences without a group."""

    sentences: tuple[str, ...]
    plain_draw: int


class NeutralFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language's templates."""

    groups: dict[str, tuple[str, ...]]
    set: tuple[TemplateSet, ...]
    plain: Plain


def own_rows(language: str) -> list[Row]:
    """Harmless rows of our own; a template is trained on or kept with all that it makes."""
    file = msgspec.convert(
        tomllib.loads((HERE / f"neutral_{language}.toml").read_text("utf-8")), NeutralFile
    )
    rng = random.Random(5)
    rows: dict[str, Row] = {}
    for templates in file.set:
        names = _names(file, templates.of, language)
        for at in range(templates.draw):
            template = templates.sentences[at % len(templates.sentences)]
            # The name first: `sample` fits the particles to what stands before them.
            text = _fit(sample(_fit(template.replace("{0}", rng.choice(names))), rng))
            source = "counter_speech" if templates.of == HURTFUL else "neutral"
            row = _row(source, text, language, template)
            rows.setdefault(row.text, row)
    for at in range(file.plain.plain_draw):
        template = file.plain.sentences[at % len(file.plain.sentences)]
        row = _row("harmless", _fit(sample(template, rng)), language, template)
        rows.setdefault(row.text, row)
    for source, text in _own_sentences(language):
        rows.setdefault(text, _row(source, text, language, said(text)))
    return list(rows.values())


def _names(file: NeutralFile, kind: str, language: str) -> tuple[str, ...]:
    """Names of a kind of group, or the hurtful words of the word list."""
    if kind != HURTFUL:
        return file.groups[kind]
    terms = read_word_list(SAFETY_DIRECTORY / f"{language}.toml").terms
    listed = [*terms.get("hate", ()), *terms.get("insult", ())]
    return tuple(term.strip("^*") for term in listed if _ONE_WORD.fullmatch(term.strip("^*")))


def _row(source: str, text: str, language: str, key: str) -> Row:
    weight = TEMPLATE_WEIGHT[language] if source == "neutral" else ANSWER_WEIGHT
    return Row(source, text, language, SAFE, weight, is_kept(key, KEPT), upstream=source)


def _fit(text: str) -> str:
    """Right particles after the names."""
    return fit_particles(_AFTER.sub(_particle, text))


def _particle(match: re.Match[str]) -> str:
    final = (ord(match[1]) - 0xAC00) % _FINALS
    closed = final != 0 and not (match[2] == "으로" and final == _RIEUL)
    return _FORMS[match[2]][0 if closed else 1]


def _own_sentences(language: str) -> Iterator[tuple[str, str]]:
    """Questions to Sori (some of them sad) and its answers in `training/text`, by source."""
    rng = random.Random(6)
    files = [TEXT / f"topics_{language}.toml", TEXT / f"skills_{language}.toml"]
    if language == "ko":
        files.append(TEXT / "plain_ko.toml")
    for file in files:
        for key, text in _strings(tomllib.loads(file.read_text("utf-8"))):
            if not _CHOICES_OR_SLOTS.search(text):
                source = "own_questions" if key == "ask" else "own_texts"
                yield source, fit_particles(sample(text, rng))


def _strings(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Every question and answer in a tree of TOML tables, with its key."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _strings(inner, str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner, key)
    elif isinstance(value, str) and key in _ANSWER_KEYS:
        yield key, value
