import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from audio.errors import AudioError, BadSoundFile
from audio.resample import StreamResampler, resample
from audio.sound import SAMPLE_RATE_HZ, Samples, Sound
from audio.sound_file import read_blocks, read_whole, write_wav
from config.settings import SoundFileSettings

SETTINGS = SoundFileSettings()
TONE_HZ = 440.0
AMPLITUDE = 0.5


def tone(rate_hz: int, duration_s: float = 0.8, hz: float = TONE_HZ) -> NDArray[np.float64]:
    return AMPLITUDE * np.sin(2 * np.pi * hz * np.arange(int(rate_hz * duration_s)) / rate_hz)


def assert_is_tone(samples: Samples, tolerance: float) -> None:
    """Compare away from the edges; the high-pass turns the phase by 2.6 degrees, so fit it."""
    assert samples.dtype == np.float32
    middle = samples[2_000:-2_000].astype(np.float64)
    time_s = np.arange(len(middle)) / SAMPLE_RATE_HZ
    waves = np.exp(2j * np.pi * TONE_HZ * time_s)
    complex_amplitude = 2 * (middle * waves.conj()).mean()
    assert abs(complex_amplitude) == pytest.approx(AMPLITUDE, abs=0.005)
    assert np.abs(middle - (complex_amplitude * waves).real).max() < tolerance


@pytest.mark.parametrize(
    ("rate_hz", "channels"),
    [(8_000, 1), (16_000, 2), (22_050, 1), (44_100, 2), (48_000, 8), (96_000, 1)],
)
@pytest.mark.parametrize(
    ("subtype", "tolerance"),
    [
        ("PCM_U8", 0.02),
        ("PCM_16", 1e-3),
        ("PCM_24", 1e-3),
        ("PCM_32", 1e-3),
        ("FLOAT", 1e-3),
        ("DOUBLE", 1e-3),
    ],
)
def test_every_encoding_rate_and_width_gives_the_same_sound(
    tmp_path: Path, subtype: str, tolerance: float, rate_hz: int, channels: int
) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.tile(tone(rate_hz)[:, None], channels), rate_hz, subtype=subtype)
    samples = read_whole(path, SETTINGS)
    assert len(samples) == pytest.approx(0.8 * SAMPLE_RATE_HZ, abs=2)
    assert_is_tone(samples, tolerance)


@pytest.mark.parametrize(
    ("kind", "subtype", "endian", "tolerance"),
    [
        ("WAVEX", "PCM_24", "FILE", 1e-3),
        ("RF64", "PCM_16", "FILE", 1e-3),
        ("WAV", "PCM_24", "BIG", 1e-3),
        ("WAV", "FLOAT", "BIG", 1e-3),
        ("FLAC", "PCM_16", "FILE", 1e-3),
        ("FLAC", "PCM_24", "FILE", 1e-3),
        ("OGG", "VORBIS", "FILE", 0.03),
    ],
)
def test_every_container_gives_the_same_sound(
    tmp_path: Path, kind: str, subtype: str, endian: str, tolerance: float
) -> None:
    path = tmp_path / "called.wav"
    sound = np.tile(tone(44_100)[:, None], 2)
    soundfile.write(path, sound, 44_100, format=kind, subtype=subtype, endian=endian)
    assert_is_tone(read_whole(path, SETTINGS), tolerance)


def test_channels_are_mixed_by_their_mean(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    left = tone(16_000)
    soundfile.write(path, np.stack([left, -left], axis=1), 16_000, subtype="FLOAT")
    assert np.abs(read_whole(path, SETTINGS)).max() < 1e-6


def test_what_16_khz_cannot_hold_does_not_fold_back(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, tone(48_000, hz=9_500.0), 48_000, subtype="FLOAT")
    assert np.abs(read_whole(path, SETTINGS)[2_000:-2_000]).max() < 1e-4


def test_a_constant_offset_is_gone_from_the_first_sample(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, 0.4 + tone(16_000), 16_000, subtype="FLOAT")
    samples = read_whole(path, SETTINGS)
    assert abs(float(samples[:1_600].mean())) < 0.01
    assert_is_tone(samples, 1e-3)


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (np.nan, "no number"),
        (np.inf, "no number"),
        (-1e6, "1e+06 times full scale"),
        (1e300, "1e+300 times full scale"),
    ],
)
@pytest.mark.parametrize("position", [0, 12_345])
def test_values_that_are_no_sound_are_refused_with_their_place(
    tmp_path: Path, value: float, what: str, position: int
) -> None:
    path = tmp_path / "a.wav"
    sound = np.tile(tone(16_000)[:, None], 2)
    sound[position, 1] = value
    soundfile.write(path, sound, 16_000, subtype="DOUBLE")
    with pytest.raises(BadSoundFile) as caught:
        read_whole(path, SETTINGS)
    assert what in caught.value.message
    assert f"at sample {position} ({position / 16_000:.3f} s)" in caught.value.message


def test_a_float_file_over_full_scale_is_still_sound(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, 2.5 * tone(16_000), 16_000, subtype="FLOAT")
    assert np.abs(read_whole(path, SETTINGS)[800:]).max() == pytest.approx(1.25, abs=0.01)


def test_clipping_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.clip(50 * tone(16_000), -1, 1), 16_000, subtype="PCM_16")
    with read_blocks(path, SETTINGS) as file:
        list(file)
        assert "is clipped" in " ".join(file.warnings)


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "OGG"])
def test_truncated_files_are_read_as_far_as_they_go(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.wav"
    noise = np.random.default_rng(5).standard_normal(16_000 * 20) / 10
    soundfile.write(path, noise, 16_000, format=kind)
    os.truncate(path, path.stat().st_size // 2 + 1)
    with read_blocks(path, SETTINGS) as file:
        there = sum(len(block) for block in file)
        (warning,) = file.warnings
    assert 7 * 16_000 < there < 13 * 16_000
    assert "truncated" in warning


def test_a_streamed_flac_without_a_length_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    soundfile.write(path, tone(16_000, duration_s=1.1), 16_000)
    content = bytearray(path.read_bytes())
    content[21] &= 0xF0  # STREAMINFO: 36 bits of total samples, 0 is "unknown"
    content[22:26] = bytes(4)
    path.write_bytes(content)
    with read_blocks(path, SETTINGS) as file:
        assert file.header.frames is None
        assert sum(len(block) for block in file) == 17_600
        assert file.warnings == ()


def test_the_limit_holds_for_files_that_do_not_tell_their_length(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    soundfile.write(path, tone(16_000, duration_s=3.0), 16_000)
    content = bytearray(path.read_bytes())
    content[21] &= 0xF0
    content[22:26] = bytes(4)
    path.write_bytes(content)
    with pytest.raises(BadSoundFile, match="longer than the limit"):
        read_whole(path, SoundFileSettings(max_duration_s=1.0))


def test_twenty_minutes_are_read_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    data_bytes = 20 * 60 * 8_000 * 2
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", data_bytes + 36, b"WAVE", b"fmt ", 16,
                       1, 1, 8_000, 16_000, 2, 16, b"data", data_bytes)  # fmt: skip
    path.write_bytes(head)
    os.truncate(path, len(head) + data_bytes)  # sparse: takes no room
    program = (
        "import resource, sys; from pathlib import Path;"
        "from audio.sound_file import read_blocks; from config.settings import SoundFileSettings;"
        "peak_kb = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; before = peak_kb();"
        "file = read_blocks(Path(sys.argv[1]), SoundFileSettings());"
        "length = sum(len(block) for block in file); file.close();"
        "print(length, peak_kb() - before)"
    )
    ran = subprocess.run([sys.executable, "-c", program, path], capture_output=True, check=True)
    length, growth_kb = map(int, ran.stdout.split())
    assert length == 20 * 60 * SAMPLE_RATE_HZ
    assert growth_kb < 20_000  # the whole would be 77,000


def test_the_resampler_does_not_care_how_the_stream_is_cut() -> None:
    sound = np.random.default_rng(1).standard_normal(30_000).astype(np.float32)
    whole = resample(sound, 44_100, SAMPLE_RATE_HZ)
    for size in (1, 441, 30_000):
        stream = StreamResampler(44_100, SAMPLE_RATE_HZ)
        pieces = [stream.feed(sound[i : i + size]) for i in range(0, len(sound), size)]
        joined = np.concatenate([*pieces, stream.finish()])
        assert len(joined) == pytest.approx(len(whole), abs=1)
        assert np.abs(joined[: len(whole) - 1] - whole[: len(joined)][:-1]).max() < 1e-4


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    write_wav(path, Sound((3 * tone(22_050)).astype(np.float32), 22_050))
    pcm, rate_hz = soundfile.read(path, dtype="int16")
    assert rate_hz == 22_050
    assert np.abs(pcm - np.clip(3 * tone(22_050), -1, 1) * 32_767).max() <= 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.wav"]


def test_a_failed_write_leaves_the_old_file_and_no_rest(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"old")
    with pytest.raises(AudioError, match="no numbers"):
        write_wav(path, Sound(np.array([np.nan], np.float32), 16_000))
    with pytest.raises(AudioError, match="cannot be written"):
        write_wav(tmp_path / "nowhere" / "a.wav", Sound(np.zeros(3, np.float32), 16_000))
    program = (
        "import resource, signal, sys; import numpy as np; from pathlib import Path;"
        "from audio.sound import Sound; from audio.sound_file import write_wav;"
        "from audio.errors import AudioError;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000));\n"
        "try: write_wav(Path(sys.argv[1]), Sound(np.zeros(9999, np.float32), 16000))\n"
        "except AudioError as error: sys.exit(error.message)"
    )
    ran = subprocess.run([sys.executable, "-c", program, path], capture_output=True, check=False)
    assert b"cannot be written: File too large" in ran.stderr
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.wav"]
