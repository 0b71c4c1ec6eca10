"""Settings of `sori serve`: where it listens, and how much it takes at once."""

from typing import Annotated

from msgspec import Meta

from config.section import Positive, Section

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class ServiceSettings(Section, frozen=True):
    """The web page and the API. The token lies in a file of its own, never in the settings."""

    host: str = "127.0.0.1"
    """Address to listen at. Any but the loopback needs `allow_remote`."""
    port: Annotated[int, Meta(ge=0, le=65_535)] = 8_765
    """0: any free one."""
    allow_remote: bool = False
    """Let other machines in. Everybody in the network can then read the token on its way, for it
    travels in plain text: put a proxy with TLS or a tunnel before it."""
    names: tuple[str, ...] = ()
    """Further names that this machine is called by (`robot.local`, `192.168.1.7`); requests for
    any other name are refused, so that no web page can reach Sori by renaming itself."""
    directory: str = ""
    """Where the token lies. Empty: `$STATE_DIRECTORY` of systemd, else `$XDG_STATE_HOME/sori`, else
    `~/.local/state/sori`."""
    requests_per_s: Annotated[float, Meta(gt=0.0, le=1_000.0)] = 20.0
    """Of all clients together; "stop" is never counted."""
    requests_at_once: Annotated[int, Meta(ge=1, le=10_000)] = 60
    """How many may come at once before `requests_per_s` counts."""
    connections: Annotated[int, Meta(ge=1, le=256)] = 16
    """Requests that are worked on at the same time; "stop" is never counted."""
    watchers: Positive = 8
    """Clients that may follow the events at the same time."""
    answer_within_s: Annotated[float, Meta(gt=0.0, le=600.0)] = 60.0
    """How long a question waits for its answer."""

    @property
    def is_remote(self) -> bool:
        """Whether other machines could reach it."""
        return self.host not in LOOPBACK
