"""When somebody has finished speaking: by their words, their melody and the silence.

The words are read while they are being said. They tell how long a silence to wait for, and the full
recognition of what seems to be all begins at once, so that it is there when the silence is over.
"""

from collections.abc import Callable

from audio.endpoint import LOOK_BACK_S, Endpoint
from audio.listener import Listener
from audio.recognition.partial import PartialText
from config.settings import VoiceActivitySettings
from nlu.turn_end import TurnEnd
from robot.live.early_hearing import EarlyHearing
from robot.stop_ear import Glimpse


class TurnTaking:
    """Adapts the endpoint of one listener. For the ear's thread."""

    def __init__(
        self,
        listener: Listener,
        settings: VoiceActivitySettings,
        turn_end: TurnEnd,
        early: EarlyHearing,
        on_partial: Callable[[PartialText], None],
    ) -> None:
        """`on_partial` is told what somebody seems to be saying, as it changes."""
        self._listener = listener
        self._longest_s = settings.max_utterance_s
        self._endpoint = Endpoint(settings)
        self._turn_end = turn_end
        self._early = early
        self._on_partial = on_partial
        self._shown = ""

    def glimpsed(self, glimpse: Glimpse) -> None:
        """Take what was read of the utterance under way."""
        if not glimpse.texts:
            return
        likeliest = glimpse.texts[0]
        if likeliest.text and likeliest.text != self._shown:
            self._shown = likeliest.text
            self._on_partial(likeliest)
        if glimpse.pauses:
            ending = self._turn_end.read(likeliest.text, likeliest.language)
            self._endpoint.tell(ending, glimpse.utterance.end_s)
            if (whole := self._listener.under_way(self._longest_s)) is not None:
                self._early.begin(whole)

    def note(self) -> None:
        """Look again how much silence ends the utterance under way."""
        self._listener.hangover_s = self._endpoint.hangover_s(self._listener.under_way(LOOK_BACK_S))
