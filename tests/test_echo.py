"""Sori's own sound on its way back: the canceller and the guard."""

import sys

import numpy as np
import pytest

from audio.echo.canceller import EchoCanceller
from audio.echo.guard import REACH_S, EchoGuard
from audio.echo.own_sound import OwnSound
from audio.sound import FRAME_S, FRAME_SAMPLES, SAMPLE_RATE_HZ, Samples
from bench.echo_room import Room
from tests.speech import pause, say

ROOM_NOISE = 1e-3
BEGINS_S = 3.0
"""Of the person, while Sori speaks."""


@pytest.fixture(scope="module")
def scene() -> tuple[Samples, Samples, Samples]:
    """What is played, its echo with the room's noise, and a person from BEGINS_S on."""
    random = np.random.default_rng(2)
    said = "I am Sori, and I can walk, wave and talk with you about many things. "
    far = np.concatenate([pause(0.5), say(said, "en-us"), pause(0.5)])
    person = np.zeros_like(far)
    words = say("wait a moment please", "en-gb+m3")
    words = words[np.flatnonzero(np.abs(words) > 0.01)[0] :]
    begin = round(BEGINS_S * SAMPLE_RATE_HZ)
    person[begin : begin + len(words)] = words
    noise = ROOM_NOISE * random.standard_normal(len(far)).astype(np.float32)
    echo = Room.draw(random, rt60_s=0.3, delay_s=0.06).echo(far, gain_db=-6.0)
    return far, echo + noise, person


def run(own: OwnSound, near: Samples, far: Samples, block: int) -> list[bool]:
    """Whether somebody spoke over Sori, block by block."""
    return [
        own.feed(near[at : at + block], far[at : at + block]).is_over
        for at in range(0, len(near), block)
    ]


def test_canceller_takes_the_echo_and_leaves_silence_alone(
    scene: tuple[Samples, Samples, Samples],
) -> None:
    far, heard, _ = scene
    canceller = EchoCanceller.load()
    cleaned = np.concatenate(
        [
            canceller.clean(heard[at : at + 333], far[at : at + 333])
            for at in range(0, len(far), 333)
        ]
    )
    assert len(cleaned) == len(heard)
    late = slice(2 * SAMPLE_RATE_HZ, None)
    taken_db = 10 * np.log10(np.square(heard[late]).mean() / np.square(cleaned[late]).mean())
    assert taken_db > 20.0


def test_own_voice_alone_is_nobody_and_a_person_over_it_is_found(
    scene: tuple[Samples, Samples, Samples],
) -> None:
    far, heard, person = scene
    assert not any(run(OwnSound.load(), heard, far, FRAME_SAMPLES))
    over = run(OwnSound.load(), heard + person, far, FRAME_SAMPLES)
    first_s = (over.index(True) + 1) * FRAME_S
    assert BEGINS_S < first_s < BEGINS_S + 0.3


def test_guard_alone_keeps_own_voice_out_and_lets_a_loud_person_in(
    scene: tuple[Samples, Samples, Samples],
) -> None:
    far, heard, person = scene
    assert not any(run(OwnSound(None), heard, far, 500))
    assert any(run(OwnSound(None), heard + 4 * person, far, 500))


@pytest.mark.parametrize("asks_other", [True, False])
def test_a_canceller_that_loses_its_place_is_nobody(
    scene: tuple[Samples, Samples, Samples], asks_other: bool
) -> None:
    far, heard, person = (np.concatenate((one, one)) for one in scene)
    half_s = len(far) / 2 / SAMPLE_RATE_HZ
    person[: len(far) // 2] = 0.0  # until then the guards learn
    left = heard * 10 ** (-30 / 20)
    lost_s = half_s + BEGINS_S - 0.8
    lost = slice(round(lost_s * SAMPLE_RATE_HZ), round((lost_s + 0.5) * SAMPLE_RATE_HZ))
    left[lost] = heard[lost]  # the whole echo for half a second
    bare, guard = EchoGuard(after_canceller=False), EchoGuard(after_canceller=True)
    over: list[bool] = []
    for at in range(0, len(far), FRAME_SAMPLES):
        now = slice(at, at + FRAME_SAMPLES)
        bare.feed(heard[now] + person[now], far[now])
        may_be_over = bare.hears_some or not asks_other
        block = guard.feed(left[now] + person[now], far[now], may_be_over=may_be_over)
        over.append(block.is_over)
    begins = round((half_s + BEGINS_S) / FRAME_S)
    assert any(over[:begins]) is not asks_other
    assert any(over[begins:])  # the person


def test_guard_turns_own_voice_down_to_the_noise_of_the_room(
    scene: tuple[Samples, Samples, Samples],
) -> None:
    far, heard, _ = scene
    guard = OwnSound(None)
    blocks = [
        guard.feed(heard[at : at + FRAME_SAMPLES], far[at : at + FRAME_SAMPLES])
        for at in range(0, len(far) - FRAME_SAMPLES, FRAME_SAMPLES)
    ]
    left = np.concatenate([one.samples for one in blocks])
    assert np.square(left).mean() < np.square(heard).mean() / 20
    assert sum(one.is_own for one in blocks) * FRAME_S > 3.0


@pytest.mark.parametrize("told", [True, False])
def test_guard_knows_what_was_played_while_the_microphone_was_away(
    scene: tuple[Samples, Samples, Samples], told: bool
) -> None:
    """Lost before a second reply and found in it, 0.2 s behind the loudspeaker: the first echo is
    of what was never read."""
    once, echo, _ = scene
    far = np.concatenate([once, pause(1.0), once])
    heard = np.concatenate([pause(0.2), echo, pause(1.0), echo])[: len(far)]
    guard = EchoGuard(after_canceller=False)
    loudest = 0.0
    lost = (len(once) + SAMPLE_RATE_HZ // 2) // FRAME_SAMPLES * FRAME_SAMPLES
    away = range(lost, lost + 2 * SAMPLE_RATE_HZ)
    for at in range(0, len(far) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        if at in away:
            continue
        if at == away.stop and told:
            guard.begin_again(far[at - round(REACH_S * SAMPLE_RATE_HZ) : at])
        now = slice(at, at + FRAME_SAMPLES)
        block = guard.feed(heard[now], far[now])
        if 0 <= at - away.stop < SAMPLE_RATE_HZ:
            loudest = max(loudest, float(np.abs(block.samples).max()))
    assert (loudest < 10 * ROOM_NOISE) is told


def test_what_is_heard_while_sori_is_silent_is_left_as_it_is() -> None:
    sound = say("hello", "en-us")
    blocks = OwnSound(None).feed(sound, np.zeros_like(sound))
    whole = len(sound) // FRAME_SAMPLES * FRAME_SAMPLES
    np.testing.assert_array_equal(blocks.samples[len(sound) - whole :], sound[:whole])
    assert not blocks.is_own
    assert not blocks.is_over


def test_without_the_library_the_guard_goes_on_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "livekit.rtc.apm", None)
    own = OwnSound.load()
    assert "livekit" in own.trouble
    assert len(own.feed(pause(0.1), pause(0.1)).samples) == round(0.1 * SAMPLE_RATE_HZ)
