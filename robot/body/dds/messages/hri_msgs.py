"""hri_msgs, in the layout of 2.2.1 and later (and of 2.0.0, where `locale` was `language`)."""

from dataclasses import dataclass, field

from cyclonedds.idl import IdlStruct, annotations, types

from robot.body.dds.messages.std_msgs import Header


@dataclass
@annotations.final
@annotations.autoid("sequential")
class LiveSpeech(IdlStruct, typename="hri_msgs.msg.dds_.LiveSpeech_"):
    """What somebody says, as far as it is heard."""

    header: Header = field(default_factory=Header)
    incremental: str = ""
    final: str = ""
    confidence: types.float64 = 0.0
    """Of `final`, 0..1."""
    locale: str = ""
    """`en_GB`."""
