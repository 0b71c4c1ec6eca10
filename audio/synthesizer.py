"""Text to sound: a speech worker that may hang or crash, and a Sori that does not."""

import io
import logging
import os
import subprocess
import threading
import wave
from dataclasses import replace
from typing import Self

import numpy as np

from audio.errors import SynthesisError
from audio.sound import Samples, Sound
from audio.spoken_text import speakable_characters, spoken_text
from audio.voices import USUAL, Speaking, VoiceBook
from audio.worker_process import WorkerProcess, read_memory_file
from config.settings import SpeechSettings

log = logging.getLogger(__name__)

ESPEAK_RATE_HZ = 22_050
"""What espeak-ng always renders at (pyttsx3 has it as a constant, too)."""

CHARACTERS_PER_DEADLINE_SECOND = 15
"""About one second of speech, so that slow boards get as long as the sound lasts."""

MIN_SOUND_S = 0.1
MIN_SOUND_S_PER_CHARACTER = 0.012
"""Both at 165 words a minute. Measured: sentences take 0.05 to 0.1 s a character, the shortest
found (200 times `a`) 0.03."""
REFERENCE_WORDS_PER_MINUTE = 165

SILENT_LEVEL = 0.004
"""Full scale; espeak's pauses are below, its quietest consonants above."""
LEADING_MARGIN_S = 0.02
TRAILING_MARGIN_S = 0.06


class Synthesizer:
    """espeak-ng through pyttsx3, in a worker process that is replaced when it fails.

    Safe to call from any thread; one text is rendered at a time.
    """

    def __init__(self, settings: SpeechSettings, voices: VoiceBook, worker: WorkerProcess) -> None:
        self._settings = settings
        self._voices = voices
        self._worker: WorkerProcess | None = worker
        self._closed = False
        self._lock = threading.Lock()

    @classmethod
    def load(cls, settings: SpeechSettings) -> Self:
        """List the voices and start the worker.

        Raises SynthesisError when espeak-ng is missing or the worker does not start.
        """
        return cls(settings, VoiceBook.load(), WorkerProcess.start())

    @property
    def voices(self) -> VoiceBook:
        """The voices there are."""
        return self._voices

    @property
    def worker_pid(self) -> int | None:
        """Process id of the worker; None while there is none."""
        worker = self._worker
        return worker.pid if worker else None

    def render(self, text: str, voice: str, speaking: Speaking = USUAL) -> Sound:
        """Speak `text` with a voice, or with the voice of a language: `ko`, `en-gb+f2`.

        `speaking` makes it slower or faster, lower or higher, and quieter. Silence around the
        speech is cut to short margins. Text without anything speakable gives a sound of length 0.
        A worker that fails is replaced and asked once more, then the espeak-ng command is; when
        that fails too, SynthesisError.
        """
        spoken = spoken_text(text)
        if not spoken:
            return Sound(np.zeros(0, np.float32), ESPEAK_RATE_HZ)
        file = self._voices.choose(voice)
        with self._lock:
            if self._closed:
                raise SynthesisError("The synthesizer is closed: load a new one.")
            for way in (self._render_by_worker, self._render_by_worker, self._render_by_command):
                try:
                    sound = way(spoken, file, speaking)
                    self._check(sound, spoken, speaking)
                    return _finished(sound, text, speaking.gain)
                except SynthesisError as error:
                    log.warning("%s", error)
                    reason = error
                    self._stop_worker()
        raise SynthesisError(
            f"This text could not be spoken with the voice '{file}' ({reason.message.rstrip('.')}):"
            " run `sori doctor` to check espeak-ng."
        )

    def close(self) -> None:
        """Stop the worker; nothing of it stays behind."""
        with self._lock:
            self._closed = True
            self._stop_worker()

    def _stop_worker(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker = None

    def _render_by_worker(self, text: str, file: str, speaking: Speaking) -> Sound:
        if self._worker is None:
            self._worker = WorkerProcess.start()
        speed = speaking.words_per_minute(self._settings.words_per_minute)
        pitch = speaking.espeak_pitch()
        wav = self._worker.render(text, file, speed, pitch, self._deadline_s(text))
        return _read_wav(wav)

    def _render_by_command(self, text: str, file: str, speaking: Speaking) -> Sound:
        memory = os.memfd_create("sori-speech")
        speed = str(speaking.words_per_minute(self._settings.words_per_minute))
        way = ["-v", file, "-s", speed, "-p", str(speaking.espeak_pitch())]
        try:
            subprocess.run(
                ["espeak-ng", "--stdin", *way, "-w", f"/proc/self/fd/{memory}"],
                input=text.encode(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(memory,),
                timeout=self._deadline_s(text),
                check=True,
            )
            return _read_wav(read_memory_file(memory))
        except (OSError, subprocess.SubprocessError) as error:
            raise SynthesisError(f"The espeak-ng command failed ({error}).") from error
        finally:
            os.close(memory)

    def _deadline_s(self, text: str) -> float:
        return self._settings.deadline_s + len(text) / CHARACTERS_PER_DEADLINE_SECOND

    def _check(self, sound: Sound, text: str, speaking: Speaking) -> None:
        words_per_minute = speaking.words_per_minute(self._settings.words_per_minute)
        speed = words_per_minute / REFERENCE_WORDS_PER_MINUTE
        shortest_s = max(MIN_SOUND_S, speakable_characters(text) * MIN_SOUND_S_PER_CHARACTER)
        if sound.duration_s < shortest_s / speed:
            raise SynthesisError(f"The speech is cut off: {sound.duration_s:.2f} s came.")
        if not np.any(np.abs(sound.samples) > SILENT_LEVEL):
            raise SynthesisError("The speech is silent.")


def _read_wav(wav: bytes) -> Sound:
    try:
        with wave.open(io.BytesIO(wav)) as file:
            pcm = file.readframes(file.getnframes())
            rate_hz = file.getframerate()
    except (wave.Error, EOFError) as error:
        raise SynthesisError("The speech engine wrote no sound.") from error
    samples: Samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], np.int16).astype(np.float32)
    return Sound(samples / np.float32(32_768), rate_hz)


def _finished(sound: Sound, text: str, gain: float) -> Sound:
    """Cut to what is speech, and as loud as wanted; never louder, which would clip."""
    cut = _without_outer_silence(sound)
    factor = np.float32(min(max(gain, 0.0), 1.0))
    return replace(cut, samples=cut.samples * factor, text=text)


def _without_outer_silence(sound: Sound) -> Sound:
    loud = np.flatnonzero(np.abs(sound.samples) > SILENT_LEVEL)
    start = max(0, int(loud[0]) - int(LEADING_MARGIN_S * sound.rate_hz))
    end = int(loud[-1]) + 1 + int(TRAILING_MARGIN_S * sound.rate_hz)
    return Sound(sound.samples[start:end].copy(), sound.rate_hz)
