"""Errors of the audio room.

SoriError
 +-- AudioError
      +-- BadSoundFile      the file cannot be used: the next file goes on
      +-- DeviceError       microphone or speaker missing, busy or gone
      +-- RecognitionError  the recogniser failed on this utterance
      +-- SynthesisError    the speech worker failed on this text
"""

from config.errors import SoriError


class AudioError(SoriError):
    """Any failure of sound in or sound out."""

    code = "audio_error"


class BadSoundFile(AudioError):
    """A sound file that cannot be read, or that lies about what it holds."""

    code = "bad_audio"


class DeviceError(AudioError):
    """A microphone or speaker that is missing, busy or gone."""

    code = "device_error"


class RecognitionError(AudioError):
    """The recogniser failed on one utterance; it stays usable."""

    code = "recognition_failed"


class SynthesisError(AudioError):
    """The speech worker could not render one text; it stays usable."""

    code = "synthesis_failed"
