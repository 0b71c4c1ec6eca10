"""Settings of the log: how much is told, and in which form."""

from typing import Literal

from config.section import Section

LogLevel = Literal["debug", "info", "warning", "error"]
LogForm = Literal["auto", "text", "json"]


class LogSettings(Section, frozen=True):
    """The log of `sori listen` and `sori serve`; it goes to standard error."""

    level: LogLevel = "info"
    """What is told at least; `info`: one line a turn, without words; `debug`: words as well."""
    format: LogForm = "auto"
    """`auto`: JSON where systemd's journal reads along, else text."""
