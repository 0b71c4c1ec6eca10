"""What the loudspeaker plays, in step with the microphone."""

import numpy as np
import pytest

from audio.echo.far_end import FIRST_SPARE_S, SPARE_S, FarEnd
from audio.sound import FRAME_S, FRAME_SAMPLES, SAMPLE_RATE_HZ, Samples


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
            clock.now_s = (taken // burst + 1) * burst * FRAME_S / (1 + ppm * 1e-6)
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


def noise(seconds: float) -> Samples:
    """No two places of it are alike."""
    sound = np.random.default_rng(1).normal(0, 0.1, round(seconds * SAMPLE_RATE_HZ))
    return sound.astype(np.float32)


def late_s(written: Samples, read: Samples) -> float:
    """How long before the end of what was written that lies which was read."""
    end = len(written)

    def likeness(late: int) -> float:
        return float(abs(written[end - late - len(read) : end - late] @ read))

    return max(range(2 * SAMPLE_RATE_HZ), key=likeness) / SAMPLE_RATE_HZ


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
    played = noise(5.0)
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
    assert (late_s(played[: (number + 1) * FRAME_SAMPLES], read) < 0.1) is begins_again


def test_far_end_begins_again_when_the_speaker_does() -> None:
    """It is away for a second, with the microphone found again a moment before it."""
    clock = Clock()
    far_end = FarEnd(clock)
    played = noise(6.0)
    written = np.zeros(0, np.float32)
    for number, piece in enumerate(np.split(played, len(played) // FRAME_SAMPLES)):
        clock.now_s = number * FRAME_S
        if not 2.0 <= clock.now_s < 3.0:
            far_end.write(piece, SAMPLE_RATE_HZ)
            written = np.append(written, piece)
        if number == round(2.8 / FRAME_S):
            far_end.begin_again(0.0, 0.0)
        read = far_end.read(FRAME_SAMPLES)
    assert late_s(written, read) < 0.05


@pytest.mark.parametrize("gap_s", [0.0, 0.005, 0.02, 0.05])
@pytest.mark.parametrize("phase_s", [0.001, 0.01, 0.019])
def test_far_end_misses_nothing_for_long_after_a_gap(phase_s: float, gap_s: float) -> None:
    """The loudspeaker runs dry for a moment: what it takes from then on comes so much later.

    `phase_s`: from a callback of its to the next block of the microphone.
    """
    clock = Clock()
    far_end = FarEnd(clock)
    times = np.arange(round(12.0 / FRAME_S)) * FRAME_S
    dry_s = 5.0
    callbacks = [(at_s + gap_s * (at_s >= dry_s), True) for at_s in times]
    for at_s, plays in sorted([*callbacks, *((at_s + phase_s, False) for at_s in times)]):
        clock.now_s = at_s
        if plays:
            far_end.write(np.ones(FRAME_SAMPLES, np.float32), SAMPLE_RATE_HZ)
            continue
        read = far_end.read(FRAME_SAMPLES)
        if abs(at_s - dry_s) > 2.5:
            assert at_s < 2.5 or read.min() > 0.99, at_s


@pytest.mark.parametrize("halted_s", [0.1, 0.3])
def test_far_end_is_in_step_at_once_after_the_program_was_halted(halted_s: float) -> None:
    """What waited is played to its end, then nothing; the microphone's blocks wait meanwhile."""
    clock = Clock()
    far_end = FarEnd(clock)
    played, written = noise(9.0), 0
    waits_s, at_s, soon_s = 0.08, 5.0, 0.4
    halted_blocks = round(halted_s / FRAME_S)
    for number in range(round(8.0 / FRAME_S)):
        now_s = number * FRAME_S
        if at_s <= now_s < at_s + halted_s:
            continue
        has_been = now_s >= at_s + halted_s
        ran_dry_s = halted_s - waits_s if has_been else 0.0
        clock.now_s = now_s
        while written * FRAME_S <= now_s - ran_dry_s + 1e-6:
            far_end.write(played[written * FRAME_SAMPLES :][:FRAME_SAMPLES], SAMPLE_RATE_HZ)
            written += 1
        waiting = halted_blocks if number == round((at_s + halted_s) / FRAME_S) else 0
        for more in range(waiting, -1, -1):
            read = far_end.read(FRAME_SAMPLES, more * FRAME_S)
        if now_s > at_s + halted_s + soon_s and number % 10 == 0:
            assert np.abs(read).min() > 0.0
            assert late_s(played[: written * FRAME_SAMPLES], read) < 0.06


@pytest.mark.parametrize("first_s", [0.02, 0.6])
def test_far_end_is_in_step_when_a_speaker_takes_its_first_blocks_in_one_go(first_s: float) -> None:
    """At once, or when the first look has begun already."""
    clock = Clock()
    far_end = FarEnd(clock)
    played = noise(10.0)
    pieces = np.split(played, len(played) // FRAME_SAMPLES)
    taken = 0
    for number in range(round(8.0 / FRAME_S)):
        clock.now_s = number * FRAME_S
        more = round(0.12 / FRAME_S) if clock.now_s >= first_s else 0
        while taken < number + 1 + more:
            far_end.write(pieces[taken], SAMPLE_RATE_HZ)
            taken += 1
        read = far_end.read(FRAME_SAMPLES)
    assert late_s(played[: taken * FRAME_SAMPLES], read) < 0.05


def test_far_end_tells_what_was_played_before_it_begins_again() -> None:
    clock = Clock()
    far_end = FarEnd(clock)
    played = noise(2.0)
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
    played = noise(12.0)
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
