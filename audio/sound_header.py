"""Looks at a sound file before anything is decoded: is it one, of which kind, within the limits?

The content decides, never the name: a FLAC file called `.wav` is read, a playlist called `.wav` is
refused. Nothing here blocks, follows a reference in the file or allocates by a number in it.
"""

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

import soundfile

from audio.errors import BadSoundFile
from audio.wav_header import WavHeader, read_wav_header
from config.settings import SoundFileSettings

SoundKind = Literal["wav", "flac", "ogg"]

_HEAD_BYTES = 512
_SHORTEST_BYTES = 12
"""`RIFF`, a length and `WAVE`: anything shorter cannot even say what it is."""

_OGG_PAGE_BYTES = 65_307
"""The longest page there can be."""
_OGG_LAST_PAGE = 0x04

_OTHER_KINDS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"#EXTM3U", "a playlist (M3U or HLS)"),
    (0, b"ffconcat", "a playlist (ffconcat)"),
    (0, b"[playlist]", "a playlist (PLS)"),
    (0, b"<asx", "a playlist (ASX)"),
    (0, b"ID3", "an MP3 file"),
    (4, b"ftyp", "an MP4 or M4A file"),
    (0, b"FORM", "an AIFF file"),
    (0, b"caff", "a Core Audio file"),
    (0, b".snd", "a Sun AU file"),
    (0, b"riff\x2e\x91\xcf\x11", "a Sony Wave64 file"),
    (0, b"wvpk", "a WavPack file"),
    (0, b"MAC ", "a Monkey's Audio file"),
    (0, b"#!AMR", "an AMR file"),
    (0, b"MThd", "a MIDI file"),
    (0, b"\x1a\x45\xdf\xa3", "a WebM or Matroska file"),
    (0, b"\x30\x26\xb2\x75", "a Windows Media file"),
    (8, b"AVI ", "an AVI film"),
    (8, b"WEBP", "a WebP picture"),
    (0, b"\x89PNG", "a PNG picture"),
    (0, b"\xff\xd8\xff", "a JPEG picture"),
    (0, b"%PDF", "a PDF document"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"\x7fELF", "a program"),
)


@dataclass(frozen=True, slots=True)
class SoundHeader:
    """A sound file that may be decoded, and what is in it."""

    kind: SoundKind
    rate_hz: int
    channels: int
    frames: int | None
    """Samples of each channel that are there; None when only decoding can tell (streamed FLAC)."""
    truncated: str | None
    """One sentence for people when less is there than the header promises."""
    wav: WavHeader | None
    """Where and how the samples of a WAV lie; None for the other kinds."""

    @property
    def duration_s(self) -> float | None:
        """Length in seconds, None where `frames` is."""
        return None if self.frames is None else self.frames / self.rate_hz


def shown(path: Path) -> str:
    """Return the path as it can always be printed, also when its bytes are no UTF-8."""
    return str(path).encode("utf-8", "backslashreplace").decode("utf-8")


def open_regular(path: Path) -> BinaryIO:
    """Open a regular, non-empty file for reading; never blocks. Raises BadSoundFile by cause."""
    name = shown(path)
    try:
        _refuse_irregular(os.stat(path), name)
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        file = os.fdopen(descriptor, "rb")
    except OSError as error:
        raise BadSoundFile(_os_reason(error, name)) from error
    except ValueError as error:  # a zero byte in the path
        raise BadSoundFile(f"{name!r} cannot be the name of a file.") from error
    try:
        _refuse_irregular(os.fstat(descriptor), name)  # it may have been exchanged meanwhile
    except BadSoundFile:
        file.close()
        raise
    return file


def rewind(file: BinaryIO) -> None:
    """Put the descriptor itself at the start, for a decoder that reads it past our buffer."""
    file.seek(0)
    os.lseek(file.fileno(), 0, os.SEEK_SET)


def read_header(file: BinaryIO, path: Path, settings: SoundFileSettings) -> SoundHeader:
    """Check the content of an open file against the limits; leaves the position anywhere.

    Raises BadSoundFile, whose message names the cause and what to do.
    """
    name = shown(path)
    try:
        file_bytes = os.fstat(file.fileno()).st_size
        file.seek(0)
        head = file.read(_HEAD_BYTES)
        header = _parse(file, head, name, file_bytes)
    except OSError as error:
        raise BadSoundFile(_os_reason(error, name)) from error
    _check_limits(header, name, settings)
    return header


def check_sound_file(path: Path, settings: SoundFileSettings) -> SoundHeader:
    """Open, check and close: what `read_blocks` would accept. Raises BadSoundFile."""
    with open_regular(path) as file:
        return read_header(file, path, settings)


def _refuse_irregular(status: os.stat_result, name: str) -> None:
    mode = status.st_mode
    if stat.S_ISDIR(mode):
        raise BadSoundFile(f"{name} is a directory: name the files in it.")
    if stat.S_ISFIFO(mode):
        raise BadSoundFile(f"{name} is a pipe: write its sound to a file first.")
    if not stat.S_ISREG(mode):
        raise BadSoundFile(f"{name} is a device or socket, not a file.")
    if status.st_size == 0:
        raise BadSoundFile(f"{name} is empty: record it again.")


def _os_reason(error: OSError, name: str) -> str:
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return f"{name} does not exist: check the path."
        case errno.EACCES | errno.EPERM:
            return f"{name} may not be read: check its permissions."
        case errno.ELOOP:
            return f"{name} is a symbolic link that leads to itself: name the real file."
        case errno.ENAMETOOLONG:
            return f"{name[:80]}... is too long for the name of a file."
        case _:
            return f"{name} cannot be read: {error.strerror}."


def _parse(file: BinaryIO, head: bytes, name: str, file_bytes: int) -> SoundHeader:
    if len(head) < _SHORTEST_BYTES:
        raise BadSoundFile(f"{name} is too short to be a sound file ({len(head)} bytes).")
    match head[:4]:
        case b"RIFF" | b"RIFX" | b"RF64" | b"BW64" if head[8:12] == b"WAVE":
            return _from_wav(read_wav_header(file, name, file_bytes), name)
        case b"fLaC":
            return _from_decoder(file, "flac", name)
        case b"OggS":
            return _from_decoder(file, "ogg", name)
        case _:
            raise BadSoundFile(f"{name} is {_kind_of(head)}; WAV, FLAC and OGG files are read.")


def _from_wav(wav: WavHeader, name: str) -> SoundHeader:
    block_bytes = max(wav.block_bytes, 1)  # no channels: refused by the limits
    frames = wav.data_bytes // block_bytes
    truncated = None
    if wav.declared_bytes is not None and wav.data_bytes < wav.declared_bytes:
        declared = wav.declared_bytes // block_bytes
        truncated = _truncation(name, declared, frames, wav.rate_hz)
    return SoundHeader(
        kind="wav",
        rate_hz=wav.rate_hz,
        channels=wav.channels,
        frames=frames,
        truncated=truncated,
        wav=wav,
    )


def _from_decoder(file: BinaryIO, kind: SoundKind, name: str) -> SoundHeader:
    rewind(file)
    try:
        with soundfile.SoundFile(file.fileno(), closefd=False) as opened:
            if opened.format != kind.upper():
                raise BadSoundFile(f"{name} is damaged: its first bytes say {kind.upper()}.")
            frames = int(opened.frames)
            rate_hz, channels = int(opened.samplerate), int(opened.channels)
    except soundfile.LibsndfileError as error:
        cause = error.error_string
        raise BadSoundFile(f"{name} is a damaged {kind.upper()} file: {cause}") from error
    known = 0 < frames < 2**62  # libsndfile reports the largest number when it cannot know
    return SoundHeader(
        kind=kind,
        rate_hz=rate_hz,
        channels=channels,
        frames=frames if known else None,
        truncated=_ogg_truncation(file, name) if kind == "ogg" else None,
        wav=None,
    )


def _ogg_truncation(file: BinaryIO, name: str) -> str | None:
    """Say so when the last page lacks the mark "end of stream" (RFC 3533); libsndfile does not."""
    file.seek(max(0, os.fstat(file.fileno()).st_size - _OGG_PAGE_BYTES))
    tail = file.read(_OGG_PAGE_BYTES)
    last = tail.rfind(b"OggS")
    if last >= 0 and len(tail) > last + 5 and tail[last + 5] & _OGG_LAST_PAGE:
        return None
    return f"{name} is truncated: the last part of it is missing."


def _truncation(name: str, declared: int, there: int, rate_hz: int) -> str:
    rate_hz = max(rate_hz, 1)
    return (
        f"{name} is truncated: its header promises {declared / rate_hz:.2f} s, "
        f"{there / rate_hz:.2f} s are there."
    )


def _check_limits(header: SoundHeader, name: str, settings: SoundFileSettings) -> None:
    if not settings.min_rate_hz <= header.rate_hz <= settings.max_rate_hz:
        raise BadSoundFile(
            f"{name} says {header.rate_hz} samples a second; "
            f"{settings.min_rate_hz} to {settings.max_rate_hz} are read."
        )
    if not 1 <= header.channels <= settings.max_channels:
        raise BadSoundFile(
            f"{name} says {header.channels} channels; 1 to {settings.max_channels} are read."
        )
    if header.frames == 0:
        raise BadSoundFile(f"{name} holds no sound: record it again.")
    duration_s = header.duration_s
    if duration_s is not None and duration_s > settings.max_duration_s:
        raise BadSoundFile(
            f"{name} is {duration_s / 3600:.2f} hours long; the limit is "
            f"{settings.max_duration_s / 3600:.2f} hours: cut it into parts."
        )


def _kind_of(head: bytes) -> str:
    for offset, magic, kind in _OTHER_KINDS:
        if head[offset : offset + len(magic)].lower() == magic.lower():
            return kind
    if head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return "an MP3 or AAC file"
    if _is_text(head):
        return "text, not sound"
    return "no known kind of sound file"


def _is_text(head: bytes) -> bool:
    text = head.decode("utf-8", "replace")
    strange = sum(not (letter.isprintable() or letter in "\t\r\n\ufeff") for letter in text)
    return strange == 0 and "\ufffd" not in text[:-1]
