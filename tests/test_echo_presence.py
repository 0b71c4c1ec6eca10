"""A canceller is used only where there is an echo to take out."""

import numpy as np
import pytest

from audio.echo.presence import EchoPresence
from audio.sound import SAMPLE_RATE_HZ, Samples

BLOCK = 320


def speech_like(seconds: float, seed: int) -> Samples:
    """Noise in syllables, four a second."""
    time_s = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    noise = np.random.default_rng(seed).normal(0, 0.2, len(time_s))
    sound: Samples = (noise * (np.sin(2 * np.pi * 4 * time_s) > -0.3)).astype(np.float32)
    return sound


def room(seconds: float) -> Samples:
    """Nothing but noise at -60 dBFS."""
    noise = np.random.default_rng(9).normal(0, 0.001, round(seconds * SAMPLE_RATE_HZ))
    return noise.astype(np.float32)


def ends_with(near: Samples, far: Samples, presence: EchoPresence) -> bool:
    """What it says after hearing all of it."""
    found = True
    for at in range(0, len(near), BLOCK):
        found = presence.feed(near[at : at + BLOCK], far[at : at + BLOCK])
    return found


OWN, ROOM = speech_like(8.0, 1), room(8.0)
PERSON = ROOM.copy()
PERSON[4 * SAMPLE_RATE_HZ : 5 * SAMPLE_RATE_HZ] += speech_like(1.0, 2)
SCENES = [
    ("nothing was played yet", ROOM, np.zeros_like(OWN), True),
    ("an echo", ROOM + 0.3 * OWN, OWN, True),
    ("a faint echo", ROOM + 0.02 * OWN, OWN, True),
    ("headphones", ROOM, OWN, False),
    ("headphones, and a person speaks over it", PERSON, OWN, False),
]


@pytest.mark.parametrize(
    ("near", "far", "has_echo"), [row[1:] for row in SCENES], ids=[row[0] for row in SCENES]
)
def test_it_sees_whether_there_is_an_echo(near: Samples, far: Samples, has_echo: bool) -> None:
    assert ends_with(near, far, EchoPresence()) is has_echo


def test_another_device_may_have_an_echo_again() -> None:
    presence = EchoPresence()
    assert not ends_with(ROOM, OWN, presence)
    presence.begin_again()
    assert ends_with(ROOM[:BLOCK], OWN[:BLOCK], presence)
    assert not ends_with(ROOM, OWN, presence)


def test_an_echo_that_begins_later_is_seen() -> None:
    presence = EchoPresence()
    assert not ends_with(ROOM, OWN, presence)
    assert ends_with(ROOM + 0.3 * OWN, OWN, presence)
