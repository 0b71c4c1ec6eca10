"""A microphone that goes and comes back: a virtual card, and a fake one for rare faults."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from audio.device_changes import DeviceChange, DeviceFound, DeviceLost
from audio.microphone import QUEUE_BLOCKS
from audio.sound import SAMPLE_RATE_HZ, Samples
from audio.sound_file import write_wav
from audio.steady_microphone import SteadyMicrophone
from config.settings import DeviceSettings
from tests.fake_sound_card import FakeSoundCard, PortAudioError
from tests.live_program import tone
from tests.steady_programs import SteadyProgram, steady_program
from tests.virtual_card import VirtualCard, virtual_card

RETURN_S = 4.0
"""Aimed at: 2 s. A loaded machine takes longer."""


@pytest.fixture
def card() -> Iterator[VirtualCard]:
    with virtual_card() as running:
        yield running


@pytest.fixture
def tone_file(tmp_path: Path) -> Path:
    path = tmp_path / "tone.wav"
    write_wav(path, tone(0.5))
    return path


def measured(program: SteadyProgram, name: str, back: Callable[[], None]) -> None:
    """Let the device come back, and print and check how long it took to hear again."""
    back()
    back_s = time.time()
    found = program.next("found")
    took_s = float(program.next("hears")["at_s"]) - back_s
    print(f"{name}: hears {took_s:.2f} s after the device is back")  # noqa: T201 - the figure
    assert found["part"] == "microphone"
    assert took_s < RETURN_S


@pytest.mark.virtualcard
def test_stream_moved_to_our_own_speaker_is_noticed(card: VirtualCard) -> None:
    with steady_program(card, "hear", "vmic") as program:
        program.next("hears")
        card.unplug_microphone()
        lost = program.next("lost")
        assert "moved us from virtual_mic to speaker.monitor" in str(lost["reason"])
        measured(program, "source plugged in again", card.plug_microphone)


def _suspend(card: VirtualCard, suspended: str) -> None:
    card.control("suspend-source", "virtual_mic", suspended)


@pytest.mark.long
@pytest.mark.virtualcard
@pytest.mark.parametrize(
    ("name", "microphone", "away", "back", "reason"),
    [
        (
            "source resumed",
            "vmic",
            partial(_suspend, suspended="1"),
            partial(_suspend, suspended="0"),
            "no sound",
        ),
        ("daemon restarted", "vmic", VirtualCard.kill, VirtualCard.start, "stream ended"),
        (
            "default source plugged in again",
            "",
            VirtualCard.unplug_microphone,
            VirtualCard.plug_microphone,
            "moved us",
        ),
    ],
)
def test_microphone_that_comes_back_is_heard_again(
    name: str,
    microphone: str,
    away: Callable[[VirtualCard], None],
    back: Callable[[VirtualCard], None],
    reason: str,
    card: VirtualCard,
) -> None:
    with steady_program(card, "hear", microphone) as program:
        program.next("hears")
        for _ in range(3):
            away(card)
            assert reason in str(program.next("lost")["reason"])
            program.silent_for(2.0)
            measured(program, name, lambda: back(card))
        closed = program.close()
    assert closed["reopened"] == 3
    assert float(closed["slowest_s"]) < 1.0  # the listener always got its turn


@pytest.mark.long
@pytest.mark.virtualcard
@pytest.mark.parametrize("microphone", ["vmic", ""])
def test_microphone_that_is_not_there_at_the_start_is_found_when_it_comes(
    microphone: str, card: VirtualCard
) -> None:
    card.kill()
    with steady_program(card, "hear", microphone) as program:
        assert "No microphone" in str(program.next("lost")["reason"])
        program.silent_for(2.0)
        measured(program, "daemon started late", card.start)
        assert program.close()["reopened"] == 0


@pytest.mark.long
@pytest.mark.virtualcard
def test_monitor_of_the_speaker_is_no_microphone(card: VirtualCard) -> None:
    card.unplug_microphone()
    with steady_program(card, "hear", "") as program:
        assert "has no microphone" in str(program.next("lost")["reason"])
        program.silent_for(1.0)
        measured(program, "first source plugged in", card.plug_microphone)


@pytest.mark.long
@pytest.mark.virtualcard
def test_sound_from_while_the_program_was_stopped_is_dropped(
    card: VirtualCard, tone_file: Path
) -> None:
    """Said at the beginning of 12 s in which the process does not run."""
    with steady_program(card, "hear", "vmic") as program:
        program.next("hears")
        os.kill(program.pid, signal.SIGSTOP)
        card.say_into_microphone(tone_file)
        threading.Event().wait(12.0)
        os.kill(program.pid, signal.SIGCONT)
        program.silent_for(1.0)
        card.say_into_microphone(tone_file)
        program.next("loud")
        assert int(program.close()["dropped"]) > 300


@pytest.mark.long
@pytest.mark.virtualcard
def test_frozen_sound_server_freezes_nobody(card: VirtualCard) -> None:
    with steady_program(card, "hear", "vmic") as program:
        program.next("hears")
        card.daemon.send_signal(signal.SIGSTOP)
        program.next("lost")
        program.silent_for(6.0)
        measured(program, "daemon thawed", lambda: card.daemon.send_signal(signal.SIGCONT))
        assert float(program.close()["slowest_s"]) < 1.0


class Listener:
    """Reads a SteadyMicrophone on the fake card."""

    def __init__(self) -> None:
        self.changes: list[DeviceChange] = []
        self.microphone = SteadyMicrophone(DeviceSettings(), self.changes.append)
        self._blocks = self.microphone.blocks()

    def hear(self) -> Samples:
        """The next block with sound in it."""
        return next(block for block in self._blocks if len(block))

    def hear_to_the_end(self) -> None:
        for _ in self._blocks:
            pass

    def wait_until(self, done: Callable[[], object]) -> None:
        end_s = time.monotonic() + 20
        while not done():
            next(self._blocks)
            assert time.monotonic() < end_s


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeSoundCard:
    card = FakeSoundCard()
    monkeypatch.setitem(sys.modules, "sounddevice", card)
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/none")
    return card


@pytest.fixture
def listener(fake: FakeSoundCard) -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.microphone.close()


def test_card_of_another_rate_is_heard(listener: Listener) -> None:
    assert len(listener.hear()) / SAMPLE_RATE_HZ == pytest.approx(0.02, abs=0.02)
    assert not listener.microphone.is_lost
    assert not listener.changes


@pytest.mark.parametrize(
    ("text", "code"),
    [("Device unavailable", -9985), ("Illegal combination of I/O devices", -9993)],
)
def test_busy_microphone_is_heard_once_it_is_free(
    text: str, code: int, fake: FakeSoundCard
) -> None:
    fake.failures = [PortAudioError(text, code)] * 2
    listener = Listener()
    listener.hear()
    listener.microphone.close()
    lost, found = listener.changes
    assert isinstance(lost, DeviceLost)
    assert text in lost.reason
    assert found == DeviceFound("microphone", "fake mic")
    assert listener.microphone.reopened == 0


def test_unplugged_microphone_is_found_again(fake: FakeSoundCard, listener: Listener) -> None:
    listener.hear()
    fake.unplug()
    listener.wait_until(lambda: listener.changes)
    assert listener.microphone.is_lost
    fake.is_plugged = True
    listener.hear()
    assert [type(change) for change in listener.changes] == [DeviceLost, DeviceFound]
    assert listener.microphone.reopened == 1
    assert fake.rescans == 0  # its name stayed good


def test_a_gap_that_the_card_tells_of_is_counted(fake: FakeSoundCard, listener: Listener) -> None:
    listener.hear()
    assert listener.microphone.dropped_blocks == 0
    fake.overflows = 2
    listener.wait_until(lambda: listener.microphone.dropped_blocks)
    listener.wait_until(lambda: not fake.overflows)
    listener.hear()
    assert listener.microphone.dropped_blocks == 2


def test_listener_that_sleeps_loses_what_is_old(fake: FakeSoundCard, listener: Listener) -> None:
    listener.hear()
    listener.wait_until(lambda: fake.opened)
    end_s = time.monotonic() + 30
    while not listener.microphone.dropped_blocks:
        threading.Event().wait(0.02)
        assert time.monotonic() < end_s
    assert listener.microphone.is_behind
    blocks = 0
    while listener.microphone.is_behind:
        listener.hear()
        blocks += 1
        assert blocks < 2 * QUEUE_BLOCKS


def test_closing_from_another_thread_ends_the_listening(listener: Listener) -> None:
    listener.hear()
    closer = threading.Thread(target=listener.microphone.close)
    closer.start()
    listener.hear_to_the_end()
    closer.join()
    assert not listener.changes
