"""The head of a WAV: read chunk by chunk with limits, so that no decoder has to, and written.

Layout: Microsoft "Multimedia Programming Interface and Data Specifications 1.0" (RIFF, fmt, data),
"Multiple Channel Audio Data and WAVE Files" (WAVE_FORMAT_EXTENSIBLE) and EBU Tech 3306 (RF64).
"""

import struct
from dataclasses import dataclass
from typing import BinaryIO

from audio.errors import BadSoundFile

MAX_CHUNKS = 256
"""Broadcast files carry a dozen; a file with more is made to waste time."""

STREAMED_FROM = 0x7FFF_F000
"""Programs that write to a pipe put this or more where the length belongs (sox, espeak-ng: exactly
this, ffmpeg: 0xFFFFFFFF)."""

_PCM, _FLOAT, _EXTENSIBLE = 0x0001, 0x0003, 0xFFFE
_SUBFORMAT_TAIL = bytes.fromhex("000000001000800000aa00389b71")
_SAMPLE_TYPES = {
    (_PCM, 8): "u1",
    (_PCM, 16): "i2",
    (_PCM, 24): "i3",
    (_PCM, 32): "i4",
    (_FLOAT, 32): "f4",
    (_FLOAT, 64): "f8",
}
_FORMAT_NAMES = {
    0x0002: "Microsoft ADPCM",
    0x0006: "A-law",
    0x0007: "u-law",
    0x0011: "IMA ADPCM",
    0x0031: "GSM 6.10",
    0x0050: "MPEG",
    0x0055: "MP3",
    0x00FF: "AAC",
    0x0161: "Windows Media Audio",
}


@dataclass(frozen=True, slots=True)
class WavHeader:
    """What the chunks say, and where the samples really are."""

    rate_hz: int
    channels: int
    sample_type: str
    """numpy type string of one sample such as `<i2`; `<i3` and `>i3` are 24 bit."""
    data_start: int
    """Byte position of the first sample."""
    data_bytes: int
    """Bytes of samples that are really there."""
    declared_bytes: int | None
    """What the header promises; None when the file was streamed and the length never written."""

    @property
    def block_bytes(self) -> int:
        """Bytes of one sample of every channel."""
        return self.channels * int(self.sample_type[-1])


@dataclass(frozen=True, slots=True)
class _Format:
    rate_hz: int
    channels: int
    sample_type: str


def read_wav_header(file: BinaryIO, name: str, file_bytes: int) -> WavHeader:
    """Walk the chunks up to `data`; `file` stands anywhere. Raises BadSoundFile with the cause."""
    file.seek(0)
    riff = _read(file, 12, name)
    order = ">" if riff[:4] == b"RIFX" else "<"
    (riff_bytes,) = struct.unpack(order + "I", riff[4:8])
    riff_is_honest = riff_bytes + 8 in (file_bytes, file_bytes - 1, file_bytes + 1)
    sound_format: _Format | None = None
    long_data_bytes: int | None = None  # RF64 keeps the true length in a chunk of its own
    for _ in range(MAX_CHUNKS):
        identity, size = struct.unpack(order + "4sI", _read(file, 8, name))
        start = file.tell()
        if identity == b"data":
            if sound_format is None:
                raise BadSoundFile(f"{name} has its sound before its format: the file is damaged.")
            if long_data_bytes is not None and size >= STREAMED_FROM:
                size = long_data_bytes
            declared = _declared_bytes(size, riff_is_honest)
            there = file_bytes - start
            return WavHeader(
                rate_hz=sound_format.rate_hz,
                channels=sound_format.channels,
                sample_type=sound_format.sample_type,
                data_start=start,
                data_bytes=there if declared is None else min(declared, there),
                declared_bytes=declared,
            )
        if start + size > file_bytes:
            raise BadSoundFile(f"{name} ends inside its header: the file is damaged.")
        if identity == b"fmt ":
            sound_format = _parse_format(_read(file, min(size, 40), name), order, name)
        elif identity == b"ds64":
            (long_data_bytes,) = struct.unpack(order + "8xQ", _read(file, 16, name))
        file.seek(start + size + size % 2)  # chunks are padded to even length
    raise BadSoundFile(f"{name} has more than {MAX_CHUNKS} chunks and no sound: it is damaged.")


def wav_head(data_bytes: int, rate_hz: int) -> bytes:
    """Return the 44 bytes before the samples of a mono 16 bit PCM file."""
    sound_format = struct.pack("<HHIIHH", _PCM, 1, rate_hz, rate_hz * 2, 2, 16)
    riff = struct.pack("<4sI4s", b"RIFF", 36 + data_bytes, b"WAVE")
    return riff + struct.pack("<4sI16s4sI", b"fmt ", 16, sound_format, b"data", data_bytes)


def _declared_bytes(size: int, riff_is_honest: bool) -> int | None:
    if size == 0 and not riff_is_honest:
        return None  # the recorder died before it wrote the length
    if STREAMED_FROM <= size <= 0xFFFF_FFFF and not riff_is_honest:
        return None
    return size


def _parse_format(chunk: bytes, order: str, name: str) -> _Format:
    if len(chunk) < 16:
        raise BadSoundFile(f"{name} has a format chunk that is too short: the file is damaged.")
    tag, channels, rate_hz, _, block_bytes, bits = struct.unpack(order + "HHIIHH", chunk[:16])
    if tag == _EXTENSIBLE:
        if len(chunk) < 40 or chunk[26:40] != _SUBFORMAT_TAIL:
            raise BadSoundFile(f"{name} is of an unknown WAVE_FORMAT_EXTENSIBLE kind.")
        (tag,) = struct.unpack(order + "H", chunk[24:26])
    if tag not in (_PCM, _FLOAT):
        known = _FORMAT_NAMES.get(tag, f"an unknown encoding, number 0x{tag:04X}")
        raise BadSoundFile(
            f"{name} holds {known}: convert it to 16 bit PCM, for example with "
            "`ffmpeg -i IN -c:a pcm_s16le OUT.wav`."
        )
    sample_type = _SAMPLE_TYPES.get((tag, bits))
    if sample_type is None:
        kind = "PCM" if tag == _PCM else "floating point"
        raise BadSoundFile(
            f"{name} says {bits} bit {kind}, which is not read; "
            "8, 16, 24 and 32 bit PCM and 32 and 64 bit floating point are."
        )
    if block_bytes != channels * bits // 8:
        raise BadSoundFile(
            f"{name} contradicts itself: {channels} channels of {bits} bit "
            f"are not {block_bytes} bytes: the file is damaged."
        )
    return _Format(rate_hz=rate_hz, channels=channels, sample_type=order + sample_type)


def _read(file: BinaryIO, size: int, name: str) -> bytes:
    read = file.read(size)
    if len(read) < size:
        raise BadSoundFile(f"{name} ends inside its header: the file is damaged.")
    return read
