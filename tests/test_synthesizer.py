"""Text to sound with the real pyttsx3 and espeak-ng."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from audio.errors import SynthesisError
from audio.sound import Sound
from audio.spoken_text import MAX_CHARACTERS, spoken_text
from audio.synthesizer import Synthesizer
from config.settings import SpeechSettings

ENGLISH = "I am walking two metres forward for you."
KOREAN = "네, 앞으로 두 걸음 걸어갈게요."


@pytest.fixture(scope="module")
def shared() -> Iterator[Synthesizer]:
    synthesizer = Synthesizer.load(SpeechSettings())
    yield synthesizer
    synthesizer.close()


@pytest.fixture
def impatient() -> Iterator[Synthesizer]:
    synthesizer = Synthesizer.load(SpeechSettings(deadline_s=0.3))
    yield synthesizer
    synthesizer.close()


def is_speech(sound: Sound) -> bool:
    return sound.duration_s > 0.1 and float(np.abs(sound.samples).max()) > 0.1


def worker_of(synthesizer: Synthesizer) -> int:
    pid = synthesizer.worker_pid
    assert pid is not None
    return pid


def children() -> set[int]:
    tasks = Path("/proc/self/task").glob("*/children")
    return {int(pid) for task in tasks for pid in task.read_text().split()}


@pytest.mark.parametrize(
    ("text", "voice", "shortest_s", "longest_s"),
    [
        (ENGLISH, "en", 1.8, 2.8),
        (ENGLISH, "en-gb+f2", 1.8, 2.8),
        (KOREAN, "ko", 2.0, 3.3),
        ("Hola, ¿cómo estás?", "es", 0.7, 2.0),
        ("hello", "xx", 0.3, 1.0),
    ],
)
def test_text_is_spoken_at_a_plausible_length(
    shared: Synthesizer, text: str, voice: str, shortest_s: float, longest_s: float
) -> None:
    sound = shared.render(text, voice)
    assert is_speech(sound)
    assert shortest_s < sound.duration_s < longest_s


def test_silence_around_the_speech_is_cut_to_short_margins(shared: Synthesizer) -> None:
    sound = shared.render("Hello there.", "en")
    loud_s = np.flatnonzero(np.abs(sound.samples) > 0.02) / sound.rate_hz
    assert loud_s[0] < 0.1
    assert sound.duration_s - loud_s[-1] < 0.2


def test_twenty_renders_in_a_row_are_each_their_own(
    shared: Synthesizer, caplog: pytest.LogCaptureFixture
) -> None:
    worker = shared.worker_pid
    numbers = [shared.render(f"number {number}", "en") for number in range(10)]
    numbers += [shared.render(f"{number} 번", "ko") for number in range(10)]
    assert all(is_speech(sound) for sound in numbers)
    assert len({sound.samples.tobytes() for sound in numbers}) == 20
    assert shared.worker_pid == worker
    assert not caplog.records


def test_words_per_minute_are_kept() -> None:
    lengths_s = []
    for words_per_minute in (100, 300):
        synthesizer = Synthesizer.load(SpeechSettings(words_per_minute=words_per_minute))
        lengths_s.append(synthesizer.render(ENGLISH, "en").duration_s)
        synthesizer.close()
    assert lengths_s[0] / lengths_s[1] == pytest.approx(3.0, rel=0.3)


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Hello  there.\n", "Hello there."),
        ("3 < 5 and 7 > 2", "3 < 5 and 7 > 2"),
        ("<speak>Hi <break time='9999s'/>there</speak>", "Hi there"),
        ("<!-- x --><?xml ?>Hi", "Hi"),
        ("[[h@'loU]] you", "h@'loU you"),
        ("a\x00b\x1b[31mc\x7f\x9bd", "a b [31mc d"),
        ("\ud800hello\udfff", "hello"),
        ("left \u202eright\u2066 \u200bthere\ufeff", "left right there"),
        ("\u1112\u1161\u11ab", "한"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("'; rm -rf / #$(reboot)`", "'; rm -rf / #$(reboot)`"),
        ("", ""),
        (" \n\t", ""),
        ("...!?", ""),
        ("\x00\x01", ""),
        ("<x/>", ""),
    ],
)
def test_text_is_made_fit_to_be_spoken(text: str, spoken: str) -> None:
    assert spoken_text(text) == spoken


def test_overlong_text_is_cut_between_words() -> None:
    cut = spoken_text("word " * 20_000)
    assert MAX_CHARACTERS - 5 <= len(cut) <= MAX_CHARACTERS
    assert cut.endswith("word")
    assert len(spoken_text("x" * 100_000)) == MAX_CHARACTERS


@pytest.mark.parametrize("text", ["", "   ", "...", "\x00", "<break time='1s'/>"])
def test_nothing_to_say_is_a_sound_of_no_length(shared: Synthesizer, text: str) -> None:
    assert shared.render(text, "en").duration_s == 0.0


@pytest.mark.parametrize(
    "text",
    [
        "[[[[[[ hello ]]]]]] [[x",
        "<speak version='1.0'><mark name='x'/>hello",
        "hello & < > \" ' \\ % %s {} \u0000 there",
        "-v ko --stdout",
        "🤖 👋🏽 ❤️",
        "a" + "\u0301" * 100,
        "ㅋㅋㅋㅋㅋ",
        "hello 안녕 שלום مرحبا สวัสดี 你好",
        "1" * 60,
        "{'id': 1}\n{'id': 2, 'text': 'x'}",
    ],
)
@pytest.mark.parametrize("voice", ["en", "ko"])
def test_hostile_text_is_spoken_by_the_same_worker(
    shared: Synthesizer, text: str, voice: str
) -> None:
    worker = shared.worker_pid
    assert is_speech(shared.render(text, voice)) or "ㅋ" in text
    assert shared.worker_pid == worker


def test_killed_worker_is_replaced(shared: Synthesizer) -> None:
    killed = worker_of(shared)
    os.kill(killed, signal.SIGKILL)
    assert is_speech(shared.render(ENGLISH, "en"))
    assert shared.worker_pid not in (None, killed)


def test_hanging_worker_is_given_up_at_the_deadline(impatient: Synthesizer) -> None:
    hanging = worker_of(impatient)
    os.kill(hanging, signal.SIGSTOP)
    assert is_speech(impatient.render("hello", "en"))
    assert impatient.worker_pid not in (None, hanging)


def test_worker_lives_through_ctrl_c(shared: Synthesizer) -> None:
    worker = worker_of(shared)
    os.kill(worker, signal.SIGINT)
    assert is_speech(shared.render(ENGLISH, "en"))
    assert shared.worker_pid == worker


def test_command_speaks_when_the_worker_cannot(
    shared: Synthesizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    os.kill(worker_of(shared), signal.SIGKILL)
    by_command = shared.render(KOREAN, "ko")
    assert shared.worker_pid is None
    monkeypatch.undo()
    by_worker = shared.render(KOREAN, "ko")
    assert by_command.duration_s == pytest.approx(by_worker.duration_s, rel=0.1)


def test_no_way_left_is_an_error_and_not_the_end(
    impatient: Synthesizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    monkeypatch.setenv("PATH", "/nonexistent")
    os.kill(worker_of(impatient), signal.SIGKILL)
    with pytest.raises(SynthesisError, match="sori doctor"):
        impatient.render(ENGLISH, "en")
    monkeypatch.undo()
    assert is_speech(impatient.render(ENGLISH, "en"))


def test_missing_espeak_is_told_at_loading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(SynthesisError, match="apt-get install espeak-ng"):
        Synthesizer.load(SpeechSettings())


def test_nothing_is_left_after_close(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    before, open_before = children(), set(os.listdir("/proc/self/fd"))
    synthesizer = Synthesizer.load(SpeechSettings())
    synthesizer.render(ENGLISH, "en")
    assert synthesizer.worker_pid in children()
    synthesizer.close()
    synthesizer.close()
    assert children() == before
    assert set(os.listdir("/proc/self/fd")) == open_before
    assert not list(tmp_path.iterdir())
    with pytest.raises(SynthesisError, match="closed"):
        synthesizer.render(ENGLISH, "en")
