"""What `sori doctor` finds of sound: levels, a tone, who holds a card."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from audio.sound import SAMPLE_RATE_HZ, Samples
from robot.health.holders import Holder, holders, named
from robot.health.levels import levels
from robot.health.tone import HEARD_MATCH, find_tone, rising_tone
from tests.speech import say
from tests.virtual_card import REPOSITORY, VirtualCard, virtual_card

Told = dict[str, Any]
"""A finding as JSON."""
SECONDS = 2.0
N = round(SECONDS * SAMPLE_RATE_HZ)

PROGRAM = """
import msgspec
from config.settings import DeviceSettings, Settings
from robot.health.sound_devices import check_devices, check_microphone
from robot.health.tone import check_tone
settings = Settings(device=DeviceSettings(microphone="vmic", speaker="vspk"))
for check in (check_devices, check_microphone, check_tone, check_tone):
    input()
    print(msgspec.json.encode(check(settings)).decode(), flush=True)
"""
"""Makes one check for each line of input."""


def noise(level: float) -> Samples:
    return np.random.default_rng(1).normal(0.0, level, N).astype(np.float32)


def sine(level: float, pitch_hz: float) -> Samples:
    time_s = np.arange(N) / SAMPLE_RATE_HZ
    return (level * np.sin(2 * np.pi * pitch_hz * time_s)).astype(np.float32)


def with_tone(sound: Samples, gain: float, at_s: float = 0.7) -> Samples:
    tone, at = rising_tone(), round(at_s * SAMPLE_RATE_HZ)
    mixed = sound.copy()
    mixed[at : at + len(tone)] += gain * tone
    return mixed


@pytest.mark.parametrize(
    ("sound", "peak", "floor", "clipped"),
    [
        (np.zeros(N, np.float32), -120.0, -120.0, 0.0),
        (sine(0.5, 440.0), -6.0, -9.0, 0.0),
        (noise(0.01), -28.0, -40.5, 0.0),
        (np.clip(sine(2.0, 440.0), -1.0, 1.0), 0.0, -1.5, 0.66),
    ],
    ids=["silence", "tone", "noise", "clipping"],
)
def test_levels(sound: Samples, peak: float, floor: float, clipped: float) -> None:
    found = levels(sound, dropped_blocks=3)
    assert found.peak_dbfs == pytest.approx(peak, abs=1.0)
    assert found.noise_floor_dbfs == pytest.approx(floor, abs=1.0)
    assert found.clipped_share == pytest.approx(clipped, abs=0.02)
    assert (found.recorded_s, found.dropped_blocks) == (SECONDS, 3)


@pytest.mark.parametrize(
    "sound",
    [
        lambda: np.zeros(N, np.float32),
        lambda: noise(0.1),
        lambda: sine(0.3, 50.0),
        lambda: sine(0.3, 1_000.0),
        lambda: np.resize(say("walk forward two metres and turn left", "en-us"), N),
    ],
    ids=["silence", "noise", "hum", "whistle", "speech"],
)
def test_other_sounds_are_not_taken_for_the_tone(sound: Callable[[], Samples]) -> None:
    assert find_tone(sound(), rising_tone()).match < HEARD_MATCH - 2.0


@pytest.mark.parametrize(
    ("sound", "gain"),
    [(noise(1e-4), 0.01), (noise(0.02), 0.2), (sine(0.05, 100.0), 0.5), (noise(0.02), -0.5)],
    ids=["faint", "in noise", "over hum", "turned round"],
)
def test_tone_is_found_where_it_is(sound: Samples, gain: float) -> None:
    found = find_tone(with_tone(sound, gain), rising_tone())
    assert found.match > HEARD_MATCH
    assert found.at_s == pytest.approx(0.7, abs=0.001)


def test_holders_of_a_card_are_named(tmp_path: Path) -> None:
    for pid, program, files in (
        (71, "arecord", ["/dev/snd/pcmC1D0c", "/dev/snd/controlC1", "/tmp/x"]),
        (72, "bash", ["/dev/null"]),
        (73, "mpv", ["/dev/snd/pcmC0D0p"]),
    ):
        folder = tmp_path / f"{pid}"
        (folder / "fd").mkdir(parents=True)
        (folder / "comm").write_text(f"{program}\n")
        for number, file in enumerate(files):
            (folder / "fd" / f"{number}").symlink_to(file)
    (tmp_path / "self").mkdir()
    (tmp_path / "74").mkdir()
    found = holders(tmp_path)
    assert found == (Holder(71, "arecord", "pcmC1D0c"), Holder(73, "mpv", "pcmC0D0p"))
    assert named(found) == "pcmC1D0c by arecord (process 71), pcmC0D0p by mpv (process 73)"


@dataclass(slots=True)
class Checks:
    """PROGRAM on a card."""

    program: subprocess.Popen[str]

    def next(self) -> Told:
        """Make the next check."""
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        self.program.stdin.write("\n")
        self.program.stdin.flush()
        told: Told = json.loads(self.program.stdout.readline())
        return told


@pytest.fixture
def card() -> Iterator[VirtualCard]:
    with virtual_card() as running:
        yield running


@pytest.fixture
def checks(card: VirtualCard) -> Iterator[Checks]:
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        env=card.environment,
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield Checks(program)
    program.kill()
    program.communicate()


@pytest.mark.virtualcard
def test_tone_is_heard_where_the_speaker_reaches_the_microphone(
    card: VirtualCard, checks: Checks
) -> None:
    listed = {device["name"]: device for device in checks.next()["numbers"]["devices"]}
    assert {"vmic", "vspk"} <= set(listed)
    assert listed["vmic"]["rate_hz"] > 0
    microphone = checks.next()
    assert microphone["state"] == "warning"
    assert "digital silence. Is it muted" in microphone["remedy"]
    assert microphone["numbers"]["dropped_blocks"] == 0
    apart = checks.next()
    assert apart["state"] == "warning"
    assert "did not hear it" in apart["remedy"]
    assert apart["numbers"]["delay_ms"] is None
    card.join_speaker_to_microphone()
    joined = checks.next()
    assert joined["state"] == "ok", joined
    assert 20 < joined["numbers"]["delay_ms"] < 900
