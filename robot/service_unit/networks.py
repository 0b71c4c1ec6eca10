"""Which networks a service needs: its own machine, and the robot that its settings name."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from config.body_settings import BodySettings
from config.errors import ConfigurationError
from config.settings import Settings

Network = IPv4Network | IPv6Network

LOOPBACK = "localhost"
"""systemd's words for 127.0.0.0/8 and ::1, and for 224.0.0.0/4 and ff00::/8."""
MULTICAST = "multicast"
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "link-local")
"""No address of these is on the internet (RFC 1918, RFC 4193)."""
UNITREE = "192.168.123.0/24"
"""The network inside Unitree's robots, fixed by their maker."""
DDS_KINDS = frozenset({"ros2", "unitree"})
"""Bodies that are found by multicast; DDS asks the kernel for the interfaces by AF_NETLINK."""


def read_network(text: str) -> Network:
    """A network or an address; ConfigurationError for anything else."""
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError as error:
        raise ConfigurationError(
            f"`{text}` is no network: write it as 192.168.1.0/24, or one address."
        ) from error


def allowed_networks(settings: Settings, named: Sequence[Network]) -> tuple[str, ...]:
    """In systemd's words, what may be reached and may reach the page.

    `named` are networks that a person named; they stand in for the guess "any private one". Raises
    ConfigurationError where the settings give the robot's name and not its address.
    """
    also = tuple(str(network) for network in named)
    visitors = (also or PRIVATE) if settings.service.is_remote else ()
    networks = (LOOPBACK, *_of_body(settings.body, also), *visitors, *also)
    return tuple(dict.fromkeys(networks))


def _of_body(body: BodySettings, named: tuple[str, ...]) -> tuple[str, ...]:
    match body.kind:
        case "ros2":
            near = () if body.ros2.interface == "lo" else (named or PRIVATE)
            return (MULTICAST, *near)
        case "unitree":
            return (MULTICAST, UNITREE)
        case "rosbridge":
            return _of_address(body.rosbridge.address, named)
        case _:
            return ()


def address_families(body: BodySettings) -> tuple[str, ...]:
    """The kinds of socket it may open."""
    usual = ("AF_UNIX", "AF_INET", "AF_INET6")
    return (*usual, "AF_NETLINK") if body.kind in DDS_KINDS else usual


def _of_address(address: str, named: tuple[str, ...]) -> tuple[str, ...]:
    host = urlsplit(address).hostname or ""
    try:
        found = ip_address(host)
    except ValueError:
        if named or host in ("localhost", ""):
            return ()
        raise ConfigurationError(
            f"`body.rosbridge.address` names `{host}`, but a service is let out to addresses only."
            f" Put the robot's address there, or name its network: --net 192.168.1.0/24."
        ) from None
    return () if found.is_loopback else (str(found),)
