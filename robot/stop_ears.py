"""What every stop ear needs and is slow to load, loaded once."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from audio.listener import Listener
from audio.recognition.partial import PartialRecogniser
from config.model_files import ModelStore
from config.settings import Settings, VoiceActivitySettings
from nlu.stop_words import StopWords
from robot.stop_ear import StopEar

MODEL = "pocket-whisper"
"""Small and always there, whichever Whisper hears the turns."""


@dataclass(frozen=True, slots=True)
class StopEars:
    """Makes an ear for each stream of sound; all of them belong to one thread at a time."""

    recogniser: PartialRecogniser
    words: StopWords
    voice_activity: VoiceActivitySettings

    @classmethod
    def load(cls, settings: Settings) -> Self:
        """Read model and words.

        Raises ModelError or ConfigurationError when one of them cannot be used.
        """
        from audio.recognition import loading  # noqa: PLC0415  # torch takes seconds to import

        store = ModelStore.load(Path(settings.models.directory))
        model = store.find(MODEL, "recognition")
        recogniser = loading.load_partial(
            store.path(model), model.sha256, settings.recognition, settings.language
        )
        words = StopWords.load(settings.language.served)
        return cls(recogniser, words, settings.voice_activity)

    def ear(self, on_stop: Callable[[float], None], own_words: Callable[[], str] = str) -> StopEar:
        """A fresh ear for one stream. Raises AudioError when webrtcvad is missing."""
        listener = Listener.load(self.voice_activity)
        return StopEar(listener, self.recogniser, self.words, on_stop, own_words)
