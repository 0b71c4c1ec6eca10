"""From the end of speech to the first sound at the loudspeaker, stage by stage.

    python -m bench.latency --turns 40 --write docs/performance/latency.md

`sori serve` runs on the virtual sound card with the built-in models and is spoken to. What the
same turns take with models of the sizes of Whisper base and TinyLlama is put together from their
parts, measured with random weights (`bench/latency_sizes.py`).
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from bench import machine
from bench.latency_sizes import Larger, measure_larger
from bench.soak.clips import Clip, render
from bench.soak.monitor import Monitor
from bench.soak.program import Program, Times, Turn
from tests.virtual_card import VirtualCard, virtual_card

KINDS: dict[str, tuple[tuple[str, str], ...]] = {
    "complete command": (
        ("turn left", "en"),
        ("nod your head", "en"),
        ("wave your hand", "en"),
        ("왼쪽으로 돌아 줘", "ko"),
        ("손 흔들어 줘", "ko"),
        ("고개를 끄덕여 줘", "ko"),
    ),
    "question": (
        ("who are you", "en"),
        ("what is your name", "en"),
        ("how are you today", "en"),
        ("너는 누구야", "ko"),
        ("이름이 뭐야", "ko"),
        ("오늘 기분 어때", "ko"),
    ),
    "open sentence": (
        ("walk forward", "en"),
        ("i am tired and", "en"),
        ("피곤하고", "ko"),
        ("그리고", "ko"),
    ),
}
"""An open sentence could go on: Sori waits longer for more."""
WAIT_S = 60.0
LOOK_S = 0.05
QUIET_S = 1.0
STAGES = ("endpoint", "recognise", "first_token", "first_sound", "total")
FILLER_MS = 150.0
"""Sound so much earlier than the reply's first was "let me think"."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One turn."""

    kind: str
    heard_right: bool
    times: Times
    """Of the turn object, ms."""
    loudspeaker_ms: float
    """From the end of speech to the first sound of the loudspeaker's monitor."""
    moves_ms: float | None
    """To the beginning of a movement, as the service tells it."""

    def stage(self, name: str) -> float | None:
        """Milliseconds of a stage; None where it has none."""
        value: int | None = getattr(self.times, name)
        return None if value is None else float(value)


def main() -> None:
    """Measure, print the page and write it where `--write` says."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--turns", type=int, default=40)
    parser.add_argument("--repeats", type=int, default=5, help="of each part of the larger models")
    parser.add_argument("--no-larger", action="store_true", help="leave the larger models out")
    parser.add_argument("--write", type=Path, help="Markdown file for the tables")
    options = parser.parse_args()
    where = machine.describe()
    turns = live_turns(options.turns)
    larger = None if options.no_larger else measure_larger(options.repeats)
    text = page(where, options.turns, turns, larger)
    print(text)
    if options.write:
        options.write.parent.mkdir(parents=True, exist_ok=True)
        options.write.write_text(text, "utf-8")
        print(f"Written to {options.write}.", file=sys.stderr)


def live_turns(wanted: int) -> list[Measured]:
    """So many turns in all, the kinds one after the other; one before them is not counted."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="latency-")))
        (folder / "clips").mkdir()
        clips = {kind: render(folder / "clips", said, 2) for kind, said in KINDS.items()}
        card = opened.enter_context(virtual_card())
        program = Program(card, folder, serves=True)
        opened.callback(program.process.kill)
        speaker = opened.enter_context(closing(Monitor(card, "speaker")))
        microphone = opened.enter_context(closing(Monitor(card, "mic_feed")))
        ask(card, program, (speaker, microphone), "question", clips["question"][0])
        found = []
        for number in tqdm(range(wanted), unit="turn"):
            kind = [*KINDS][number % len(KINDS)]
            clip = clips[kind][number // len(KINDS) % len(clips[kind])]
            measured = ask(card, program, (speaker, microphone), kind, clip)
            if measured is not None:
                found.append(measured)
        program.end()
        return found


def ask(
    card: VirtualCard, program: Program, ears: tuple[Monitor, Monitor], kind: str, clip: Clip
) -> Measured | None:
    """Say `clip` and hear the answer; None, and a line about it, when none came."""
    speaker, microphone = ears
    while program.next(LOOK_S) is not None or speaker.quiet_s() < QUIET_S:
        continue
    began_s = time.monotonic()
    card.say_into_microphone(clip.path)
    begins_s = microphone.first_after(began_s)
    turn, moves_s = next_turn(program)
    if begins_s is None or turn is None or turn.timings_ms.total is None:
        print(f"'{clip.text}': no answer", file=sys.stderr)
        return None
    end_s = begins_s + clip.end_s
    if (first_s := speaker.first_after(end_s)) is None:
        print(f"'{clip.text}': no sound", file=sys.stderr)
        return None
    heard_right = turn.transcript.replace(" ", "") == clip.text.replace(" ", "")
    moves_ms = None if moves_s is None else 1_000 * (moves_s - end_s)
    return Measured(kind, heard_right, turn.timings_ms, 1_000 * (first_s - end_s), moves_ms)


def next_turn(program: Program) -> tuple[Turn | None, float | None]:
    """The next turn with words, and when its movement began."""
    end_s, moves_s = time.monotonic() + WAIT_S, None
    while time.monotonic() < end_s and program.is_running:
        if (one := program.next(0.5)) is None:
            continue
        if (one.kind, one.part) == ("state", "moving") and moves_s is None:
            moves_s = one.at_s
        if one.turn is not None and one.turn.transcript:
            return one.turn, moves_s
    return None, None


def spread(values: Sequence[float | None]) -> str:
    """`p50 / p95` of those that there are."""
    known = [value for value in values if value is not None]
    if not known:
        return "-"
    p50, p95 = np.percentile(known, [50, 95])
    return f"{p50:.0f} / {p95:.0f}"


def live_table(turns: list[Measured]) -> str:
    """One row for each kind and one for all."""
    rows = [
        "| said | turns | heard right | endpoint | recognise | first token | first sound"
        " | turn's total | **at the loudspeaker** | begins to move |\n"
        "|---|---|---|---|---|---|---|---|---|---|"
    ]
    for kind in (*KINDS, "all"):
        of_it = [turn for turn in turns if kind in (turn.kind, "all")]
        cells = [kind, str(len(of_it)), str(sum(turn.heard_right for turn in of_it))]
        cells += [spread([turn.stage(stage) for turn in of_it]) for stage in STAGES]
        cells.append(f"**{spread([turn.loudspeaker_ms for turn in of_it])}**")
        cells.append(spread([turn.moves_ms for turn in of_it]))
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def around_ms(turns: list[Measured]) -> list[float | None]:
    """What the sound card and its buffers add to the turn's total; fillers left out."""
    differences = [turn.loudspeaker_ms - (turn.stage("total") or 0.0) for turn in turns]
    return [value for value in differences if value > -FILLER_MS]


def page(where: str, wanted: int, turns: list[Measured], larger: Larger | None) -> str:
    """The Markdown page around the tables."""
    fillers = len(turns) - len(around_ms(turns))
    asked = {kind: [turn for turn in turns if turn.kind == kind] for kind in KINDS}
    endpoints = {
        kind: np.percentile([turn.times.endpoint or 0 for turn in asked[kind]], [50, 95])
        for kind in KINDS
        if asked[kind]
    }
    more = "" if larger is None else larger.section(endpoints, around_ms(turns))
    return f"""# Latency: from the end of speech to the first sound

{where}. Milliseconds: p50 / p95.

## The built-in models, live

{live_table(turns)}

The end of speech is the last moment of the clip above -40 dB of its peak, found again in what the
microphone hears; the first sound is the first 10 ms of the loudspeaker's monitor whose peak is
above 0.02. The stages are those of the turn object. Its total ends where the sound is handed to the
speaker; sound cards and buffers add {spread(around_ms(turns))} to it. In {fillers} turns "let me
think" came before the answer. "Open sentence": it could go on ("and ..."), so Sori waits longer.
`recognise` is what is left of it at the endpoint: it begins in the first silence. Sori moves
before it answers an order: its `first token` counts the movement, so for orders read when it begins
to move.

{wanted} turns on a virtual sound card, espeak-ng's voices in English and Korean; simulated body.
{more}
Made by

    python -m bench.latency --turns {wanted} --write docs/performance/latency.md
"""


if __name__ == "__main__":
    main()
