import os
import random
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audio.errors import BadSoundFile
from audio.sound_file import read_whole
from audio.sound_header import check_sound_file
from config.settings import SoundFileSettings

SETTINGS = SoundFileSettings()
EXTENSIBLE_TAIL = bytes.fromhex("000000001000800000aa00389b71")


def fmt(
    tag: int = 1,
    channels: int = 1,
    rate_hz: int = 16_000,
    bits: int = 16,
    block: int | None = None,
    order: str = "<",
) -> bytes:
    block = channels * bits // 8 if block is None else block
    return struct.pack(order + "HHIIHH", tag, channels, rate_hz, 0, block & 0xFFFF, bits)


def chunk(identity: bytes, body: bytes, size: int | None = None, order: str = "<") -> bytes:
    size = len(body) if size is None else size
    return identity + struct.pack(order + "I", size) + body + b"\0" * (len(body) % 2)


def riff(*chunks: bytes, magic: bytes = b"RIFF", size: int | None = None) -> bytes:
    body = b"WAVE" + b"".join(chunks)
    order = ">" if magic == b"RIFX" else "<"
    return magic + struct.pack(order + "I", len(body) if size is None else size) + body


def wav(data: bytes = bytes(3_200), format_chunk: bytes | None = None) -> bytes:
    return riff(
        chunk(b"fmt ", fmt() if format_chunk is None else format_chunk), chunk(b"data", data)
    )


@contextmanager
def unprivileged() -> Iterator[None]:
    """Root may read everything; step down for a moment."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(0)


def refusal(path: Path) -> str:
    with pytest.raises(BadSoundFile) as caught:
        check_sound_file(path, SETTINGS)
    return caught.value.message


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "is empty"),
        (b"RIFF\x24\0\0\0WA", "too short"),
        (wav()[:20], "ends inside its header"),
        (wav()[:40], "ends inside its header"),
        (b"#EXTM3U\n#EXT-X-VERSION:3\nhttp://127.0.0.1/x.ts\n", "playlist (M3U or HLS)"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "playlist (ffconcat)"),
        ("안녕하세요, 이것은 글입니다.\n".encode() * 40, "text, not sound"),
        (b"ID3\x04" + bytes(100), "an MP3 file"),
        (b"\xff\xfb\x90\x64" + bytes(100), "an MP3 or AAC file"),
        (b"\0\0\0\x20ftypM4A " + bytes(100), "an MP4 or M4A file"),
        (b"FORM\0\0\0\x20AIFF" + bytes(40), "an AIFF file"),
        (b"RIFF\0\0\0\x20AVI LIST" + bytes(40), "an AVI film"),
        (b"\x7fELF" + bytes(60), "a program"),
        (random.Random(1).randbytes(4_000), "no known kind"),
        (b"fLaC" + random.Random(2).randbytes(4_000), "damaged FLAC"),
        (b"OggS" + random.Random(3).randbytes(4_000), "damaged OGG"),
        (b"RIFF\x24\0\0\0WAVE" + random.Random(4).randbytes(400), "ends inside its header"),
        (riff(*[chunk(b"junk", b"")] * 300), "more than 256 chunks"),
        (riff(chunk(b"data", bytes(100)), chunk(b"fmt ", fmt())), "before its format"),
        (riff(chunk(b"fmt ", fmt()[:14]), chunk(b"data", bytes(100))), "too short"),
        (wav(b""), "holds no sound"),
        (wav(b"\0"), "holds no sound"),
    ],
)
def test_what_is_no_sound_is_refused_by_cause(tmp_path: Path, content: bytes, cause: str) -> None:
    path = tmp_path / "named.wav"
    path.write_bytes(content)
    assert cause in refusal(path)


@pytest.mark.parametrize(
    ("format_chunk", "cause"),
    [
        (fmt(tag=7, bits=8), "u-law"),
        (fmt(tag=6, bits=8), "A-law"),
        (fmt(tag=0x11, bits=4), "IMA ADPCM"),
        (fmt(tag=0x55, bits=0), "MP3"),
        (fmt(tag=0x1234), "number 0x1234"),
        (fmt(channels=0), "0 channels"),
        (fmt(channels=65_535), "65535 channels"),
        (fmt(channels=9), "9 channels; 1 to 8"),
        (fmt(bits=0), "0 bit PCM"),
        (fmt(bits=12), "12 bit PCM"),
        (fmt(tag=3, bits=16), "16 bit floating point"),
        (fmt(rate_hz=0), "0 samples a second"),
        (fmt(rate_hz=1), "1 samples a second"),
        (fmt(rate_hz=2**31 - 1), "2147483647 samples a second"),
        (fmt(block=3), "are not 3 bytes"),
        (fmt(tag=0xFFFE) + struct.pack("<HHIH", 22, 16, 4, 1) + bytes(14), "EXTENSIBLE"),
        (fmt(tag=0xFFFE) + b"\0\0", "EXTENSIBLE"),
        (
            fmt(tag=0xFFFE, bits=8) + struct.pack("<HHIH", 22, 8, 4, 7) + EXTENSIBLE_TAIL,
            "u-law",
        ),
    ],
)
def test_formats_out_of_the_limits_are_refused(
    tmp_path: Path, format_chunk: bytes, cause: str
) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(wav(format_chunk=format_chunk))
    assert cause in refusal(path)


def test_too_long_is_refused_by_the_header_alone(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    five_hours = 5 * 3_600 * 8_000
    path.write_bytes(
        riff(chunk(b"fmt ", fmt(rate_hz=8_000, bits=8)), chunk(b"data", b"", five_hours))
    )
    os.truncate(path, 44 + five_hours)  # sparse: takes no room
    assert "5.00 hours long; the limit is 4.00 hours" in refusal(path)


def test_things_that_are_no_files_are_refused_without_blocking(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    (tmp_path / "loop.wav").symlink_to(tmp_path / "loop.wav")
    (tmp_path / "dangling.wav").symlink_to(tmp_path / "nowhere.wav")
    (tmp_path / "a.txt").write_text("x")
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(tmp_path / "s"))
    listening.close()
    assert "is a directory" in refusal(tmp_path)
    assert "is a pipe" in refusal(tmp_path / "pipe.wav")
    assert "leads to itself" in refusal(tmp_path / "loop.wav")
    assert "does not exist" in refusal(tmp_path / "dangling.wav")
    assert "does not exist" in refusal(tmp_path / "a.txt" / "b.wav")
    assert "device or socket" in refusal(tmp_path / "s")
    assert "device or socket" in refusal(Path("/dev/zero"))
    assert "too long for the name" in refusal(tmp_path / ("x" * 300))
    assert "cannot be the name" in refusal(Path("a\0b.wav"))


def test_no_permission_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(wav())
    path.chmod(0)
    with unprivileged():
        assert "may not be read" in refusal(path)


def test_a_name_that_is_no_text_can_still_be_shown(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.wav"))
    refusal(path).encode("utf-8")


DATA = bytes(3_200)
FMT = chunk(b"fmt ", fmt())


@pytest.mark.parametrize(
    ("content", "frames", "truncated"),
    [
        pytest.param(wav(DATA), 1_600, None, id="whole"),
        pytest.param(wav(bytes(2)), 1, None, id="one sample"),
        pytest.param(wav(DATA)[:1_644], 800, "promises 0.10 s, 0.05 s are there", id="half"),
        pytest.param(wav(DATA)[:1_645], 800, "promises 0.10 s", id="odd byte"),
        pytest.param(riff(FMT, chunk(b"data", bytes(3_201))), 1_600, None, id="odd length"),
        pytest.param(
            riff(FMT, chunk(b"data", DATA, 2**32 - 1), size=2**32 - 1),
            1_600,
            None,
            id="ffmpeg pipe",
        ),
        pytest.param(
            riff(FMT, chunk(b"data", DATA, 0x7FFFF000), size=0x7FFFF024), 1_600, None, id="sox pipe"
        ),
        pytest.param(riff(FMT, chunk(b"data", DATA, 0), size=36), 1_600, None, id="recorder died"),
        pytest.param(
            riff(FMT, chunk(b"data", DATA), chunk(b"LIST", b"ab")), 1_600, None, id="after"
        ),
        pytest.param(
            riff(chunk(b"LIST", b"odd"), FMT, chunk(b"data", DATA)), 1_600, None, id="odd"
        ),
    ],
)
def test_the_real_length_is_found(
    tmp_path: Path, content: bytes, frames: int, truncated: str | None
) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    header = check_sound_file(path, SETTINGS)
    assert (header.kind, header.rate_hz, header.channels) == ("wav", 16_000, 1)
    assert header.frames == frames
    if truncated is None:
        assert header.truncated is None
    else:
        assert header.truncated is not None
        assert truncated in header.truncated


def test_big_endian_extensible_and_rf64_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    body = fmt(order=">")
    path.write_bytes(
        riff(chunk(b"fmt ", body, order=">"), chunk(b"data", bytes(8), order=">"), magic=b"RIFX")
    )
    assert check_sound_file(path, SETTINGS).frames == 4
    extensible = fmt(tag=0xFFFE, channels=2, bits=24) + struct.pack("<HHIH", 22, 24, 3, 1)
    path.write_bytes(wav(bytes(600), extensible + EXTENSIBLE_TAIL))
    assert check_sound_file(path, SETTINGS).frames == 100
    sizes = struct.pack("<QQQI", 0, 64, 32, 0)
    path.write_bytes(
        riff(
            chunk(b"ds64", sizes),
            chunk(b"fmt ", fmt()),
            chunk(b"data", bytes(64), 2**32 - 1),
            magic=b"RF64",
            size=2**32 - 1,
        )
    )
    header = check_sound_file(path, SETTINGS)
    assert (header.frames, header.truncated) == (32, None)


@pytest.mark.parametrize(
    ("kind", "subtype"), [("FLAC", "PCM_16"), ("OGG", "VORBIS"), ("OGG", "OPUS")]
)
def test_compressed_files_are_known_by_content(tmp_path: Path, kind: str, subtype: str) -> None:
    path = tmp_path / "called.wav"
    soundfile.write(path, np.zeros((24_000, 2)), 24_000, format=kind, subtype=subtype)
    header = check_sound_file(path, SETTINGS)
    assert (header.kind, header.rate_hz, header.channels) == (kind.lower(), 24_000, 2)
    assert (header.frames, header.truncated) == (24_000, None)


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "OGG"])
def test_damaged_headers_are_refused_or_read_never_worse(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.wav"
    sound = np.sin(np.arange(2_000) / 9) / 2
    soundfile.write(path, sound, 16_000, format=kind)
    whole = path.read_bytes()
    chance = random.Random(kind)
    outcomes = {True: 0, False: 0}
    for _ in range(200):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(min(len(damaged), 80))] = chance.choice(
                (0, 255, chance.randrange(256))
            )
        path.write_bytes(damaged[: chance.choice((len(damaged), chance.randrange(len(damaged))))])
        try:
            samples = read_whole(path, SETTINGS)
            assert np.isfinite(samples).all()
            outcomes[True] += 1
        except BadSoundFile:
            outcomes[False] += 1
    assert outcomes[False] > 20
