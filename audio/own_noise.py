"""The robot's own noise: motors while it moves, its voice while it speaks.

The noise gate follows a new noise only after 2 s, the time over which it looks for the floor.
Motors are loud at once, but they are always as loud: their level is learned, and the gate is told
of it the moment they start. Times are seconds of the stream.
"""

MOVING_DB, SPEAKING_DB = 3.0, 6.0
"""How much louder speech must be while it moves, or speaks, besides what the floor rises by."""
MOST_DB = 24.0
"""Louder than that nobody can be asked to speak; a stop must still be heard."""
FLOOR_WINDOW_S = 2.0
"""The gate's floor is the quietest moment of so long: only after it the floor is the motors'."""
_LEARNED_SHARE = 0.3
"""Weight of the latest movement: motors sound alike, floors do not."""

SHORT_MOVING_S, SHORT_SPEAKING_S = 0.5, 0.4
"""Voice that lasts no longer than this, while the robot moves or speaks, counts only for stop."""
FEWEST_LETTERS, FEWEST_SYLLABLES = 4, 2
"""The same for texts that are shorter, however long they took: what motors are taken for."""


def counts(utterance_s: float, text: str, *, moving: bool, speaking: bool) -> bool:
    """Whether an utterance counts for more than a stop.

    `utterance_s` is its time from the first to the last speech, `text` its transcript. Stop words
    are not asked about here: they always count. "no" and "wait" over a reply end it all the same
    (nlu/backchannel.py); this says only that they begin no turn.
    """
    if not (moving or speaking):
        return True
    shortest_s = SHORT_MOVING_S if moving else SHORT_SPEAKING_S
    letters = [letter for letter in text if letter.isalnum()]
    syllables = sum("가" <= letter <= "힣" for letter in letters)
    enough = syllables >= FEWEST_SYLLABLES or len(letters) - syllables >= FEWEST_LETTERS
    return utterance_s > shortest_s and enough


class OwnNoise:
    """Tells how much the noise gate must be raised; asked again and again by the ear."""

    def __init__(self) -> None:
        self._moving_from_s: float | None = None
        self._motors_dbfs: float | None = None

    @property
    def motors_dbfs(self) -> float | None:
        """The floor while the body moves, as it was learned; None before the first movement."""
        return self._motors_dbfs

    def extra_db(self, floor_dbfs: float, at_s: float, *, moving: bool, speaking: bool) -> float:
        """What `NoiseGate.extra_db` should be now; `floor_dbfs` is the gate's present floor."""
        self._follow(floor_dbfs, at_s, moving=moving, speaking=speaking)
        extra_db = SPEAKING_DB if speaking else 0.0
        if moving:
            motors_dbfs = floor_dbfs if self._motors_dbfs is None else self._motors_dbfs
            extra_db = max(extra_db, MOVING_DB + max(motors_dbfs - floor_dbfs, 0.0))
        return min(extra_db, MOST_DB)

    def _follow(self, floor_dbfs: float, at_s: float, *, moving: bool, speaking: bool) -> None:
        if not moving:
            self._moving_from_s = None
        elif self._moving_from_s is None:
            self._moving_from_s = at_s
        elif at_s - self._moving_from_s >= FLOOR_WINDOW_S and not speaking:
            self._learn(floor_dbfs)

    def _learn(self, floor_dbfs: float) -> None:
        if self._motors_dbfs is None:
            self._motors_dbfs = floor_dbfs
        self._motors_dbfs += _LEARNED_SHARE * (floor_dbfs - self._motors_dbfs)
