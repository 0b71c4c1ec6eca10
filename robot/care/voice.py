"""How preferences sound: rate, pitch and loudness of the voice."""

from audio.voices import Speaking
from config.preferences import Preferences
from robot.care.changes import bounds


def speaking(preferences: Preferences, mood_rate: float = 1.0) -> Speaking:
    """The way to render a text; `mood_rate` is what the talk's mood adds (`robot/mood.py`).

    A mood never takes the rate out of the bounds that people's wishes have.
    """
    least, most = bounds("rate")
    rate = min(max(preferences.rate * mood_rate, least), most)
    return Speaking(rate=rate, pitch=preferences.pitch, gain=preferences.volume)
