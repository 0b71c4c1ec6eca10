"""Counts what became of every sentence."""

from collections import Counter
from difflib import SequenceMatcher

from bench.soak.clips import STOPS
from bench.soak.program import Turn

LIKE = 0.6
"""Texts this alike are the same sentence."""
DOUBTFUL = 0.4
"""And these may be, if no better one comes."""
KEPT_NOTES = 200
UNDISTURBED = ("question", "silence")
"""Scenes in which nobody speaks over Sori."""


class Tally:
    """What was asked, and what the turns were. For one thread."""

    def __init__(self) -> None:
        self.said: Counter[str] = Counter()
        """Scenes of each kind."""
        self.asked = 0
        self.answered = 0
        self.exact = 0
        """Answered, and heard word for word."""
        self.cut = 0
        """Answers of which not one clause was heard to its end, though nobody spoke over them."""
        self.lost = 0
        """Without a turn, and without a word about why."""
        self.told = 0
        """Without a turn, but Sori had told that a part failed, or somebody had said stop."""
        self.duplicates = 0
        self.own_voice = 0
        """Turns with words that nobody said."""
        self.coughs = 0
        """Those after a cough."""
        self.no_speech = 0
        self.stops = 0
        self.obeyed = 0
        self.false_stops = 0
        """Sori stopped though nobody had said so."""
        self.stop_turns = 0
        """Stops that were answered, too."""
        self.notes: list[str] = []
        """A line about each thing that should not have been."""
        self.waiting: list[str] = []
        """Sentences that wait for their turn."""
        self._doubtful: list[Turn] = []
        self._scene = ""
        self._last = "", ""

    @property
    def turns(self) -> int:
        """Turns with words, all in all."""
        extra = self.duplicates + self.own_voice + self.coughs + self.stop_turns
        return self.answered + extra

    def begin(self, scene: str) -> None:
        """Something new begins."""
        self._scene = scene
        self.said[scene] += 1

    def ask(self, text: str) -> None:
        """This is said now."""
        self.asked += 1
        self.waiting.append(text)

    def take(self, turn: Turn) -> None:
        """A turn has ended."""
        if not turn.transcript:
            self.no_speech += 1
            return
        text = max(self.waiting, key=lambda one: _alike(one, turn.transcript), default="")
        if not text:
            self._stray(turn)
        elif _alike(text, turn.transcript) >= DOUBTFUL:
            self._answered(text, turn)
        else:
            self._doubtful.append(turn)

    def hear_no_more(self, *, excused: bool) -> bool:
        """What waits is lost, unless it was misheard; whether all was answered.

        `excused`: Sori has told that something failed, or somebody has said stop.
        """
        while self.waiting and self._doubtful:
            self._answered(self.waiting[0], self._doubtful.pop(0))
        for turn in self._doubtful:
            self._stray(turn)
        lost, self.waiting, self._doubtful = self.waiting, [], []
        if excused:
            self.told += len(lost)
        else:
            self.lost += len(lost)
        for text in lost:
            self.note(f"'{text}' got no turn" + (", which was told" if excused else ""))
        return not lost

    def note(self, text: str) -> None:
        """Keep a line about something odd."""
        if len(self.notes) < KEPT_NOTES:
            self.notes.append(f"turn {self.turns}, {self._scene}: {text}")

    def _answered(self, text: str, turn: Turn) -> None:
        self.waiting.remove(text)
        self.answered += 1
        if _bare(turn.transcript) == _bare(text):
            self.exact += 1
        elif _alike(text, turn.transcript) < LIKE:
            self.note(f"'{text}' was heard as '{turn.transcript}'")
        if not turn.reply and self._scene in UNDISTURBED:
            self.cut += 1
            self.note(f"the answer to '{text}' was cut off")
        self._last = text, turn.reply or ""

    def _stray(self, turn: Turn) -> None:
        """A turn that nobody's question has asked for."""
        asked, reply = self._last
        if any(_alike(stop, turn.transcript) >= LIKE for stop, _ in STOPS):
            self.stop_turns += 1
        elif _alike(asked, turn.transcript) >= LIKE:
            self.duplicates += 1
        elif self._scene == "cough":
            self.coughs += 1
        else:
            self.own_voice += 1
        self.note(f"a turn '{turn.transcript}' after '{asked}', which was answered '{reply}'")


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, _bare(one), _bare(other)).ratio()
