"""PortAudio's door: what hangs is left behind, and nobody else waits for it."""

import threading
import time
from collections.abc import Callable

import pytest

from audio.errors import DeviceError
from audio.streams import PortAudio, Stream
from tests.fake_sound_card import FakeSoundCard, PortAudioError


def stream(card: FakeSoundCard) -> Stream:
    made: Stream = card.InputStream(
        samplerate=48_000, callback=lambda *_: None, finished_callback=lambda: None
    )
    return made


@pytest.fixture
def card() -> FakeSoundCard:
    return FakeSoundCard()


@pytest.fixture
def port_audio() -> PortAudio:
    return PortAudio(open_deadline_s=0.5, close_deadline_s=0.5)


def until(done: Callable[[], object]) -> None:
    end_s = time.monotonic() + 10
    while not done():
        assert time.monotonic() < end_s
        threading.Event().wait(0.005)


def test_stream_is_opened_and_ended_once(card: FakeSoundCard, port_audio: PortAudio) -> None:
    opened = port_audio.start(lambda: stream(card), "microphone")
    port_audio.end(opened)
    port_audio.end(opened)
    assert card.closed == [opened]


def test_failure_is_a_sentence_with_its_cause(card: FakeSoundCard, port_audio: PortAudio) -> None:
    card.failures = [PortAudioError("Device unavailable", -9985)]
    with pytest.raises(DeviceError, match=r"cannot be opened .*Device unavailable.* may hold it"):
        port_audio.start(lambda: stream(card), "microphone")


def test_opening_that_hangs_is_given_up_and_closed_when_it_comes(
    card: FakeSoundCard, port_audio: PortAudio
) -> None:
    card.hanging = release = threading.Event()
    with pytest.raises(DeviceError, match="did not open"):
        port_audio.start(lambda: stream(card), "microphone")
    card.hanging = None
    other = port_audio.start(lambda: stream(card), "speaker")
    with pytest.raises(DeviceError, match="hangs"):  # PortAudio would crash
        port_audio.rescan(card)
    assert card.rescans == 0
    assert card.closed == [other]
    release.set()
    until(lambda: len(card.closed) == 2)
    until(lambda: _rescanned(port_audio, card))


def _rescanned(port_audio: PortAudio, card: FakeSoundCard) -> bool:
    try:
        port_audio.rescan(card)
    except DeviceError:
        return False
    return card.rescans == 1


def test_looking_for_devices_ends_every_stream(card: FakeSoundCard, port_audio: PortAudio) -> None:
    opened = [port_audio.start(lambda: stream(card), "microphone") for _ in range(2)]
    port_audio.rescan(card)
    assert card.closed == opened
    assert (card.rescans, port_audio.rescans) == (1, 1)


def test_number_of_a_device_means_nothing_after_devices_were_looked_for(
    card: FakeSoundCard, port_audio: PortAudio
) -> None:
    listed = port_audio.rescans
    port_audio.rescan(card)
    with pytest.raises(DeviceError, match="try again"):
        port_audio.start(lambda: stream(card), "microphone", listed)
    assert not card.opened
