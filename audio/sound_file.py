"""Sound files in and out: any WAV, FLAC or OGG becomes mono blocks at 16 kHz, in bounded memory."""

import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np
import soundfile
from numpy.typing import NDArray

from audio.errors import AudioError, BadSoundFile
from audio.high_pass import HighPass
from audio.resample import StreamResampler
from audio.sound import SAMPLE_RATE_HZ, Samples, Sound
from audio.sound_header import SoundHeader, open_regular, read_header, rewind, shown
from audio.wav_header import WavHeader, wav_head
from config.settings import SoundFileSettings

Frames = NDArray[np.float64] | NDArray[np.float32]
"""Sound as the file holds it, shape (n, channels), full scale -1..1."""

BLOCK_S = 0.25
"""Read at once: 3 MB for the largest rate, width and number of channels allowed."""

MAX_AMPLITUDE = 8.0
"""Floating point files may pass full scale (a mix, an overshoot), not by more than 18 dB."""

FULL_SCALE = 0.999
MAX_CLIPPED_SHARE = 0.005
"""Speech that was not clipped touches full scale far more rarely."""


class SoundFile:
    """An open, checked sound file; iterate it once for mono blocks (n,) at SAMPLE_RATE_HZ.

    Iterating raises BadSoundFile where samples are no sound. `warnings` is complete only when
    the iteration has ended: the truth about compressed files is known no earlier.
    """

    def __init__(
        self, file: BinaryIO, path: Path, header: SoundHeader, settings: SoundFileSettings
    ) -> None:
        self.header = header
        self._file = file
        self._name = shown(path)
        self._max_frames = int(settings.max_duration_s * header.rate_hz)
        self._warnings = [] if header.truncated is None else [header.truncated]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was wrong and yet read, one sentence each."""
        return tuple(self._warnings)

    def close(self) -> None:
        """Let the file go; may be called twice."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[Samples]:
        resampler = StreamResampler(self.header.rate_hz, SAMPLE_RATE_HZ)
        high_pass = HighPass()
        for mono in self._mono():
            yield high_pass.feed(resampler.feed(mono))
        yield high_pass.feed(resampler.finish())

    def _mono(self) -> Iterator[Samples]:
        """Read, check and mix; shape (n,) at the rate of the file."""
        position = clipped = 0
        for frames in self._frames():
            self._check_samples(frames, position)
            position += len(frames)
            if position > self._max_frames:
                raise BadSoundFile(f"{self._name} is longer than the limit: cut it into parts.")
            mono = frames.mean(axis=1, dtype=np.float64).astype(np.float32)
            clipped += int(np.count_nonzero(np.abs(mono) >= FULL_SCALE))
            yield mono
        if position == 0:
            raise BadSoundFile(f"{self._name} holds no sound: record it again.")
        if clipped > position * MAX_CLIPPED_SHARE:
            self._warnings.append(
                f"{self._name} is clipped: {clipped / position:.1%} of it is at full scale; "
                "record it more quietly to be understood better."
            )

    def _frames(self) -> Iterator[Frames]:
        if self.header.wav is not None:
            return self._wav_frames(self.header.wav)
        return self._decoded_frames()

    def _wav_frames(self, wav: WavHeader) -> Iterator[Frames]:
        self._file.seek(wav.data_start)
        left = wav.data_bytes - wav.data_bytes % wav.block_bytes
        block = int(BLOCK_S * wav.rate_hz) * wav.block_bytes
        while left > 0:
            try:
                raw = self._file.read(min(block, left))
            except OSError as error:
                raise BadSoundFile(f"{self._name} cannot be read: {error.strerror}.") from error
            left -= len(raw)
            raw = raw[: len(raw) - len(raw) % wav.block_bytes]
            if not raw:  # the file became shorter while it was read
                self._warnings.append(f"{self._name} became shorter while it was read.")
                return
            yield decode(raw, wav.sample_type).reshape(-1, wav.channels)

    def _decoded_frames(self) -> Iterator[Frames]:
        block = int(BLOCK_S * self.header.rate_hz)
        read = 0
        rewind(self._file)
        with _ForwardOnly(self._file.fileno(), closefd=False) as opened:
            while True:
                try:
                    frames: Frames = opened.read(block, dtype="float32", always_2d=True)
                except soundfile.LibsndfileError as error:
                    if read == 0:
                        raise BadSoundFile(
                            f"{self._name} is damaged: {error.error_string}"
                        ) from error
                    self._warn_truncated(read)
                    return
                if not len(frames):
                    break
                read += len(frames)
                yield frames
        if self.header.frames is not None and read < self.header.frames:
            self._warn_truncated(read)

    def _warn_truncated(self, read: int) -> None:
        if self.header.truncated is None:
            self._warnings.append(
                f"{self._name} is truncated or damaged after {read / self.header.rate_hz:.2f} s."
            )

    def _check_samples(self, frames: Frames, position: int) -> None:
        if np.abs(frames).max() <= MAX_AMPLITUDE:  # False for NaN too
            return
        first = int(np.argmax(~(np.abs(frames) <= MAX_AMPLITUDE).all(axis=1)))
        worst = frames[first]
        what = (
            f"an amplitude of {np.abs(worst).max():.3g} times full scale"
            if np.isfinite(worst).all()
            else "a value that is no number"
        )
        raise BadSoundFile(
            f"{self._name} holds {what} at sample {position + first} "
            f"({(position + first) / self.header.rate_hz:.3f} s): it is no sound; export it again."
        )


class _ForwardOnly(soundfile.SoundFile):  # type: ignore[misc]
    """Does not seek after each read: that fails at the end of a FLAC that was streamed."""

    def seekable(self) -> bool:
        return False


def decode(raw: bytes, sample_type: str) -> Frames:
    """Turn the bytes of a WAV into samples (n,), full scale -1..1, not checked for NaN."""
    match sample_type[-2:]:
        case "u1":
            return (np.frombuffer(raw, np.uint8).astype(np.float32) - 128) / 128
        case "i3":
            wide = np.zeros((len(raw) // 3, 4), np.uint8)
            low = 1 if sample_type[0] == "<" else 0
            wide[:, low : low + 3] = np.frombuffer(raw, np.uint8).reshape(-1, 3)
            return wide.view(sample_type[0] + "i4")[:, 0] / 2.0**31
        case "i2" | "i4" as integer:
            full_scale = 2.0 ** (15 if integer == "i2" else 31)
            return np.frombuffer(raw, sample_type) / full_scale
        case _:
            return np.frombuffer(raw, sample_type)


def read_blocks(path: Path, settings: SoundFileSettings) -> SoundFile:
    """Open a sound file and check its header; nothing is decoded before it is iterated.

    Raises BadSoundFile, whose message names the cause.
    """
    file = open_regular(path)
    try:
        return SoundFile(file, path, read_header(file, path, settings), settings)
    except BaseException:
        file.close()
        raise


def read_whole(path: Path, settings: SoundFileSettings) -> Samples:
    """Read a file at once: mono (n,) at SAMPLE_RATE_HZ, 64 kB a second. Raises BadSoundFile."""
    with read_blocks(path, settings) as file:
        return np.concatenate(list(file))


def write_wav(path: Path, sound: Sound) -> None:
    """Write 16 bit PCM; the file appears whole or not at all. Raises AudioError.

    What passes full scale is clipped.
    """
    name = shown(path)
    if not np.isfinite(sound.samples).all():
        raise AudioError(f"{name} was not written: the sound holds values that are no numbers.")
    pcm = np.rint(np.clip(sound.samples, -1.0, 1.0) * 32_767).astype("<i2")
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        try:
            unfinished.write_bytes(wav_head(pcm.nbytes, sound.rate_hz) + pcm.tobytes())
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise AudioError(f"{name} cannot be written: {error.strerror}.") from error
