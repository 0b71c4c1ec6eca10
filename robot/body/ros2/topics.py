"""What Sori tells other ROS 2 programs, and what they may ask it to say."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict

from nlu.actions import flat
from robot.body.dds.link import Inlet, Link, Outlet
from robot.body.dds.messages.builtin_interfaces import stamp
from robot.body.dds.messages.diagnostic_msgs import (
    ERROR,
    OK,
    WARN,
    DiagnosticArray,
    DiagnosticStatus,
    KeyValue,
)
from robot.body.dds.messages.hri_msgs import LiveSpeech
from robot.body.dds.messages.std_msgs import Header, String
from robot.body.state import BodyState, Performed

DIAGNOSTICS_PERIOD_S = 1.0
_MAX_SAID = 2_000
"""Characters of one text to say; a longer one is cut."""

WallClock = Callable[[], float]
"""Seconds since 1970: the time of messages, never of logic."""


class SpeechTopic:
    """Tells what was heard, as hri_msgs/LiveSpeech (REP-155)."""

    def __init__(self, link: Link, topic: str, clock: WallClock = time.time) -> None:
        self._link = link
        self._outlet = link.outlet(topic, LiveSpeech)
        self._clock = clock

    def heard(self, text: str, final: bool, confidence: float, locale: str) -> None:
        """`text` was heard, so far or finally; `locale` as `en_GB`, or the language alone."""
        self._outlet.write(
            LiveSpeech(
                header=Header(stamp=stamp(self._clock())),
                incremental="" if final else _plain(text),
                final=_plain(text) if final else "",
                confidence=confidence if final else 0.0,
                locale=locale,
            )
        )

    def close(self) -> None:
        """Leave the domain."""
        self._link.close()


class SayTopic:
    """Texts that other programs want said (std_msgs/String)."""

    def __init__(self, link: Link, topic: str) -> None:
        self._link = link
        self._inlet: Inlet[String] = link.inlet(topic, String)

    def texts(self, wait_s: float = 0.0) -> Iterator[str]:
        """What came since the last call, after waiting up to `wait_s` for it; none is empty.

        They are other people's words: screen them like any reply before they are spoken.
        """
        if wait_s > 0:
            self._inlet.wait(wait_s)
        for message in self._inlet.take():
            if text := message.data.strip()[:_MAX_SAID]:
                yield text

    def close(self) -> None:
        """Leave the domain."""
        self._link.close()


class StatusTopic:
    """What the body does and did, as one JSON object a message (std_msgs/String)."""

    def __init__(self, outlet: Outlet[String]) -> None:
        self._outlet = outlet
        self._last = ""

    def performed(self, performed: Performed) -> None:
        """An action was tried."""
        self._tell({"event": "performed", **performed_facts(performed)})

    def state(self, state: BodyState) -> None:
        """Tell `moving`, `still` or the fault when it is another than before."""
        now = state.fault or ("still" if state.is_still else "moving")
        if now == self._last:
            return
        self._last = now
        pose = {name: round(value, 4) for name, value in asdict(state.pose).items()}
        self._tell({"event": now, **pose, "measured": state.has_odometry})

    def _tell(self, facts: dict[str, object]) -> None:
        self._outlet.write(String(json.dumps(facts, ensure_ascii=False)))


class DiagnosticsTopic:
    """How the link to the robot is, for the tools of operators; once a second at most."""

    def __init__(self, outlet: Outlet[DiagnosticArray], clock: WallClock = time.time) -> None:
        self._outlet = outlet
        self._clock = clock
        self._told_s: float | None = None

    def tell(self, state: BodyState) -> None:
        """Tell of `state` if it is time to."""
        if self._told_s is not None and state.time_s - self._told_s < DIAGNOSTICS_PERIOD_S:
            return
        self._told_s = state.time_s
        level, message = _health(state)
        facts = {
            "odometry": "measured" if state.has_odometry else "reckoned",
            "battery": "" if state.battery_share is None else f"{state.battery_share:.2f}",
            "x_mps": f"{state.velocity.x_mps:.3f}",
        }
        status = DiagnosticStatus(
            level=level,
            name="sori: body",
            message=message,
            hardware_id="sori",
            values=[KeyValue(key, value) for key, value in facts.items()],
        )
        self._outlet.write(DiagnosticArray(Header(stamp=stamp(self._clock())), [status]))


def performed_facts(performed: Performed) -> dict[str, object]:
    """`performed` in the form of the turn object's `action`."""
    measured = performed.measured
    return {
        "requested": flat(performed.requested),
        "action": flat(performed.action),
        "outcome": performed.outcome,
        "reason": performed.reason,
        "measured": None
        if measured is None
        else {name: value for name, value in asdict(measured).items() if value is not None},
    }


def _health(state: BodyState) -> tuple[int, str]:
    if state.fault is not None:
        return ERROR, state.fault
    return (OK, "ok") if state.has_odometry else (WARN, "no odometry: distances are reckoned")


def _plain(text: str) -> str:
    """Without NUL, which ends a text in DDS."""
    return text.replace("\0", "")
