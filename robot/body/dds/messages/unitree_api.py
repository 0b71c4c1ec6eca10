"""unitree_api: a call to one of a Unitree robot's services, and its answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated

from cyclonedds.idl import IdlStruct, annotations, types

Octets = Annotated[Sequence[types.byte], types.sequence(types.byte)]


@dataclass
@annotations.final
@annotations.autoid("sequential")
class RequestIdentity(IdlStruct, typename="unitree_api.msg.dds_.RequestIdentity_"):
    """Which call, and of what."""

    id: types.int64 = 0
    api_id: types.int64 = 0


@dataclass
@annotations.final
@annotations.autoid("sequential")
class RequestLease(IdlStruct, typename="unitree_api.msg.dds_.RequestLease_"):
    """For services that are leased to one client; ours are not."""

    id: types.int64 = 0


@dataclass
@annotations.final
@annotations.autoid("sequential")
class RequestPolicy(IdlStruct, typename="unitree_api.msg.dds_.RequestPolicy_"):
    """How it is served."""

    priority: types.int32 = 0
    noreply: bool = False


@dataclass
@annotations.final
@annotations.autoid("sequential")
class RequestHeader(IdlStruct, typename="unitree_api.msg.dds_.RequestHeader_"):
    """What every call has."""

    identity: RequestIdentity = field(default_factory=RequestIdentity)
    lease: RequestLease = field(default_factory=RequestLease)
    policy: RequestPolicy = field(default_factory=RequestPolicy)


@dataclass
@annotations.final
@annotations.autoid("sequential")
class Request(IdlStruct, typename="unitree_api.msg.dds_.Request_"):
    """A call."""

    header: RequestHeader = field(default_factory=RequestHeader)
    parameter: str = ""
    """JSON."""
    binary: Octets = ()


@dataclass
@annotations.final
@annotations.autoid("sequential")
class ResponseStatus(IdlStruct, typename="unitree_api.msg.dds_.ResponseStatus_"):
    """0, or why not."""

    code: types.int32 = 0


@dataclass
@annotations.final
@annotations.autoid("sequential")
class ResponseHeader(IdlStruct, typename="unitree_api.msg.dds_.ResponseHeader_"):
    """What every answer has."""

    identity: RequestIdentity = field(default_factory=RequestIdentity)
    status: ResponseStatus = field(default_factory=ResponseStatus)


@dataclass
@annotations.final
@annotations.autoid("sequential")
class Response(IdlStruct, typename="unitree_api.msg.dds_.Response_"):
    """An answer."""

    header: ResponseHeader = field(default_factory=ResponseHeader)
    data: str = ""
    """JSON."""
    binary: Octets = ()
