"""Talks to Sori as one unattended person."""

import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.soak.clips import COMMANDS, LONG_ANSWERS, QUESTIONS, STOPS, Clip, of
from bench.soak.monitor import Monitor
from bench.soak.program import Happening, Kind, Program
from bench.soak.tally import Tally
from tests.virtual_card import VirtualCard

QUIET_S = 0.8
"""Sori has finished when its speaker was quiet for so long."""
PATIENCE_S = 20.0
"""A sentence with no answer after so long, and with no sound of Sori's, is lost."""
LONGEST_S = 60.0
"""Nothing is waited for any longer."""
SILENCE_S = 30.0
STOP_WITHIN_S = 3.0
AFTER_S = 2.0
"""After a cough or a stop: what Sori makes of it comes within so long."""
LOOK_S = 0.1
WEIGHTS = {"question": 62, "stop": 12, "cough": 10, "barge-in": 11, "silence": 5}


class Talk:
    """Says one thing after the other. For one thread."""

    def __init__(
        self,
        card: VirtualCard,
        program: Program,
        ears: tuple[Monitor, Monitor],
        clips: Sequence[Clip],
        cough: Path,
    ) -> None:
        """`ears` hear the speaker and the microphone."""
        self.tally = Tally()
        self.on_wait: Callable[[], None] = lambda: None
        """Called some times a second while something is waited for."""
        self.ears = ears
        self.first_sounds_s: list[float] = []
        """From the end of each question to the first sound at the loudspeaker."""
        self._card = card
        self._program = program
        self._speaker, self._microphone = ears
        self._clips = clips
        self._cough = cough
        self._random = random.Random(6)
        self._stops = False
        """Whether somebody says stop in this scene."""
        self._seen: list[Happening] = []
        """What happened since something was asked last."""

    def scene(self) -> None:
        """One piece of talk, to its end."""
        kind = self._random.choices([*WEIGHTS], [*WEIGHTS.values()])[0]
        self.tally.begin(kind)
        match kind:
            case "stop":
                self._stop()
            case "cough":
                if self.begin_long() is not None:
                    self._card.say_into_microphone(self._cough)
                    self.hear_out()
                    self._listen(AFTER_S)
            case "barge-in":
                if (asked := self.begin_long()) is not None:
                    others = [one for one in of(self._clips, QUESTIONS) if one.text != asked.text]
                    self._ask(others)
                    self.hear_out()
            case _:
                if (first_s := self.question(orders=True)) is not None:
                    self.first_sounds_s.append(first_s)
                if kind == "silence":
                    self._listen(SILENCE_S)

    def question(self, *, orders: bool = False) -> float | None:
        """Ask something and wait for the whole answer; seconds to its first sound.

        None: there was none. `orders`: or tell it to move, which is not measured: it moves first.
        """
        self._settle()
        commands = of(self._clips, COMMANDS) if orders else []
        clip, end_s = self._ask(of(self._clips, QUESTIONS) * 3 + commands)
        is_answered = self.hear_out()
        first_s = self._speaker.first_after(end_s)
        return None if first_s is None or not is_answered or clip in commands else first_s - end_s

    def begin_long(self) -> Clip | None:
        """Ask for something long; returns when Sori has begun to speak, None if it does not."""
        self._settle()
        clip, end_s = self._ask(of(self._clips, LONG_ANSWERS))
        stops_s = time.monotonic() + PATIENCE_S
        while (began_s := self._speaker.first_after(end_s)) is None:
            if time.monotonic() > stops_s or not self._program.is_running:
                self.hear_out()
                return None
            self._pump()
        # Some way into the reply, so that it is spoken over.
        self._listen(began_s + self._random.uniform(0.3, 1.2) - time.monotonic())
        return clip

    def hear_out(self) -> bool:
        """Wait until all that was asked is answered, and Sori is quiet; whether it was."""
        began_s = time.monotonic()
        while self.tally.waiting and self._program.is_running:
            self._pump()
            spent_s = time.monotonic() - began_s
            if min(spent_s, self._speaker.quiet_s()) > PATIENCE_S or spent_s > LONGEST_S:
                break
        kinds = {one.kind for one in self._seen}
        excused = "failed" in kinds or ("stopped" in kinds and self._stops)
        is_answered = self.tally.hear_no_more(excused=excused)
        self._settle()
        return is_answered

    def forget(self) -> None:
        """What happened until now is over."""
        self._seen.clear()

    def wait_for(
        self, kind: Kind, part: str, within_s: float, since_s: float = 0.0
    ) -> float | None:
        """When this happened since `forget`, or does; None: it did not in time."""
        stops_s = time.monotonic() + within_s
        while True:
            for one in self._seen:
                if (one.kind, one.part) == (kind, part) and one.at_s >= since_s:
                    return one.at_s
            if time.monotonic() > stops_s or not self._program.is_running:
                return None
            self._pump()

    def _stop(self) -> None:
        if (asked := self.begin_long()) is None:
            return
        clip = self._random.choice(of(self._clips, STOPS))
        self._stops = True
        said_s = time.monotonic()
        end_s = self._play(clip)
        stopped_s = self.wait_for("stopped", "", STOP_WITHIN_S, since_s=said_s)
        self.tally.stops += 1
        if stopped_s is None:
            self.tally.note(f"'{clip.text}' did not stop the answer to '{asked.text}'")
        else:
            self.tally.obeyed += 1
        self.hear_out()
        later_s = self._speaker.first_after(end_s + STOP_WITHIN_S / 2)
        if stopped_s is not None and later_s is not None:
            self.tally.note(f"sound {later_s - end_s:.1f} s after '{clip.text}'")
        self._listen(AFTER_S)
        self._stops = False

    def _ask(self, clips: Sequence[Clip]) -> tuple[Clip, float]:
        """Say one of `clips`; when its speech ended."""
        self.forget()
        clip = self._random.choice(clips)
        self.tally.ask(clip.text)
        return clip, self._play(clip)

    def _play(self, clip: Clip) -> float:
        began_s = time.monotonic()
        self._card.say_into_microphone(clip.path)
        first_s = self._microphone.first_after(began_s)
        return time.monotonic() if first_s is None else first_s + clip.end_s

    def _settle(self) -> None:
        """Wait until Sori is quiet."""
        stops_s = time.monotonic() + LONGEST_S
        while time.monotonic() < stops_s and self._program.is_running:
            self._pump()
            if self._speaker.quiet_s() >= QUIET_S and self._program.happened.empty():
                return

    def _listen(self, seconds: float) -> None:
        """Nobody speaks."""
        stops_s = time.monotonic() + seconds
        while time.monotonic() < stops_s and self._program.is_running:
            self._pump()

    def _pump(self) -> None:
        """Take what happens next, if something does soon."""
        self.on_wait()
        if (one := self._program.next(LOOK_S)) is None:
            return
        self._seen.append(one)
        if one.kind == "stopped" and not self._stops:
            self.tally.false_stops += 1
            self.tally.note("Sori stopped though nobody had said so")
        if one.turn is not None:
            self.tally.take(one.turn)
