"""Who has the floor: Sori's voice makes room as soon as somebody speaks over it.

Making room costs little: the voice fades and waits. Whether it goes on or is over is decided by
words, which come later.
"""

from robot.live.own_words import OwnWords

GIVE_BACK_S = 0.4
"""Nobody has spoken for this long: it was a cough or a chair, and Sori goes on."""
MOST_IN_VAIN = 2
"""So often a reply makes room for nobody; from then on words alone decide. An echo that gets
through would else make Sori stutter."""


class Floor:
    """Holds the voice of the present turn and gives it the floor back. For the ear's thread."""

    def __init__(self, own: OwnWords) -> None:
        self._own = own
        self._held = False
        self._somebody_s = 0.0
        self._reply = 0
        self._in_vain = 0

    @property
    def is_held(self) -> bool:
        """Whether Sori waits for somebody to finish."""
        return self._held

    def note(self, now_s: float, *, somebody: bool) -> None:
        """`somebody`: a person is to be heard at this moment, over Sori or while it thinks."""
        if self._reply != self._own.replies:
            self._reply, self._in_vain = self._own.replies, 0
        if somebody:
            self._somebody_s = now_s
            may_hold = self._own.is_answering and self._in_vain < MOST_IN_VAIN
            if not self._held and may_hold:
                self._held = True
                self._own.hold()
        elif self._held and now_s - self._somebody_s >= GIVE_BACK_S:
            self.give_back()

    def give_back(self) -> None:
        """Sori goes on with what it was saying."""
        if self._held:
            self._held = False
            self._in_vain += 1
            self._own.resume()

    def take(self) -> None:
        """What Sori was saying is over."""
        self._held = False
        self._own.silence()
