"""diagnostic_msgs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated

from cyclonedds.idl import IdlStruct, annotations, types

from robot.body.dds.messages.std_msgs import Header

OK, WARN, ERROR = 0, 1, 2
"""Levels of a status."""


@dataclass
@annotations.final
@annotations.autoid("sequential")
class KeyValue(IdlStruct, typename="diagnostic_msgs.msg.dds_.KeyValue_"):
    """A fact."""

    key: str = ""
    value: str = ""


@dataclass
@annotations.final
@annotations.autoid("sequential")
class DiagnosticStatus(IdlStruct, typename="diagnostic_msgs.msg.dds_.DiagnosticStatus_"):
    """How one component is."""

    level: types.byte = OK
    name: str = ""
    message: str = ""
    hardware_id: str = ""
    values: Annotated[Sequence[KeyValue], types.sequence(KeyValue)] = ()


@dataclass
@annotations.final
@annotations.autoid("sequential")
class DiagnosticArray(IdlStruct, typename="diagnostic_msgs.msg.dds_.DiagnosticArray_"):
    """How all components of a program are."""

    header: Header = field(default_factory=Header)
    status: Annotated[Sequence[DiagnosticStatus], types.sequence(DiagnosticStatus)] = ()
