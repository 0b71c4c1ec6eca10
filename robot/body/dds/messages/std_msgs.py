"""std_msgs."""

from dataclasses import dataclass, field

from cyclonedds.idl import IdlStruct, annotations

from robot.body.dds.messages.builtin_interfaces import Time


@dataclass
@annotations.final
@annotations.autoid("sequential")
class Header(IdlStruct, typename="std_msgs.msg.dds_.Header_"):
    """When, and in which frame."""

    stamp: Time = field(default_factory=Time)
    frame_id: str = ""


@dataclass
@annotations.final
@annotations.autoid("sequential")
class String(IdlStruct, typename="std_msgs.msg.dds_.String_"):
    """A text."""

    data: str = ""
