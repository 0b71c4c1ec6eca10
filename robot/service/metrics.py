"""Metrics for Prometheus: numbers and names from our own lists, never words of people."""

import time
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from robot.live.events import (
    LiveEvent,
    LiveState,
    PartFailed,
    PartRecovered,
    StateChanged,
    Stopped,
    TurnEnded,
)
from robot.service.figures import STAGES, VERDICTS, row_of, verdict_of
from robot.service.live_control import PARTS
from robot.turn_record import TurnRecord

MEDIA_TYPE = CONTENT_TYPE_LATEST
STAGE_BUCKETS_S = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0)
FACTOR_BUCKETS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 5.0)
"""Over 1 the recogniser falls behind."""
STATES: tuple[LiveState, ...] = (
    *("starting", "deaf", "asleep", "waiting", "listening"),
    *("hearing", "thinking", "speaking", "moving"),
)


class _Outside(Collector):
    """Counts that are kept elsewhere and read when they are asked for."""

    def __init__(
        self, dropped_blocks: Callable[[], int], dropped_events: Callable[[], int]
    ) -> None:
        self._dropped_blocks = dropped_blocks
        self._dropped_events = dropped_events

    def collect(self) -> Iterator[Metric]:
        """See prometheus_client."""
        yield CounterMetricFamily(
            "sori_microphone_dropped_blocks",
            "Blocks of the microphone that were lost",
            self._dropped_blocks(),
        )
        yield CounterMetricFamily(
            "sori_watcher_dropped_events",
            "Events that a slow watcher lost",
            self._dropped_events(),
        )


class Metrics:
    """Everything that is counted. Any thread."""

    def __init__(
        self,
        dropped_blocks: Callable[[], int],
        dropped_events: Callable[[], int],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Both calls give counts that only grow; `clock` seconds that only grow."""
        self._registry = registry = CollectorRegistry()
        registry.register(_Outside(dropped_blocks, dropped_events))
        self._stages = Histogram(
            *("sori_stage_seconds", "How long each stage of a turn took", ["stage"]),
            buckets=STAGE_BUCKETS_S,
            registry=registry,
        )
        self._total = Histogram(
            *("sori_answer_seconds", "From the end of speech to the first sound"),
            buckets=STAGE_BUCKETS_S,
            registry=registry,
        )
        self._factor = Histogram(
            *("sori_recognition_real_time_factor", "Recognition time over speech time"),
            buckets=FACTOR_BUCKETS,
            registry=registry,
        )

        def counter(name: str, about: str, *labels: str) -> Counter:
            return Counter(f"sori_{name}", about, labels, registry=registry)

        self._turns = counter("turns", "Turns that ended", "ending")
        self._verdicts = counter("filter_verdicts", "What the safety filter did", "verdict")
        self._refused = counter("refused_actions", "Actions that were refused", "reason")
        self._stops = counter("stops", "How often everything was told to stop")
        self._failures = counter("part_failures", "How often a part failed", "part")
        self._restarts = counter("part_restarts", "How often a part came back", "part")
        self._requests = counter("http_requests", "Answers of the API", "path", "status")
        self._turned_away = counter("http_turned_away", "Requests refused at the door", "code")
        self._works = Gauge("sori_part_up", "1: the part works", ["part"], registry=registry)
        self._state = Gauge("sori_state", "1: the state now", ["state"], registry=registry)
        began_s = clock()
        uptime = Gauge("sori_uptime_seconds", "Since the service began", registry=registry)
        uptime.set_function(lambda: clock() - began_s)
        for stage in STAGES:
            self._stages.labels(stage)
        for verdict in VERDICTS:
            self._verdicts.labels(verdict)
        for part in PARTS:
            self._works.labels(part).set(1)
            self._restarts.labels(part)

    def note(self, event: LiveEvent) -> None:
        """Something happened in the conversation."""
        match event:
            case TurnEnded(record):
                self._note_turn(record)
            case StateChanged(state):
                self.note_state(state)
            case Stopped():
                self._stops.inc()
            case PartFailed(part, _):
                self._failures.labels(part).inc()
                self._works.labels(part).set(0)
            case PartRecovered(part):
                self._restarts.labels(part).inc()
                self._works.labels(part).set(1)
            case _:
                return

    def note_state(self, now: LiveState) -> None:
        """The conversation is in this state."""
        for state in STATES:
            self._state.labels(state).set(int(state == now))

    def note_request(self, path: str, status: int) -> None:
        """An answer was given; `path` is one of our routes, not what the client wrote."""
        self._requests.labels(path, str(status)).inc()

    def note_turned_away(self, code: str) -> None:
        """A request was refused before it was looked at."""
        self._turned_away.labels(code).inc()

    def text(self) -> bytes:
        """In Prometheus's format."""
        return generate_latest(self._registry)

    def _note_turn(self, record: TurnRecord) -> None:
        self._turns.labels(ending_of(record)).inc()
        if (verdict := verdict_of(record)) is not None:
            self._verdicts.labels(verdict).inc()
        if record.action is not None and record.action.outcome == "refused":
            self._refused.labels(record.action.reason or "unknown").inc()
        for stage, value in zip(STAGES, row_of(record), strict=True):
            if value is not None:
                self._stages.labels(stage).observe(value / 1_000)
        total, recognise = record.timings_ms.total, record.timings_ms.recognise
        if record.reply is not None and total is not None:
            self._total.observe(total / 1_000)
        if recognise is not None and record.start_s is not None and record.end_s is not None:
            spoken_s = record.end_s - record.start_s
            if spoken_s > 0:
                self._factor.observe(recognise / 1_000 / spoken_s)


def ending_of(record: TurnRecord) -> str:
    """How a turn ended, in one word."""
    if record.action is not None:
        return "acted" if record.action.outcome == "done" else record.action.outcome
    if record.reply is not None:
        return "answered"
    return "no_speech" if record.no_speech else "silent"
