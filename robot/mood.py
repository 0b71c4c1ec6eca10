"""How the person has sounded over the last turns, and what of it shows in the robot's manner.

Words say which emotion a sentence sounds like, the voice (only where people were told so) how
lively it is. One weak sign does not change the held mood, and a mood that is not heard again fades
to neutral. Nothing here knows what somebody feels, and nothing here loosens the safety filter.
"""

from collections.abc import Mapping
from typing import Final

from audio.arousal import Arousal
from audio.sound import SAMPLE_RATE_HZ, Samples
from config.memory_settings import EmotionSettings
from config.mood_phrases import MoodPhrases, load_mood_phrases
from nlu.actions import Emotion
from nlu.emotion.text_emotion import NOTHING_READ, Felt, TextEmotion

NEUTRAL = "neutral"

_FADE: Final = 0.6
"""What is left of a sign one turn later."""
_ENTER: Final = 0.65
"""Signs of one emotion must add up to this before it is held: one clear one, or two weak ones."""
_LEAVE: Final = 0.3
"""Below this the held emotion is let go: two to three neutral turns later."""
_MOST: Final = 1.2
"""However long somebody sounds sad, it fades as fast."""
_EXCITED, _CALM = 0.71, 0.29
"""Of the liveliness averaged over turns; 0.5 is as usual."""
_USUAL_VOICE: Final = 0.5

_FACES: Mapping[str, Emotion] = {
    "joy": "happy",
    "sadness": "sad",
    "fear": "sad",
    "anger": "curious",
    "surprise": "surprised",
}
"""Joy and sorrow are shared. Anger is met with attention, never with an angry face."""
_RATES: Mapping[str, float] = {"sadness": 0.95, "fear": 0.95, "anger": 0.97}
_RATE_OF_EXCITED_JOY: Final = 1.05
_RATE_OF_CALM: Final = 0.98


class Mood:
    """The mood held over turns; one for each conversation."""

    def __init__(
        self, settings: EmotionSettings, texts: TextEmotion, phrases: MoodPhrases | None = None
    ) -> None:
        self._settings = settings
        self._texts = texts
        self._phrases = phrases or load_mood_phrases()
        self._arousal = Arousal()
        self._signs: dict[str, float] = {}
        self._held = NEUTRAL
        self._liveliness = _USUAL_VOICE

    def heard(self, text: str, language: str, samples: Samples | None) -> Felt:
        """Take in one turn; returns what its words alone sound like.

        `samples` is the utterance, (n,) at SAMPLE_RATE_HZ, or None where it was typed. It is
        looked at only with `from_voice`, and not kept.
        """
        felt = self._texts.read(text, language) if self._settings.from_text else NOTHING_READ
        self._take_in(felt)
        self._listen(samples)
        return felt

    @property
    def felt(self) -> Felt:
        """The held mood with its strength, 0..1; neutral where none is held."""
        if self._held == NEUTRAL:
            return Felt(NEUTRAL, round(max(0.0, 1 - max(self._signs.values(), default=0.0)), 4))
        return Felt(self._held, round(min(1.0, self._signs[self._held]), 4))

    @property
    def rate(self) -> float:
        """Factor on the speech rate, 0.9..1.1."""
        if self._held == "joy" and self._is_excited:
            return _RATE_OF_EXCITED_JOY
        if self._held == NEUTRAL and self._is_calm:
            return _RATE_OF_CALM
        return _RATES.get(self._held, 1.0)

    @property
    def face(self) -> Emotion | None:
        """What the robot may `express`; None: nothing of its own accord."""
        return _FACES.get(self._held)

    def line(self, language: str) -> str | None:
        """The fact for the language model in `language`; None where there is nothing to say.

        The held emotion of the words comes first; without one, a voice out of the usual.
        """
        book = self._phrases.books.get(language)
        if book is None:
            return None
        if self._held != NEUTRAL:
            return book.line(self._held)
        if self._is_excited:
            return book.voice.excited
        return book.voice.calm if self._is_calm else None

    def announcement(self, language: str) -> str | None:
        """What must be said aloud before the first turn; None where voices are not listened to."""
        return self._phrases.announcement(language) if self._settings.from_voice else None

    def forget(self) -> None:
        """Begin anew: no mood, and a speaker who is not known."""
        self._signs.clear()
        self._held = NEUTRAL
        self._liveliness = _USUAL_VOICE
        self._arousal.forget()

    @property
    def _is_excited(self) -> bool:
        return self._liveliness >= _EXCITED

    @property
    def _is_calm(self) -> bool:
        return self._liveliness <= _CALM

    def _take_in(self, felt: Felt) -> None:
        """Fade the former signs, add the new one, then see which emotion is held."""
        self._signs = {name: strength * _FADE for name, strength in self._signs.items()}
        if felt.label != NEUTRAL:
            sum_of_signs = self._signs.get(felt.label, 0.0) + felt.score
            self._signs[felt.label] = min(_MOST, sum_of_signs)
        strongest = max(self._signs, key=self._signs.__getitem__, default=NEUTRAL)
        if self._signs.get(strongest, 0.0) >= _ENTER:
            self._held = strongest
        elif self._signs.get(self._held, 0.0) < _LEAVE:
            self._held = NEUTRAL

    def _listen(self, samples: Samples | None) -> None:
        """Half of the former liveliness stays: one loud sentence is not excitement yet."""
        lively = None
        if self._settings.from_voice and samples is not None:
            lively = self._arousal.hear(samples, SAMPLE_RATE_HZ)
        heard = _USUAL_VOICE if lively is None else lively
        self._liveliness = (self._liveliness + heard) / 2
