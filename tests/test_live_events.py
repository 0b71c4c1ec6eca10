"""Who watches a live conversation gets every event in order, and delays nobody."""

import pytest

from audio.device_changes import DeviceFound, DeviceLost
from nlu.chat_supervisor import WorkerBack, WorkerLost
from robot.live.events import (
    QUEUE_EVENTS,
    EventHub,
    LiveEvent,
    PartFailed,
    PartRecovered,
    StateChanged,
    Stopped,
    Subscription,
)
from robot.live.parts import Parts


def taken(watcher: Subscription) -> list[LiveEvent]:
    """Everything that waits."""
    events = []
    while (event := watcher.next(0.0)) is not None:
        events.append(event)
    return events


def test_every_watcher_gets_every_event_in_order() -> None:
    hub = EventHub()
    with hub.subscribe() as one, hub.subscribe() as other:
        hub.publish(StateChanged("hearing"))
        hub.publish(Stopped())
        assert taken(one) == taken(other) == [StateChanged("hearing"), Stopped()]


def test_a_watcher_that_left_gets_nothing_more() -> None:
    hub = EventHub()
    watcher = hub.subscribe()
    hub.publish(Stopped())
    watcher.close()
    hub.publish(StateChanged("hearing"))
    assert not watcher.is_over  # what came before is still there
    assert taken(watcher) == [Stopped()]
    assert watcher.is_over


def test_a_slow_watcher_loses_the_oldest_and_is_told() -> None:
    hub = EventHub()
    with hub.subscribe() as slow:
        hub.publish(StateChanged("hearing"))
        for _ in range(QUEUE_EVENTS):
            hub.publish(Stopped())
        assert slow.dropped == 1
        assert taken(slow) == [Stopped()] * QUEUE_EVENTS


CHANGES = [
    (
        "a microphone is lost and found",
        (DeviceLost("microphone", "It is gone."), DeviceFound("microphone", "vmic")),
        [PartFailed("microphone", "It is gone."), PartRecovered("microphone")],
    ),
    ("what is found at the start was never lost", (DeviceFound("speaker", "vspk"),), []),
    (
        "it is told once",
        (DeviceLost("speaker", "one"), DeviceLost("speaker", "two")),
        [PartFailed("speaker", "one")],
    ),
    (
        "a worker",
        (WorkerLost("It died."), WorkerBack(1)),
        [PartFailed("language model", "It died."), PartRecovered("language model")],
    ),
]


@pytest.mark.parametrize(("changes", "told"), [row[1:] for row in CHANGES])
def test_parts_fail_and_recover(
    changes: tuple[DeviceLost | DeviceFound | WorkerLost | WorkerBack, ...],
    told: list[LiveEvent],
) -> None:
    hub = EventHub()
    parts = Parts(hub)
    with hub.subscribe() as watcher:
        for change in changes:
            match change:
                case DeviceLost() | DeviceFound():
                    parts.note_device(change)
                case WorkerLost() | WorkerBack():
                    parts.note_worker(change)
        assert taken(watcher) == told


def test_parts_know_what_fails_and_what_is_open() -> None:
    parts = Parts(EventHub())
    parts.watch(lambda: {"microphone": "vmic", "speaker": None})
    parts.note_device(DeviceLost("speaker", "It is gone."))
    parts.note_worker(WorkerBack(1))
    assert parts.devices == {"microphone": "vmic"}
    assert parts.failed == {"speaker": "It is gone."}
    assert parts.restarts == 1
