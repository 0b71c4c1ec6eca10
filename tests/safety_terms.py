"""Words from the data files, for the filter's tests; never shown, a failing test names cases."""

from config.safety_settings import SafetySettings
from nlu.safety.screen import SafetyFilter
from nlu.safety.word_list import (
    GAP,
    LANGUAGES,
    SAFETY_DIRECTORY,
    read_word_list,
)

FILTER = SafetyFilter.load(SafetySettings(), classified=False)
"""Word lists and rules alone."""
FILES = {language: read_word_list(SAFETY_DIRECTORY / f"{language}.toml") for language in LANGUAGES}
SENTENCES = {
    "en": ("I think that {} is what I mean", "{}"),
    "ko": ("내 말은 {} 그런 거야", "{}"),
    "es": ("creo que {} y nada", "{}"),
    "fr": ("je crois que {} voilà", "{}"),
    "de": ("ich meine {} eben", "{}"),
}


def allowed(text: str, language: str, said_before: str = "") -> bool:
    """Whether `text` passes; as a plain value, so that a failing test shows no words."""
    return FILTER.screen(text, language, said_before).allowed


def term(language: str, category: str, number: int = 0) -> str:
    """A term of the data files, by place: the words stand nowhere in the tests."""
    words = FILES[language].terms[category]  # type: ignore[index]  # a plain string is enough here
    return words[number].strip("^*").replace(GAP, "so")
