"""Which network interface DDS speaks on, as Cyclone DDS wants to be told: in XML."""

import re

from config.errors import ConfigurationError

LOOPBACK = "lo"
_NAME = re.compile(r"[A-Za-z0-9_.:@-]{1,15}")
"""What Linux allows in an interface's name, less what XML would need quoted."""

_TEMPLATE = (
    '<CycloneDDS><Domain Id="any"><General><Interfaces>{interface}</Interfaces>{multicast}'
    "</General>{discovery}</Domain></CycloneDDS>"
)
# The loopback carries no multicast, so that peers are found by asking each port in turn.
_PEERS = (
    "<Discovery><ParticipantIndex>auto</ParticipantIndex>"
    '<Peers><Peer address="localhost"/></Peers></Discovery>'
)
_NO_MULTICAST = "<AllowMulticast>false</AllowMulticast>"


def network_xml(interface: str) -> str:
    """The configuration of a DDS domain on `interface`; empty: Cyclone DDS chooses one.

    Raises ConfigurationError for what cannot be an interface's name.
    """
    if not interface:
        return _TEMPLATE.format(
            interface='<NetworkInterface autodetermine="true"/>', multicast="", discovery=""
        )
    if not _NAME.fullmatch(interface):
        raise ConfigurationError(
            f"`{interface}` cannot be a network interface. `ip link` lists those that are here."
        )
    named = f'<NetworkInterface name="{interface}"/>'
    if interface == LOOPBACK:
        return _TEMPLATE.format(interface=named, multicast=_NO_MULTICAST, discovery=_PEERS)
    return _TEMPLATE.format(interface=named, multicast="", discovery="")
