"""How Sori speaks and what people are called: what is set by voice, by the web page or by file."""

from typing import Annotated, Literal

from msgspec import Meta

from config.section import Section

Tone = Literal["friendly", "formal", "playful"]
SpeechLevel = Literal["polite", "plain"]
Length = Literal["short", "normal", "detailed"]
Audience = Literal["child", "general", "adult"]

MOST_NAME_CHARACTERS = 24
SpokenName = Annotated[str, Meta(max_length=MOST_NAME_CHARACTERS)]


class Preferences(Section, frozen=True):
    """Values are bounded here, wherever they come from; the defaults are the factory's."""

    tone: Tone = "friendly"
    speech_level: SpeechLevel = "polite"
    """Of Korean: with or without honorific endings."""
    length: Length = "normal"
    rate: Annotated[float, Meta(ge=0.6, le=1.6)] = 1.0
    """Of the settings' words a minute."""
    volume: Annotated[float, Meta(ge=0.1, le=1.0)] = 1.0
    """Gain of the voice; never silent, so that a crisis answer is heard."""
    pitch: Annotated[float, Meta(ge=0.7, le=1.4)] = 1.0
    """Of the voice; lower or higher."""
    robot_name: SpokenName = ""
    """What people call it; empty: Sori."""
    user_name: SpokenName = ""
    """What it calls the person it talks with; empty: nothing."""
    language: str = ""
    """Language of the replies (ISO 639-1); empty: the one that is spoken to it."""
    audience: Audience = "general"
    """Who listens: how strict the safety filter is."""
