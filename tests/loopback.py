"""The suite also passes with the network off (`unshare -n`), where even the loopback is down."""

import fcntl
import socket
import struct

_GET_FLAGS, _SET_FLAGS = 0x8913, 0x8914  # SIOCGIFFLAGS and SIOCSIFFLAGS, see netdevice(7)
_UP = 0x1
_REQUEST = "16sH14x"
"""struct ifreq: the interface's name and its flags."""


def raise_loopback() -> None:
    """Raise the loopback of a network of our own; nothing to do where it is up."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as anyone:
        answer = fcntl.ioctl(anyone, _GET_FLAGS, struct.pack(_REQUEST, b"lo", 0))
        _, flags = struct.unpack(_REQUEST, answer)
        if not flags & _UP:
            fcntl.ioctl(anyone, _SET_FLAGS, struct.pack(_REQUEST, b"lo", flags | _UP))
