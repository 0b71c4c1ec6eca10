"""What happens to a robot's sound card and processes, and how soon Sori is back."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.soak.program import Program
from bench.soak.talk import Talk
from bench.soak.watch import children
from tests.virtual_card import VirtualCard

AWAY_S = (2.0, 4.0)
HALTED_S = (0.1, 0.3)
"""As a board that is busy with something else halts a program; what waits at the sound server is
played to its end in 0.08 s."""
BACK_WITHIN_S = 60.0
NOTICED_WITHIN_S = 5.0
AIR_VOLUME = 52_016
"""Of PulseAudio's 65,536, whose cube is the gain: -6 dB."""


@dataclass(frozen=True, slots=True)
class Back:
    """How Sori came back."""

    noticed: bool
    """Whether it told that a part was lost, where people have to know it."""
    came: bool
    """Whether it was back within a minute."""
    after_ms: float | None = None
    """From the return of what was taken away, or from the kill, until Sori told that it works; of
    SIGHUP until the settings were read. None: it does not tell."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One that was made."""

    kind: str
    speaking: bool
    """Whether Sori was speaking."""
    back: Back
    answer_ms: float | None
    """From the end of the next question to the first sound of its answer; None: there was none."""


def join(card: VirtualCard) -> None:
    """Let the speaker be heard at the microphone, 6 dB quieter."""
    card.join_speaker_to_microphone()
    listed = subprocess.run(
        ["pactl", "list", "short", "sink-inputs"],
        env=card.environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=10,
    )
    for line in listed.stdout.splitlines():
        if "module-loopback" in line:
            card.control("set-sink-input-volume", line.split()[0], str(AIR_VOLUME))


class Faults:
    """Makes one fault after the other, each kind once in every round."""

    def __init__(self, card: VirtualCard, program: Program, talk: Talk) -> None:
        self.made: list[Fault] = []
        self._card = card
        self._program = program
        self._talk = talk
        self._random = random.Random(7)
        self._kinds: dict[str, Callable[[], Back]] = {
            "microphone suspended and resumed": self._suspend,
            "language model's worker: SIGSEGV": self._kill_model,
            "microphone unplugged and plugged in": self._unplug,
            "SIGHUP": self._hang_up,
            "sound server killed and started": self._kill_server,
            "speech worker: SIGKILL": self._kill_speech,
            "program halted for a moment": self._halt,
        }
        self._round: list[str] = []

    def fault(self) -> None:
        """Make the next one, every other one while Sori speaks, and ask something afterwards."""
        if not self._round:
            self._round = [*self._kinds]
        kind = self._round.pop(0)
        talk = self._talk
        talk.tally.begin(kind)
        speaking = self._random.random() < 0.5 and talk.begin_long() is not None
        talk.forget()
        back = self._kinds[kind]()
        talk.hear_out()
        first_s = talk.question()
        answer_ms = None if first_s is None else 1_000 * first_s
        self.made.append(Fault(kind, speaking, back, answer_ms))
        if not back.came or answer_ms is None:
            talk.tally.note("Sori was not back after this")

    def _suspend(self) -> Back:
        def suspend(wanted: str) -> None:
            self._card.control("suspend-source", "virtual_mic", wanted)

        return self._away(lambda: suspend("1"), lambda: suspend("0"), "microphone")

    def _unplug(self) -> Back:
        return self._away(self._card.unplug_microphone, self._card.plug_microphone, "microphone")

    def _kill_server(self) -> Back:
        back = self._away(self._card.kill, self._card.start, "microphone", "speaker")
        join(self._card)
        for ear in self._talk.ears:
            ear.start()
        return back

    def _away(self, take: Callable[[], None], bring: Callable[[], None], *parts: str) -> Back:
        """Take something away for some seconds."""
        take()
        time.sleep(self._random.uniform(*AWAY_S))  # as long as a cable is out
        told = [self._talk.wait_for("failed", part, NOTICED_WITHIN_S) for part in parts]
        began_s = time.monotonic()
        bring()
        if None in told:
            return Back(noticed=False, came=True)
        back_s = [
            self._talk.wait_for("recovered", part, BACK_WITHIN_S, since_s=began_s) for part in parts
        ]
        return _back(began_s, back_s)

    def _hang_up(self) -> Back:
        began_s = time.monotonic()
        self._program.reload()
        return _back(began_s, [self._talk.wait_for("reloaded", "", BACK_WITHIN_S)])

    def _kill_model(self) -> Back:
        began_s = time.monotonic()
        self._kill("language model", signal.SIGSEGV)
        return _back(began_s, [self._talk.wait_for("recovered", "language model", BACK_WITHIN_S)])

    def _kill_speech(self) -> Back:
        """The next one starts with the next words, and nobody has to be told."""
        self._kill("speech", signal.SIGKILL)
        return Back(noticed=True, came=True)

    def _halt(self) -> Back:
        """Nobody has to be told."""
        os.kill(self._program.pid, signal.SIGSTOP)
        try:
            # The time is the fault itself; a halted program tells nothing that could be waited for.
            time.sleep(self._random.uniform(*HALTED_S))
        finally:  # halted for good it could not even be ended
            os.kill(self._program.pid, signal.SIGCONT)
        return Back(noticed=True, came=True)

    def _kill(self, role: str, how: signal.Signals) -> None:
        pid = children(self._program.pid).get(role)
        if pid is None:
            self._talk.tally.note(f"there was no worker for {role}")
        else:
            os.kill(pid, how)


def _back(began_s: float, back_s: list[float | None]) -> Back:
    times_ms = [1_000 * (at_s - began_s) for at_s in back_s if at_s is not None]
    came = len(times_ms) == len(back_s)
    return Back(noticed=True, came=came, after_ms=max(times_ms) if came else None)
