"""Microphone and speaker on a virtual sound card."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from audio.devices import Device, choose_device
from audio.errors import DeviceError
from audio.sound import SAMPLE_RATE_HZ, Sound
from audio.sound_file import read_whole, write_wav
from config.settings import SoundFileSettings
from tests.virtual_card import (
    REPOSITORY,
    SPEAKER_RATE_HZ,
    SpeakerRecording,
    VirtualCard,
    virtual_card,
)

Start = Callable[..., subprocess.Popen[str]]

DEVICES = (
    Device(0, "USB Audio: mic (hw:1,0)", 1, 0, 48_000, False, False),
    Device(1, "USB Audio: speaker (hw:1,1)", 0, 2, 48_000, False, False),
    Device(2, "default", 32, 32, 44_100, True, True),
)


@pytest.fixture
def card() -> Iterator[VirtualCard]:
    with virtual_card() as running:
        yield running


def told(program: subprocess.Popen[str]) -> dict[str, str | float]:
    assert program.stdout is not None
    line = program.stdout.readline()
    assert line, "the program died"
    facts: dict[str, str | float] = json.loads(line)
    return facts


def say_line(program: subprocess.Popen[str]) -> None:
    assert program.stdin is not None
    program.stdin.write("\n")
    program.stdin.flush()


@pytest.fixture
def start(card: VirtualCard) -> Iterator[Start]:
    """Starts programs on the card, and ends them whatever happens."""
    programs: list[subprocess.Popen[str]] = []

    def start_program(*arguments: str) -> subprocess.Popen[str]:
        programs.append(card.start_program("tests.live_program", *arguments))
        return programs[-1]

    yield start_program
    for program in programs:
        program.kill()
        program.communicate()


def ended(program: subprocess.Popen[str]) -> int:
    program.communicate(timeout=30)
    return program.returncode


def speech_file(path: Path) -> NDArray[np.float32]:
    """Write speech at 16 kHz, and return it."""
    subprocess.run(["espeak-ng", "-w", str(path), "walk forward two metres"], check=True)
    samples = read_whole(path, SoundFileSettings())
    write_wav(path, Sound(samples, SAMPLE_RATE_HZ))
    return samples


def best_correlation(heard: NDArray[np.float32], said: NDArray[np.float32]) -> float:
    """Correlation at the best delay."""
    size = len(heard) + len(said)
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(said, size))
    delay = int(np.argmax(np.fft.irfft(spectrum, size)[: len(heard) - len(said)]))
    return float(np.corrcoef(heard[delay : delay + len(said)], said)[0, 1])


def sounding(recording: NDArray[np.float32]) -> NDArray[np.float32]:
    """What is left without silence; a loaded machine puts gaps into sound, but loses none."""
    window = round(0.002 * SPEAKER_RATE_HZ)
    blocks = recording[: len(recording) // window * window].reshape(-1, window)
    loud: NDArray[np.float32] = blocks[np.abs(blocks).max(axis=1) > 0.01].ravel()
    return loud


def pitch_hz(sound: NDArray[np.float32]) -> float:
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(np.argmax(spectrum) * SPEAKER_RATE_HZ / len(sound))


@pytest.mark.virtualcard
@pytest.mark.parametrize("kind", ["served", "raw"])
def test_microphone_hears_what_is_played_to_it(
    kind: str, card: VirtualCard, start: Start, tmp_path: Path
) -> None:
    said = speech_file(tmp_path / "said.wav")
    program = start("hear", kind, "4.0", str(tmp_path / "heard.npy"))
    assert told(program) == {"event": "open"}
    card.say_into_microphone(tmp_path / "said.wav")
    assert told(program) == {"event": "saved", "dropped": 0}
    assert ended(program) == 0
    assert best_correlation(np.load(tmp_path / "heard.npy"), said) > 0.99


@pytest.mark.virtualcard
def test_lost_microphone_is_told_within_a_second_and_a_half(
    card: VirtualCard, start: Start
) -> None:
    program = start("hear_until_lost")
    assert told(program)["event"] == "open"
    card.kill()
    loss = told(program)
    assert loss["event"] == "device_error"
    assert "microphone" in str(loss["message"])
    assert float(loss["after_s"]) < 1.5
    assert ended(program) == 0


@pytest.mark.virtualcard
def test_sleeping_microphone_is_told_though_portaudio_raises_nothing(
    card: VirtualCard, start: Start
) -> None:
    program = start("hear_until_lost")
    assert told(program)["event"] == "open"
    card.control("suspend-source", "virtual_mic", "1")
    loss = told(program)
    assert loss["event"] == "device_error"
    assert "no sound" in str(loss["message"])
    assert float(loss["after_s"]) < 1.5
    assert ended(program) == 0


@pytest.mark.virtualcard
def test_speaker_plays_every_clause_at_its_length_and_pitch(
    card: VirtualCard, start: Start
) -> None:
    recording = SpeakerRecording(card)
    program = start("say")
    facts = told(program)
    recording.wait_for_more(0.3)
    said = sounding(recording.stop())
    assert facts == {"event": "said", "heard_s": 1.0, "heard_clauses": 2}
    assert len(said) / SPEAKER_RATE_HZ == pytest.approx(1.0, abs=0.02)
    assert pitch_hz(said[: SPEAKER_RATE_HZ // 2]) == pytest.approx(440.0, abs=4.0)
    assert pitch_hz(said[-SPEAKER_RATE_HZ // 3 :]) == pytest.approx(660.0, abs=4.0)
    assert ended(program) == 0


@pytest.mark.virtualcard
def test_silenced_voice_stops_within_150_ms_and_stays_silent(
    card: VirtualCard, start: Start
) -> None:
    recording = SpeakerRecording(card)
    program = start("say_and_stop")
    silenced = told(program)
    recording.wait_for_more(0.5)
    say_line(program)
    assert told(program) == {"event": "said", "heard_clauses": 1}
    recording.wait_for_more(0.3)
    said = sounding(recording.stop())
    again_s = 0.3
    assert len(said) / SPEAKER_RATE_HZ - again_s - float(silenced["heard_s"]) < 0.15
    assert float(silenced["took_s"]) < 0.1
    assert silenced["heard_clauses"] == 0
    assert pitch_hz(said[-SPEAKER_RATE_HZ // 4 :]) == pytest.approx(880.0, abs=4.0)
    assert ended(program) == 0


@pytest.mark.virtualcard
def test_lost_speaker_ends_the_waiting(card: VirtualCard, start: Start) -> None:
    program = start("say_until_lost")
    assert told(program)["event"] == "open"
    card.kill()
    loss = told(program)
    assert loss["event"] == "device_error"
    assert "speaker" in str(loss["message"])
    assert float(loss["after_s"]) < 2.0
    assert ended(program) == 0


def test_no_device_is_a_sentence() -> None:
    program = subprocess.run(
        [sys.executable, "-m", "tests.live_program", "open_devices"],
        cwd=REPOSITORY,
        env=os.environ | {"PULSE_SERVER": "unix:/dev/null"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    listed, *facts = [json.loads(line) for line in program.stdout.splitlines()]
    if listed["devices"]:
        pytest.skip("this machine has a sound card")
    assert [fact["event"] for fact in facts] == ["device_error", "device_error"]
    assert "No microphone was found" in facts[0]["message"]
    assert "No speaker was found" in facts[1]["message"]


@pytest.mark.parametrize(
    ("name", "index"),
    [("", 2), ("default", 2), ("USB Audio: mic (hw:1,0)", 0), ("usb audio", 0)],
)
def test_input_device_is_found_by_name(name: str, index: int) -> None:
    assert choose_device(DEVICES, name, "input").index == index


@pytest.mark.parametrize(
    ("devices", "name", "sentence"),
    [
        ((), "", "No speaker was found"),
        (DEVICES[:1], "", "No speaker was found"),
        (DEVICES, "mic", "'mic' is not there"),
        (DEVICES, "e", "'e' is not unique"),
    ],
)
def test_output_device_that_cannot_be_meant_is_told(
    devices: tuple[Device, ...], name: str, sentence: str
) -> None:
    with pytest.raises(DeviceError, match=sentence):
        choose_device(devices, name, "output")
