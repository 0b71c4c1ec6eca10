"""A voice that writes files."""

import wave
from pathlib import Path

import numpy as np
import pytest

from audio.sound import Sound
from audio.voice import CLAUSE_GAP_S, Voice
from audio.wav_voice import WavVoice

RATE_HZ = 22_050


def tone(seconds: float, rate_hz: int = RATE_HZ) -> Sound:
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    return Sound((0.5 * np.sin(2 * np.pi * 440.0 * time_s)).astype(np.float32), rate_hz)


def written(path: Path) -> tuple[int, np.ndarray[tuple[int, ...], np.dtype[np.int16]]]:
    with wave.open(str(path)) as file:
        return file.getframerate(), np.frombuffer(file.readframes(file.getnframes()), np.int16)


def test_clauses_are_joined_with_a_gap_at_one_rate(tmp_path: Path) -> None:
    voice: Voice = WavVoice(tmp_path / "reply.wav", RATE_HZ)
    voice.play(tone(0.5))
    voice.play(tone(0.25, rate_hz=16_000))
    voice.finish()
    rate_hz, samples = written(tmp_path / "reply.wav")
    assert rate_hz == RATE_HZ
    assert len(samples) / RATE_HZ == pytest.approx(0.75 + CLAUSE_GAP_S, abs=0.001)
    gap = samples[round(0.5 * RATE_HZ) :][: round(CLAUSE_GAP_S * RATE_HZ)]
    assert not gap.any()
    assert voice.heard_s == pytest.approx(0.75, abs=0.001)
    assert voice.heard_clauses == 2


def test_silenced_voice_keeps_what_was_given_before(tmp_path: Path) -> None:
    voice = WavVoice(tmp_path / "reply.wav")
    voice.play(tone(0.5))
    voice.silence()
    voice.play(tone(1.0))
    voice.finish()
    assert len(written(tmp_path / "reply.wav")[1]) == round(0.5 * RATE_HZ)
    assert voice.heard_clauses == 1


def test_finished_voice_swallows_what_comes_late(tmp_path: Path) -> None:
    voice = WavVoice(tmp_path / "reply.wav")
    voice.play(tone(0.5))
    voice.finish()
    voice.play(tone(0.5))
    voice.finish()
    assert len(written(tmp_path / "reply.wav")[1]) == round(0.5 * RATE_HZ)


@pytest.mark.parametrize("sounds", [(), (Sound(np.zeros(0, np.float32), RATE_HZ),)])
def test_nothing_said_is_no_file(tmp_path: Path, sounds: tuple[Sound, ...]) -> None:
    voice = WavVoice(tmp_path / "reply.wav")
    for sound in sounds:
        voice.play(sound)
    voice.finish()
    assert not list(tmp_path.iterdir())
    assert voice.heard_clauses == len(sounds)
