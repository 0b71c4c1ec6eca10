"""Settings of the safety filter."""

from config.section import Section


class SafetySettings(Section, frozen=True):
    """The filter every clause passes before it is spoken."""

    enabled: bool = True
    """Off is for developers only; Sori says so aloud at every start."""
    country: str = ""
    """Whose help lines are named (ISO 3166, `KR`); empty: the one the language suggests."""
    terms: str = ""
    """A file of your own terms, in the form of `config/safety/en.toml`; empty: none."""
