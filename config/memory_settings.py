"""Settings of what is kept and what is read in people's words and voices."""

from typing import Annotated

from msgspec import Meta

from config.section import Section


class MemorySettings(Section, frozen=True):
    """What is kept over restarts: preferences, reports and, for a while, turns. Never sound."""

    enabled: bool = True
    """Off: nothing is kept once Sori ends. What was kept before stays until it is forgotten."""
    directory: str = ""
    """Empty: `$XDG_DATA_HOME/sori`, or `~/.local/share/sori`. The file lies in its `memory/`."""
    keep_turns_days: Annotated[int, Meta(ge=0, le=3_650)] = 30
    """0: turns are not kept at all."""
    keep_feedback_days: Annotated[int, Meta(ge=1, le=3_650)] = 365
    """Of reports, and so of the phrases that are avoided because of them."""


class EmotionSettings(Section, frozen=True):
    """What is read in words and, only where people are told so, in voices."""

    from_text: bool = True
    from_voice: bool = False
    """Calm or excited, from the sound. Off by default; announced aloud when on (EU AI Act,
    article 50(3)); forbidden at work and at school (article 5(1)(f))."""
