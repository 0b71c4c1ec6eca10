"""Settings of attention: when Sori takes what it hears as said to itself."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from config.section import Seconds, Section

AttentionMode = Literal["always", "wake", "push"]
"""`always`: everything is for Sori; `wake`: what follows its wake phrase; `push`: what is said
while a button is held."""

WakePhrases = Annotated[tuple[str, ...], Meta(min_length=1, max_length=20)]


def _wake() -> dict[str, WakePhrases]:
    return {
        "en": ("hey sori", "hi sori", "hello sori", "ok sori", "sori"),
        "ko": (
            "소리야",
            "소리",
            "얘 소리야",
            "얘 소리",
            "헤이 소리",
            "헤이 소리야",
            "소리님",
            "안녕 소리야",
        ),
        "es": ("oye sori", "hola sori", "ey sori", "sori"),
        "fr": ("dis sori", "hé sori", "salut sori", "ok sori", "sori"),
        "de": ("hey sori", "hallo sori", "hi sori", "ok sori", "sori"),
    }


class AttentionSettings(Section, frozen=True):
    """Whom Sori listens to, and for how long."""

    mode: AttentionMode = "always"
    """Until somebody says otherwise, by voice or on the page."""
    wake: Mapping[str, WakePhrases] = msgspec.field(default_factory=_wake)
    """Language -> how Sori is called in it; a name that people give it is a wake phrase too."""
    follow_up_s: Seconds = 20.0
    """After a reply no wake phrase is needed for so long."""
    longest_turn_s: Seconds = 60.0
    """A turn whose end nobody reports keeps Sori attentive no longer than this."""
    lamp: bool = True
    """Whether the robot's lamp, if it has one, shows what Sori is doing."""
    tones: bool = True
    """Whether short tones tell that Sori falls asleep, wakes, or has no microphone."""
    sleep: bool = True
    """Whether "go to sleep" makes it sleep; False: only the page does."""
