"""builtin_interfaces."""

from dataclasses import dataclass

from cyclonedds.idl import IdlStruct, annotations, types


@dataclass
@annotations.final
@annotations.autoid("sequential")
class Time(IdlStruct, typename="builtin_interfaces.msg.dds_.Time_"):
    """A moment, in seconds and nanoseconds since 1970."""

    sec: types.int32 = 0
    nanosec: types.uint32 = 0


def stamp(now_s: float) -> Time:
    """`now_s` (seconds since 1970) as a message."""
    sec = int(now_s)
    return Time(sec, int((now_s - sec) * 1e9))
