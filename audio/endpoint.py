"""How much silence is needed to believe that somebody has finished: it depends on how they end.

Short after a complete command, long after "and ..." or a hesitation, longer while the voice stays
up. What the words say comes from outside (`tell`); this room knows no meaning. All times are
seconds of the stream.
"""

from typing import Literal

from audio.pitch import Melody, melody_at_end
from audio.sound import SAMPLE_RATE_HZ, Utterance
from config.settings import VoiceActivitySettings

Ending = Literal["complete", "unsure", "open"]
"""How finished the words sound; nlu/turn_end.py reads it."""

LOOK_BACK_S = 1.2
"""How much of an utterance is needed for its melody."""
SAME_END_S = 0.1
"""Two ends of speech this near are the same: the shortest word lasts longer."""


def needed_s(ending: Ending, melody: Melody, settings: VoiceActivitySettings) -> float:
    """Silence that ends an utterance with this ending and this melody."""
    usual = settings.hangover_s
    shortest = min(settings.shortest_hangover_s, usual)
    longest = max(settings.longest_hangover_s, usual)
    stays_up = melody in ("level", "rising")
    match ending:
        case "complete":
            # A complete question rises, too; half of what is gained is kept.
            return (shortest + usual) / 2 if melody == "rising" else shortest
        case "open":
            return (usual + longest) / 2 if melody == "falling" else longest
        case "unsure":
            return (usual + longest) / 2 if stays_up else usual


class Endpoint:
    """The silence needed now, for the utterance under way of one stream."""

    def __init__(self, settings: VoiceActivitySettings) -> None:
        self._settings = settings
        self._told: tuple[Ending, float] | None = None
        self._melody: tuple[Melody, float] = ("unknown", -1.0)

    def tell(self, ending: Ending, end_s: float) -> None:
        """How the words sound up to `end_s`, the `Utterance.end_s` of what was read.

        It counts until speech goes on after that.
        """
        self._told = (ending, end_s)

    def hangover_s(self, under_way: Utterance | None) -> float:
        """The silence that ends what is under way: its last LOOK_BACK_S or more, see `Listener`.

        None: nothing is; then as the settings have it.
        """
        if under_way is None:
            self._told = None
            return self._settings.hangover_s
        ending: Ending = "unsure"
        if self._told is not None and abs(under_way.end_s - self._told[1]) <= SAME_END_S:
            ending = self._told[0]
        return needed_s(ending, self._melody_of(under_way), self._settings)

    def _melody_of(self, under_way: Utterance) -> Melody:
        """Measured once for each end of speech."""
        if under_way.endpoint_s == 0:
            return "unknown"
        if under_way.end_s != self._melody[1]:
            melody = melody_at_end(under_way.samples, SAMPLE_RATE_HZ)
            self._melody = (melody, under_way.end_s)
        return self._melody[0]
