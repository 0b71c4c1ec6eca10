"""The voices of espeak-ng, which of them speaks a language, and how it speaks."""

import logging
import math
import re
import subprocess
from dataclasses import dataclass, field
from typing import Self

from audio.errors import SynthesisError
from audio.synthesis_worker import USUAL_PITCH

log = logging.getLogger(__name__)

PREFERRED = {"en": "en-us", "nn": "nb", "jw": "id", "tl": "id", "zh": "cmn"}
"""Whisper's language code -> espeak's, where espeak's own order would choose worse or nothing."""

LIST_TIMEOUT_S = 10.0

MIN_WORDS_PER_MINUTE = 80
MAX_WORDS_PER_MINUTE = 450
"""espeak-ng's own bounds: it takes the nearer one without a word."""
MAX_PITCH = 99
PITCH_STEPS_AN_OCTAVE = 70
"""Of espeak-ng's scale. Measured in English and Korean: 66 upwards, 80 to 120 downwards."""

_LINE = re.compile(
    r"\s*\d+\s+(?P<language>\S+)\s+(?:\d+|--)/(?P<gender>[MF-]+)\s+(?P<name>\S+)\s+"
    r"(?P<file>.+?)\s*(?P<others>(?:\(\S+ \d+\)\s*)*)$"
)
_OTHER = re.compile(r"\((\S+) (\d+)\)")


@dataclass(frozen=True, slots=True)
class Speaking:
    """How a text is spoken, as factors on the usual way; 1.0 changes nothing."""

    rate: float = 1.0
    """On the words a minute of the settings."""
    pitch: float = 1.0
    """On the voice's own frequency."""
    gain: float = 1.0
    """On the samples, 0..1."""

    def words_per_minute(self, usual: int) -> int:
        """The rate for espeak-ng where `usual` is that of the settings."""
        return _within(round(usual * self.rate), MIN_WORDS_PER_MINUTE, MAX_WORDS_PER_MINUTE)

    def espeak_pitch(self) -> int:
        """The pitch on espeak-ng's scale."""
        octaves = math.log2(max(self.pitch, 0.25))
        return _within(round(USUAL_PITCH + PITCH_STEPS_AN_OCTAVE * octaves), 0, MAX_PITCH)


USUAL = Speaking()


@dataclass(frozen=True, slots=True)
class VoiceInfo:
    """One line of `espeak-ng --voices`."""

    name: str
    """For people: `English_(America)`."""
    language: str
    """espeak's code in lower case: `en-us`."""
    gender: str
    """`M`, `F`, or `-` when unknown."""
    file: str
    """What pyttsx3 and espeak-ng select it by: `gmw/en-US` (language codes do not always work)."""
    also: tuple[tuple[str, int], ...] = ()
    """Other languages it speaks, each with a rank; the lowest rank fits best."""


def parse_voices(listing: str) -> tuple[VoiceInfo, ...]:
    """Read the table that `espeak-ng --voices` prints; lines of another shape are skipped."""
    return tuple(
        VoiceInfo(
            name=match["name"],
            language=match["language"].lower(),
            gender=match["gender"][0],
            file=match["file"],
            also=tuple((code, int(rank)) for code, rank in _OTHER.findall(match["others"])),
        )
        for match in map(_LINE.match, listing.splitlines())
        if match
    )


@dataclass(frozen=True, slots=True)
class VoiceBook:
    """Every voice of this machine's espeak-ng, and the choice among them."""

    voices: tuple[VoiceInfo, ...]
    variants: tuple[VoiceInfo, ...] = ()
    """Speaker variants, such as `f2`, that are put behind a voice: `ko+f2`."""
    default: str = "en"
    """Language or voice used when another one is missing."""
    _missing: set[str] = field(default_factory=set, compare=False, repr=False)

    @classmethod
    def load(cls, default: str = "en") -> Self:
        """Ask espeak-ng for its voices.

        Raises SynthesisError when espeak-ng is missing or lists nothing.
        """
        voices = parse_voices(_list_voices("--voices"))
        if not voices:
            raise SynthesisError(
                "espeak-ng has no voices: install them with `apt-get install espeak-ng-data`."
            )
        return cls(voices, parse_voices(_list_voices("--voices=variant")), default)

    def choose(self, wanted: str) -> str:
        """espeak's file of the voice for a language code or a voice name, with its variant.

        `ko` -> `ko`, `fr` -> `roa/fr`, `en-gb+f2` -> `gmw/en+f2`. A voice or variant that is not
        there is replaced by the default, with one warning each.
        """
        base, _, variant = wanted.partition("+")
        voice = self._find(base)
        if voice is None:
            self._warn_once(base, f"espeak-ng has no voice for '{base}': using '{self.default}'")
            voice = self._find(self.default) or self.voices[0]
        if not variant:
            return voice.file
        for known in self.variants:
            file = known.file.removeprefix("!v/")
            if variant.lower() in (file.lower(), known.name.lower()):
                return f"{voice.file}+{file}"
        self._warn_once(variant, f"espeak-ng has no voice variant '{variant}': using none")
        return voice.file

    def _find(self, wanted: str) -> VoiceInfo | None:
        wanted = PREFERRED.get(wanted.lower(), wanted.lower())
        for voice in self.voices:
            if wanted in (voice.language, voice.file.lower(), voice.name.lower()):
                return voice
        ranked = [
            (rank, voice) for voice in self.voices for code, rank in voice.also if code == wanted
        ]
        return min(ranked, key=lambda pair: pair[0])[1] if ranked else None

    def _warn_once(self, missing: str, sentence: str) -> None:
        if missing not in self._missing:
            self._missing.add(missing)
            log.warning("%s", sentence)


def _within(number: int, least: int, most: int) -> int:
    return min(max(number, least), most)


def _list_voices(option: str) -> str:
    try:
        listing = subprocess.run(
            ["espeak-ng", option],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LIST_TIMEOUT_S,
            check=True,
        )
    except FileNotFoundError as error:
        raise SynthesisError(
            "espeak-ng is missing: install it with `apt-get install espeak-ng`."
        ) from error
    except subprocess.SubprocessError as error:
        raise SynthesisError(
            f"espeak-ng cannot list its voices ({error}): reinstall it with "
            "`apt-get install --reinstall espeak-ng espeak-ng-data`."
        ) from error
    return listing.stdout.decode("utf-8", errors="replace")
