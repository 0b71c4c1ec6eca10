"""The report of a soak as a Markdown page."""

from dataclasses import dataclass

import numpy as np

from bench.soak.faults import Fault
from bench.soak.tally import Tally
from bench.soak.watch import ROLES, Growth, Sample, counted, growth, longest_life

MOST_MB_A_HUNDRED_TURNS = 1.0


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found."""

    machine: str
    command: str
    minutes: float
    tally: Tally
    first_sounds_s: list[float]
    faults: list[Fault]
    samples: list[Sample]
    troubles: dict[str, int]
    """Of the log."""
    ended: str
    """How the program ended; empty: as it should."""

    @property
    def failures(self) -> list[str]:
        """Why the run counts as failed."""
        found = []
        if self.tally.lost:
            found.append(f"{self.tally.lost} turns were lost without a word")
        if self.tally.own_voice or self.tally.false_stops or self.tally.cut:
            found.append(
                f"Sori took its own voice for {self.tally.own_voice} turns and"
                f" {self.tally.false_stops} stops, and was cut off {self.tally.cut} times"
            )
        memory = growth(counted(self.samples), lambda sample: sample.rss_mb)
        if memory is not None and memory.a_hundred_turns > MOST_MB_A_HUNDRED_TURNS:
            found.append(f"memory grew by {memory.a_hundred_turns:.2f} MB per 100 turns")
        if self.ended:
            found.append(self.ended)
        return found


def page(report: Report) -> str:
    """The whole page."""
    verdict = "; ".join(report.failures) or "no turn was lost without a word"
    return f"""# Soak: hours of unattended talk, with faults

{report.machine}. {report.minutes:.0f} minutes; {verdict}.

{_turns(report.tally)}

{_latency(report.first_sounds_s)}

{_faults(report.faults)}

{_growths(report.samples)}

{_oddities(report)}

A virtual sound card whose speaker reaches its microphone at -6 dB. Known sentences in English and
Korean by espeak-ng's voices; between them stops, coughs and questions over Sori's voice, and half
minutes in which nobody speaks after Sori has. "Asked" counts every sentence but stops. "Told": Sori
had told that a part failed, or somebody had said stop, and what was said then was not answered.
"Own voice": turns with words that nobody said. "Back" is counted from the return of what was taken
away, or from the kill, until Sori told that it works again; for SIGHUP until the settings were
read. Growth: the straight line through samples every ten seconds, after a warm-up of five minutes,
and of them through the second half; workers: of the one that lived longest. Made by

    {report.command}
"""


def _turns(tally: Tally) -> str:
    scenes = ", ".join(f"{count} {kind}" for kind, count in sorted(tally.said.items()))
    rows = [
        ("asked", tally.asked),
        ("answered", tally.answered),
        ("of these heard word for word", tally.exact),
        ("cut off though nobody spoke", tally.cut),
        ("lost without a word", tally.lost),
        ("lost, and told", tally.told),
        ("duplicate", tally.duplicates),
        ("own voice", tally.own_voice),
        ("coughs that made a turn", tally.coughs),
        ("turns without speech", tally.no_speech),
        ("stops said over Sori", tally.stops),
        ("of these obeyed", tally.obeyed),
        ("stops that were answered", tally.stop_turns),
        ("stopped though nobody had said so", tally.false_stops),
    ]
    body = "\n".join(f"| {name} | {count} |" for name, count in rows)
    return f"| turns | |\n|---|---|\n{body}\n\nScenes: {scenes}."


def _latency(first_sounds_s: list[float]) -> str:
    if not first_sounds_s:
        return "No first sound was measured."
    p50, p95, worst = (1_000 * np.percentile(first_sounds_s, [50, 95, 100])).round()
    return (
        "| end of speech to first sound at the loudspeaker | questions | p50, ms | p95, ms"
        " | worst, ms |\n|---|---|---|---|---|\n"
        f"| without faults | {len(first_sounds_s)} | {p50:.0f} | {p95:.0f} | {worst:.0f} |"
    )


def _faults(faults: list[Fault]) -> str:
    head = (
        "| fault | times | of these while speaking | told | back, ms: median | worst"
        " | next answer's first sound, ms: worst |\n|---|---|---|---|---|---|---|"
    )
    rows = [head]
    for kind in dict.fromkeys(fault.kind for fault in faults):
        of_it = [fault for fault in faults if fault.kind == kind]
        back = [fault.back.after_ms for fault in of_it if fault.back.after_ms is not None]
        answers = [fault.answer_ms for fault in of_it if fault.answer_ms is not None]
        never = sum(not fault.back.came for fault in of_it)
        unanswered = len(of_it) - len(answers)
        cells = [
            kind,
            str(len(of_it)),
            str(sum(fault.speaking for fault in of_it)),
            str(sum(fault.back.noticed for fault in of_it)),
            f"{np.median(back):.0f}" if back else "-",
            f"never ({never})" if never else f"{max(back):.0f}" if back else "-",
            f"none ({unanswered})" if unanswered else f"{max(answers):.0f}",
        ]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _growths(samples: list[Sample]) -> str:
    later = counted(samples)
    rows = [
        ("parent, MB", growth(later, lambda sample: sample.rss_mb)),
        ("open handles", growth(later, lambda sample: float(sample.files))),
        ("threads", growth(later, lambda sample: float(sample.threads))),
        ("temporary files", growth(later, lambda sample: float(sample.temporary))),
    ]
    rows += [
        (f"worker of {role}, MB", _of_worker(longest_life(later, role), role))
        for role in ROLES.values()
    ]
    head = (
        "| held by Sori | first | last | most | growth an hour | of the second half"
        " | growth in 100 turns |\n"
        "|---|---|---|---|---|---|---|"
    )
    return "\n".join([head, *(_growth(name, grown) for name, grown in rows)])


def _of_worker(samples: list[Sample], role: str) -> Growth | None:
    return growth(samples, lambda sample: sample.workers[role][1])


def _growth(name: str, grown: Growth | None) -> str:
    if grown is None:
        return f"| {name} | too few samples | | | | | |"
    values = f"{grown.first:.1f} | {grown.last:.1f} | {grown.most:.1f}"
    slopes = (grown.an_hour, grown.later_an_hour, grown.a_hundred_turns)
    return f"| {name} | {values} | {' | '.join(f'{slope:+.2f}' for slope in slopes)} |"


def _oddities(report: Report) -> str:
    notes = [f"- {note}" for note in report.tally.notes]
    log = [f"- {count} x {message}" for message, count in sorted(report.troubles.items())]
    return "\n".join(
        [
            "What should not have been, or was misheard:",
            "",
            *(notes or ["- nothing"]),
            "",
            "Warnings and errors of the log, digits left out:",
            "",
            *(log or ["- none"]),
        ]
    )
