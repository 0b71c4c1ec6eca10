"""The robot's own light and loudness."""

from nlu.actions import Led, Volume
from robot.body.unitree.service import Service, volume_in
from robot.body.unitree.table import VoiceService

LIGHT_PERIOD_S = 0.25
"""Calls for the light need more than 200 ms between them."""


class VoiceCalls:
    """Colours no faster than the robot takes them; the newest one wins."""

    def __init__(self, service: Service, numbers: VoiceService) -> None:
        self._service = service
        self._numbers = numbers
        self._wanted: Led | None = None
        self._sent_s: float | None = None

    def light(self, colour: Led, now_s: float) -> None:
        """Show `colour`, now or as soon as that is allowed."""
        self._wanted = colour
        self.advance(now_s)

    def advance(self, now_s: float) -> None:
        """Send the colour that waits, if it may be sent."""
        self._service.answers()
        colour = self._wanted
        early = self._sent_s is not None and now_s - self._sent_s < LIGHT_PERIOD_S
        if colour is None or early:
            return
        self._service.send(self._numbers.led, {"R": colour.r, "G": colour.g, "B": colour.b})
        self._wanted, self._sent_s = None, now_s

    def volume(self, wish: Volume) -> None:
        """Set the loudness; a relative wish is added to what it is. Raises BodyError."""
        percent = wish.percent
        if wish.relative:
            percent += volume_in(self._service.ask(self._numbers.get_volume, {})) or 0
        self._service.ask(self._numbers.set_volume, {"volume": min(max(percent, 0), 100)})
