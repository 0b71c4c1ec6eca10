"""What was heard in one clip, and how long that took: a line of `results.jsonl`."""

import msgspec


class HeardUtterance(msgspec.Struct, frozen=True):
    """One utterance of a clip."""

    start_s: float
    end_s: float
    text: str
    language: str
    language_confidence: float
    rejected: str | None
    """Why the text was thrown away, or None."""
    endpoint_ms: int
    """Silence waited for before the end was believed; time of the sound, not of the computer."""
    recognise_ms: int
    """From there to the text."""


class ClipHeard(msgspec.Struct, frozen=True):
    """Everything one clip gave; `error` alone when it could not be used."""

    key: str
    """Names the sound and everything that decides what is heard in it."""
    file: str
    model: str
    duration_s: float = 0.0
    read_ms: float = 0.0
    """Decoding and resampling the file."""
    voice_activity_ms: float = 0.0
    utterances: tuple[HeardUtterance, ...] = ()
    warnings: tuple[str, ...] = ()
    """What was wrong with the file and yet read."""
    processes: int = 1
    """That were recognising at the same time."""
    threads: int = 0
    """Of PyTorch in each of them; 0: its own choice."""
    error: str | None = None

    @property
    def text(self) -> str:
        """All utterances, joined."""
        return " ".join(one.text for one in self.utterances if one.text)

    @property
    def language(self) -> str | None:
        """The language most of the speech was heard in; None when no words were."""
        seconds: dict[str, float] = {}
        for one in self.utterances:
            if one.text:
                seconds[one.language] = seconds.get(one.language, 0.0) + one.end_s - one.start_s
        return max(seconds, key=seconds.__getitem__) if seconds else None

    @property
    def recognise_ms(self) -> int:
        """Whisper's time for all utterances."""
        return sum(one.recognise_ms for one in self.utterances)

    @property
    def computing_ms(self) -> float:
        """Everything the computer did for the clip."""
        return self.read_ms + self.voice_activity_ms + self.recognise_ms
