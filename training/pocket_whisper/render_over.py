"""Render sentences that are said over the robot's own voice, as its canceller leaves them.

python -m training.pocket_whisper.render_over --shards 900:914

Simulated rooms send Sori's replies back to its microphone while somebody speaks; canceller and
guard are those that it listens through. What they leave has a late beginning, holes, and remains
of another voice: read by weights that had met none of it, two stops in five were lost.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from audio.echo.own_sound import OwnSound
from audio.resample import resample
from audio.sound import FRAME_SAMPLES, Samples
from audio.synthesizer import Synthesizer
from bench.echo_room import Room
from config.load import load
from training.pocket_whisper.render import (
    OVER,
    SAMPLE_RATE_HZ,
    SHARD_FOLDER,
    UTTERANCES_PER_SHARD,
    Utterance,
    draw_speaker,
    render,
    render_shards,
    sentence_sources,
    write_shard,
)
from training.pocket_whisper.sentences import LANGUAGES, TEXT_FOLDER, Said, commands
from training.pocket_whisper.voices import Speaker
from training.text.expand import load_topics

_LANGUAGE_SHARES = {"en": 0.32, "ko": 0.36, "es": 0.1, "fr": 0.12, "de": 0.1}
_STOP_SHARE = 0.5
_LONGEST_S = 2.6
_SCENE_S = 150.0
_ECHO_DB = (-12.0, 0.0)
_OVER_DB = (-8.0, 8.0)
"""The person against the echo, in energy."""
_ROOM_DBFS = (-70.0, -50.0)
_MARGIN_S = 0.08
"""Kept before and after what is said."""
_GIVES_WAY = 0.5
"""Share of the turns in which Sori falls silent for the person, as it does when it notices."""
_NOTICED_S = (0.2, 0.7)
_LOUD = 0.05
"""Of the peak: frames of 20 ms that belong to the words."""
_KEPT_DB = -20.0
_KEPT_SHARE = 0.55
"""So many of these frames must come through, each with so much of its energy."""
_FULL_SCALE = 32767.0

DrawSpeaker = Callable[[str, random.Random], Speaker]
"""A language's speaker."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a person says in a scene; `at` in samples."""

    at: int
    samples: Samples
    row: Utterance


class Replies:
    """Sori's own answers in its own voice, at random."""

    def __init__(self, rng: random.Random) -> None:
        self._synthesizer = Synthesizer.load(load().speech)
        self._rng = rng
        self._texts = {
            language: [
                text
                for topic in load_topics(TEXT_FOLDER / f"topics_{language}.toml")
                for text in topic.answer
            ]
            for language in ("en", "ko")
        }

    def draw(self) -> Samples:
        """One answer, shape (n,) at SAMPLE_RATE_HZ."""
        language = self._rng.choice(("en", "ko"))
        sound = self._synthesizer.render(self._rng.choice(self._texts[language]), language)
        return resample(sound.samples, sound.rate_hz, SAMPLE_RATE_HZ)

    def close(self) -> None:
        """End the voice's process."""
        self._synthesizer.close()


def _draw_spoken(
    at: int, echo_rms: float, draw: DrawSpeaker, languages: Sequence[str], rng: random.Random
) -> Spoken:
    """A short sentence at sample `at`, every other one a stop, loud or faint beside the echo."""
    while True:
        shares = [_LANGUAGE_SHARES[language] for language in languages]
        (language,) = rng.choices(languages, shares)
        said = _sentence(language, rng)
        speaker = draw(language, rng)
        samples = render(said.text, speaker).astype(np.float32)
        if not 0.15 <= samples.size / SAMPLE_RATE_HZ <= _LONGEST_S:
            continue
        gain = echo_rms * 10 ** (rng.uniform(*_OVER_DB) / 20) / float(np.sqrt(np.mean(samples**2)))
        voice = f"{speaker.accent}+{speaker.variant}"
        row = Utterance(0, 0, language, voice, said.text, said.english, OVER)
        return Spoken(at, (gain * samples).astype(np.float32), row)


def _sentence(language: str, rng: random.Random) -> Said:
    if rng.random() >= _STOP_SHARE:
        return sentence_sources()[language].draw(rng)
    pair = commands("stop").draw(language, rng)
    return Said(pair.text, pair.english, "stop")


def scene(
    replies: Replies,
    rng: random.Random,
    draw: DrawSpeaker = draw_speaker,
    languages: Sequence[str] = LANGUAGES,
) -> Iterator[tuple[Utterance, Samples]]:
    """Some minutes in one room: what was said, and what is left of it, (n,) at SAMPLE_RATE_HZ."""
    far: list[Samples] = []
    people: list[Spoken] = []
    echo_db = rng.uniform(*_ECHO_DB)
    at, n_turns = 0, 0
    while at < _SCENE_S * SAMPLE_RATE_HZ:
        pause = np.zeros(_samples_of(0.3, 1.5, rng), np.float32)
        voice = np.concatenate([replies.draw() for _ in range(rng.randint(1, 3))])
        begin = at + pause.size
        echo_rms = float(np.sqrt(np.mean(voice**2))) * 10 ** (echo_db / 20)
        gives_way = rng.random() < _GIVES_WAY
        person_at = begin + _samples_of(0.2, 1.2, rng)
        while n_turns >= 2:  # the first two teach the canceller the room
            spoken = _draw_spoken(person_at, echo_rms, draw, languages, rng)
            person_at += spoken.samples.size
            if person_at > begin + voice.size:
                break
            people.append(spoken)
            if gives_way:
                silent_from = min(spoken.at + _samples_of(*_NOTICED_S, rng), person_at) - begin
                voice = np.concatenate(
                    [voice[:silent_from], np.zeros(voice.size - silent_from, np.float32)]
                )
                break
            person_at += _samples_of(0.5, 1.5, rng)
        far += [pause, voice]
        at, n_turns = begin + voice.size, n_turns + 1
    yield from _heard(np.concatenate(far), people, echo_db, rng)


def _heard(
    far: Samples, people: list[Spoken], echo_db: float, rng: random.Random
) -> Iterator[tuple[Utterance, Samples]]:
    noises = np.random.default_rng(rng.getrandbits(32))
    room = Room.draw(
        noises, rng.uniform(0.15, 0.5), rng.uniform(0.02, 0.12), rng.uniform(-50.0, 50.0)
    )
    near = room.echo(far, echo_db)
    near += 10 ** (rng.uniform(*_ROOM_DBFS) / 20) * noises.standard_normal(near.size, np.float32)
    for spoken in people:
        near[spoken.at : spoken.at + spoken.samples.size] += spoken.samples
    share = min(1.0, 0.95 / float(np.abs(near).max()))
    near *= share
    ear = OwnSound.load()
    if ear.trouble:
        raise RuntimeError(ear.trouble)
    left = np.concatenate(
        [
            ear.feed(near[at : at + FRAME_SAMPLES], far[at : at + FRAME_SAMPLES]).samples
            for at in range(0, near.size - FRAME_SAMPLES + 1, FRAME_SAMPLES)
        ]
    )
    margin = round(_MARGIN_S * SAMPLE_RATE_HZ)
    for spoken in people:
        end = spoken.at + spoken.samples.size
        if end <= left.size and comes_through(share * spoken.samples, left[spoken.at : end]):
            yield spoken.row, left[spoken.at - margin : end + margin]


def comes_through(said: Samples, left: Samples) -> bool:
    """Whether enough of what was `said` (n,) is `left` (n,) to be read at all."""
    count = said.size // FRAME_SAMPLES
    before, after = (
        np.sqrt(np.mean(x[: count * FRAME_SAMPLES].reshape(count, -1) ** 2, axis=1))
        for x in (said, left)
    )
    loud = before > _LOUD * before.max(initial=0.0)
    kept = after[loud] > 10 ** (_KEPT_DB / 20) * before[loud]
    return kept.size > 0 and float(kept.mean()) >= _KEPT_SHARE


def render_over_shard(number: int) -> str:
    """Render one shard, as `render_shard` of render.py does."""
    if (SHARD_FOLDER / f"{number:03d}.jsonl").exists():
        return f"shard {number}: already there"
    started = time.monotonic()
    rng = random.Random(1_000 + number)
    replies = Replies(rng)
    rows: list[Utterance] = []
    audio: list[npt.NDArray[np.int16]] = []
    offset = 0
    try:
        while len(rows) < UTTERANCES_PER_SHARD:
            for row, left in scene(replies, rng):
                loudest = max(float(np.abs(left).max()), 1e-6)
                audio.append((left / loudest * _FULL_SCALE).astype(np.int16))
                rows.append(replace(row, offset=offset, n_samples=left.size))
                offset += left.size
    finally:
        replies.close()
    write_shard(number, rows, audio)
    return f"shard {number}: {len(rows)} sentences, took {time.monotonic() - started:.0f} s"


def _samples_of(least_s: float, most_s: float, rng: random.Random) -> int:
    return round(rng.uniform(least_s, most_s) * SAMPLE_RATE_HZ)


if __name__ == "__main__":
    render_shards(argparse.ArgumentParser(description=__doc__), render_over_shard)
