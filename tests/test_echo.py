"""Sori's own sound on its way back: the far end, the canceller and the guard."""

import sys

import numpy as np
import pytest

from audio.echo.canceller import EchoCanceller
from audio.echo.far_end import FIRST_SPARE_S, SPARE_S, FarEnd
from audio.echo.guard import REACH_S, EchoGuard
from audio.echo.own_sound import OwnSound
from audio.sound import FRAME_S, FRAME_SAMPLES, SAMPLE_RATE_HZ, Samples
from bench.echo_room import Room
from tests.speech import pause, say

ROOM_NOISE = 1e-3
BEGINS_S = 3.0
"""Of the person, while Sori speaks."""


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def tone(rate_hz: int, seconds: float) -> Samples:
    return np.sin(2 * np.pi * 440.0 * np.arange(round(seconds * rate_hz)) / rate_hz).astype("f4")


def far_end_of(
    played: Samples, rate_hz: int, *, burst: int = 1, ppm: float = 0.0, late_s: float = 0.0
) -> Samples:
    """What is read in step with the microphone while callbacks come in bursts of blocks.

    `late_s`: the ear is busy for so long, once, in the middle.
    """
    clock, block = Clock(), round(FRAME_S * rate_hz)
    far_end = FarEnd(clock)
    blocks = iter(np.array_split(played, len(played) // block))
    taken, read = 0, []
    reads = round(len(played) / rate_hz / FRAME_S * (1 - abs(ppm) * 1e-6)) - burst
    for number in range(reads):
        heard_s = number * FRAME_S
        busy = reads / 2 * FRAME_S <= heard_s < reads / 2 * FRAME_S + late_s
        now_s = reads / 2 * FRAME_S + late_s if busy else heard_s
        due = int(now_s * (1 + ppm * 1e-6) / FRAME_S / burst + 1e-6) * burst
        while taken < due:
            clock.now_s = taken // burst * burst * FRAME_S / (1 + ppm * 1e-6)
            far_end.write(next(blocks), rate_hz)
            taken += 1
        clock.now_s = now_s
        read.append(far_end.read(FRAME_SAMPLES))
    return np.concatenate(read)


def place_s(read: Samples, at_s: float, ppm: float = 0.0) -> float:
    """How far behind the tone is at this place of the microphone, modulo its period.

    To the microphone, the tone of a fast clock is higher.
    """
    hz = 440.0 * (1 + ppm * 1e-6)
    piece = read[round(at_s * SAMPLE_RATE_HZ) :][:1_600]
    at = np.arange(len(piece)) / SAMPLE_RATE_HZ + at_s
    phase = np.angle((piece * np.exp(-2j * np.pi * hz * at)).sum()) + np.pi / 2
    return float(-phase / (2 * np.pi * hz))


@pytest.mark.parametrize("rate_hz", [16_000, 44_100, 48_000])
@pytest.mark.parametrize("burst", [1, 3])
def test_far_end_gives_what_is_played_in_step_with_the_microphone(rate_hz: int, burst: int) -> None:
    read = far_end_of(tone(rate_hz, 4.0), rate_hz, burst=burst)[2 * SAMPLE_RATE_HZ :]
    assert np.abs(read).max() == pytest.approx(1.0, abs=0.02)
    spectrum = np.abs(np.fft.rfft(read * np.hanning(len(read))))
    assert np.argmax(spectrum) * SAMPLE_RATE_HZ / len(read) == pytest.approx(440.0, abs=0.5)
    assert np.square(read).mean() == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("ppm", [-80.0, 80.0])
def test_far_end_follows_a_clock_that_differs(ppm: float) -> None:
    read = far_end_of(tone(16_000, 60.0), 16_000, burst=3, ppm=ppm)
    drifts = [place_s(read, s + 2.0, ppm) - place_s(read, s, ppm) for s in (50.0, 53.0, 56.0)]
    uncorrected_s = 80e-6 * 2.0
    assert max(map(abs, drifts)) < uncorrected_s / 4


def test_far_end_waits_for_an_ear_that_was_busy() -> None:
    read = far_end_of(tone(16_000, 10.0), 16_000, late_s=1.5)
    assert place_s(read, 9.0) == pytest.approx(place_s(read, 3.0), abs=4e-4)  # a steered second


@pytest.mark.parametrize("begins_again", [True, False])
def test_far_end_begins_again_when_the_microphone_does(begins_again: bool) -> None:
    """The microphone is away for a second and a half."""
    clock = Clock()
    far_end = FarEnd(clock)
    played = np.random.default_rng(1).normal(0, 0.1, 5 * SAMPLE_RATE_HZ).astype(np.float32)
    for number, piece in enumerate(np.split(played, len(played) // FRAME_SAMPLES)):
        clock.now_s = number * FRAME_S
        far_end.write(piece, SAMPLE_RATE_HZ)
        if 2.0 <= clock.now_s < 3.5:
            continue
        if number == round(3.5 / FRAME_S) and begins_again:
            far_end.begin_again(0.0, 0.0)
        read = far_end.read(FRAME_SAMPLES)
        if number == round(4.0 / FRAME_S):
            break
    # It is what was played in the last moments, or else of a second and a half ago.
    end = (number + 1) * FRAME_SAMPLES
    late = max(range(2 * SAMPLE_RATE_HZ), key=lambda n: abs(played[end - n - 320 : end - n] @ read))
    assert (late / SAMPLE_RATE_HZ < 0.1) is begins_again


def test_far_end_begins_again_when_the_speaker_does() -> None:
    """It is away for a second, with the microphone found again a moment before it."""
    clock = Clock()
    far_end = FarEnd(clock)
    played = np.random.default_rng(1).normal(0, 0.1, 6 * SAMPLE_RATE_HZ).astype(np.float32)
    written = np.zeros(0, np.float32)
    for number, piece in enumerate(np.split(played, len(played) // FRAME_SAMPLES)):
        clock.now_s = number * FRAME_S
        if not 2.0 <= clock.now_s < 3.0:
            far_end.write(piece, SAMPLE_RATE_HZ)
            written = np.append(written, piece)
        if number == round(2.8 / FRAME_S):
            far_end.begin_again(0.0, 0.0)
        read = far_end.read(FRAME_SAMPLES)
    end = len(written)
    late = max(range(SAMPLE_RATE_HZ), key=lambda n: abs(written[end - n - 320 : end - n] @ read))
    assert late / SAMPLE_RATE_HZ < 0.05


@pytest.mark.parametrize("first_s", [0.02, 0.6])
def test_far_end_is_in_step_when_a_speaker_takes_its_first_blocks_in_one_go(first_s: float) -> None:
    """At once, or when the first look has begun already."""
    clock = Clock()
    far_end = FarEnd(clock)
    played = np.random.default_rng(1).normal(0, 0.1, 10 * SAMPLE_RATE_HZ).astype(np.float32)
    pieces = np.split(played, len(played) // FRAME_SAMPLES)
    taken = 0
    for number in range(round(8.0 / FRAME_S)):
        clock.now_s = number * FRAME_S
        more = round(0.12 / FRAME_S) if clock.now_s >= first_s else 0
        while taken < number + 1 + more:
            far_end.write(pieces[taken], SAMPLE_RATE_HZ)
            taken += 1
        read = far_end.read(FRAME_SAMPLES)
    end = taken * FRAME_SAMPLES
    late = max(range(SAMPLE_RATE_HZ), key=lambda n: abs(played[end - n - 320 : end - n] @ read))
    assert late / SAMPLE_RATE_HZ < 0.05


def test_far_end_tells_what_was_played_before_it_begins_again() -> None:
    clock = Clock()
    far_end = FarEnd(clock)
    played = np.random.default_rng(1).normal(0, 0.1, 2 * SAMPLE_RATE_HZ).astype(np.float32)
    for number, piece in enumerate(np.split(played, len(played) // FRAME_SAMPLES)):
        clock.now_s = number * FRAME_S
        far_end.write(piece, SAMPLE_RATE_HZ)
    before = far_end.begin_again(0.2, 0.32)
    after = far_end.read(FRAME_SAMPLES, 0.2)
    end = len(played) - round((FIRST_SPARE_S + 0.2) * SAMPLE_RATE_HZ)
    np.testing.assert_allclose(before, played[end - 5_120 : end], atol=1e-6)
    np.testing.assert_allclose(after, played[end : end + FRAME_SAMPLES], atol=1e-6)


def test_far_end_is_in_step_with_an_ear_that_begins_late() -> None:
    """Two seconds of the microphone wait when it begins; it reads two blocks in the time of one."""
    clock = Clock()
    far_end = FarEnd(clock)
    played = np.random.default_rng(1).normal(0, 0.1, 12 * SAMPLE_RATE_HZ).astype(np.float32)
    pieces = np.split(played, len(played) // FRAME_SAMPLES)
    worst = 1.0
    heard = 0
    for number, piece in enumerate(pieces):
        clock.now_s = number * FRAME_S
        far_end.write(piece, SAMPLE_RATE_HZ)
        if clock.now_s < 2.0:
            continue
        if not heard:
            far_end.begin_again(number * FRAME_S, 0.0)
        for _ in range(min(2, number + 1 - heard)):
            heard += 1
            read = far_end.read(FRAME_SAMPLES, (number + 1 - heard) * FRAME_S)
            if heard % 10 == 0:  # it is found in the last 0.05 s of what was played by then
                lately = played[: heard * FRAME_SAMPLES][-800:]
                likeness = np.correlate(lately, read).max() / np.square(read).sum().clip(1e-9)
                worst = min(worst, float(likeness))
    assert worst > 0.9


def test_far_end_is_silent_without_a_speaker() -> None:
    far_end = FarEnd()
    assert not far_end.read(FRAME_SAMPLES).any()
    far_end.write(tone(48_000, 0.02), 48_000)
    assert len(far_end.read(0)) == 0
    assert SPARE_S < FRAME_S


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
