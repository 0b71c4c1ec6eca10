"""A place in a DDS domain: readers and writers of topics."""

import threading
from contextlib import suppress
from typing import Generic, TypeVar

from cyclonedds.core import (
    DDSException,
    InstanceState,
    ReadCondition,
    SampleState,
    ViewState,
    WaitSet,
)
from cyclonedds.domain import Domain, DomainParticipant
from cyclonedds.idl import IdlStruct
from cyclonedds.internal import InvalidSample
from cyclonedds.pub import DataWriter
from cyclonedds.qos import Policy, Qos
from cyclonedds.sub import DataReader
from cyclonedds.topic import Topic
from cyclonedds.util import duration

from robot.body.dds.network import network_xml
from robot.body.errors import BodyError, BodyLost

MAX_BLOCKING_S = 0.1
"""A write to a robot that does not listen any more gives up after this: the stop is a write."""
DEPTH = 10
"""Messages kept on either side: the default of ROS 2."""

_ANY = SampleState.Any | ViewState.Any | InstanceState.Any
_MessageT = TypeVar("_MessageT", bound=IdlStruct)


class Outlet(Generic[_MessageT]):
    """One topic that is written: reliable, for whoever listens now."""

    def __init__(self, writer: DataWriter[_MessageT], topic: str) -> None:
        self._writer = writer
        self.topic = topic

    @property
    def listeners(self) -> int:
        """How many readers there are."""
        return len(self._writer.get_matched_subscriptions())

    def write(self, message: _MessageT) -> None:
        """Send `message`; raises BodyLost when it does not go out."""
        try:
            self._writer.write(message)
        except DDSException as error:
            raise BodyLost(
                f"Nothing can be sent on `{self.topic}`: {error.msg}. Is the robot still there?"
            ) from error

    def flush(self, seconds: float) -> None:
        """Wait for up to `seconds` until every reader has what was written."""
        # AttributeError is how cyclonedds 11.0.1 says that the time is over.
        with suppress(DDSException, AttributeError):
            self._writer.wait_for_acks(duration(seconds=seconds))


class Inlet(Generic[_MessageT]):
    """One topic that is read."""

    def __init__(self, reader: DataReader[_MessageT], waiting: WaitSet) -> None:
        self._reader = reader
        self._waiting = waiting

    def take(self) -> list[_MessageT]:
        """What came since the last call, oldest first; at once, and mostly nothing."""
        taken: list[_MessageT] = []
        while True:
            try:
                samples = self._reader.take(N=1)
            except UnicodeDecodeError:  # a text that is none, from whoever is on the network
                continue
            if not samples:
                return taken
            taken += [sample for sample in samples if _is_message(sample)]

    def wait(self, seconds: float) -> None:
        """Return when there is something to take, or after `seconds`."""
        self._waiting.wait(duration(seconds=max(seconds, 0.0)))


class Link:
    """Readers and writers in one domain; `close` lets all of them go."""

    def __init__(self, participant: DomainParticipant) -> None:
        self._participant: DomainParticipant | None = participant

    def outlet(self, topic: str, kind: type[_MessageT]) -> Outlet[_MessageT]:
        """A writer of the ROS topic `topic` (`/cmd_vel`)."""
        entity = self._entity()
        named = Topic(entity, dds_name(topic), kind)
        return Outlet(DataWriter(entity, named, qos=_qos(reliable=True)), topic)

    def inlet(
        self, topic: str, kind: type[_MessageT], *, reliable: bool = True
    ) -> Inlet[_MessageT]:
        """A reader of `topic`; one that is not reliable also hears writers that are not."""
        entity = self._entity()
        named = Topic(entity, dds_name(topic), kind)
        reader = DataReader(entity, named, qos=_qos(reliable=reliable))
        waiting = WaitSet(entity)
        waiting.attach(ReadCondition(reader, _ANY))
        return Inlet(reader, waiting)

    def close(self) -> None:
        """Leave the domain, once the readers and writers are forgotten too; safe to repeat."""
        self._participant = None

    def _entity(self) -> DomainParticipant:
        if self._participant is None:
            raise BodyError("The link to the robot was closed. Open the body anew.")
        return self._participant


def open_link(domain: int, interface: str) -> Link:
    """Join the DDS domain `domain` on `interface` (empty: Cyclone DDS chooses).

    Raises BodyError when DDS cannot use the interface.
    """
    with _domains_lock:
        if domain not in _domains:
            _domains[domain] = (interface, _made(domain, interface))
        elif _domains[domain][0] != interface:
            raise BodyError(
                f"DDS domain {domain} is already in use on interface"
                f" `{_domains[domain][0] or 'of its choice'}`. Give both the same `interface`."
            )
    try:
        return Link(DomainParticipant(domain))
    except DDSException as error:
        raise _cannot_join(domain, interface, error) from error


def _is_message(sample: object) -> bool:
    """Whether it is one, and not the news that its writer has gone."""
    return not isinstance(sample, InvalidSample)


def dds_name(topic: str) -> str:
    """The name that ROS 2 gives to a topic in DDS: `/cmd_vel` is `rt/cmd_vel`."""
    return f"rt/{topic.strip('/')}"


_domains: dict[int, tuple[str, Domain]] = {}
"""A process can set up a domain only once: by number, with the interface it was set up for."""
_domains_lock = threading.Lock()


def _made(domain: int, interface: str) -> Domain:
    try:
        return Domain(domain, network_xml(interface))
    except DDSException as error:
        raise _cannot_join(domain, interface, error) from error


def _cannot_join(domain: int, interface: str, error: DDSException) -> BodyError:
    where = f"interface `{interface}`" if interface else "any network interface"
    return BodyError(
        f"DDS domain {domain} cannot be joined on {where}: {error.msg}. `ip link` lists the"
        " interfaces; name one that is up under `interface` in the settings of the body."
    )


def _qos(*, reliable: bool) -> Qos:
    """Volatile, the last few kept, as the publishers and subscribers of ROS 2 have it."""
    reliability = (
        Policy.Reliability.Reliable(duration(seconds=MAX_BLOCKING_S))
        if reliable
        else Policy.Reliability.BestEffort
    )
    return Qos(reliability, Policy.Durability.Volatile, Policy.History.KeepLast(DEPTH))
