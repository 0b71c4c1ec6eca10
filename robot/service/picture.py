"""The simulated body as a picture, drawn when somebody asks for it."""

import asyncio
import io
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from robot.body.errors import BodyError
from robot.onboard import Onboard
from robot.service.errors import RequestRefused

if TYPE_CHECKING:
    from robot.body.simulated.driver import SimulatedBody
    from robot.body.simulated.studio import Studio

MEDIA_TYPE = "image/webp"
SIZE = (480, 360)
QUALITY = 70
FRESH_S = 0.2
"""A picture is shown to everybody who asks within this time: at most five a second are drawn."""
NO_PICTURE = 'Only the simulated body can be drawn. Set `kind = "simulated"` under [body].'


class Photographer:
    """Draws in a thread of its own, one picture at a time. Belongs to one event loop."""

    def __init__(
        self, body: "SimulatedBody | None", clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`body` None: nothing can be drawn."""
        self._body = body
        self._clock = clock
        # OpenGL belongs to the thread that began it.
        self._thread = ThreadPoolExecutor(1, "picture")
        self._opened = ExitStack()
        self._studio: Studio | None = None
        self._drawing = asyncio.Lock()
        self._drawn_at_s = float("-inf")
        self._picture = b""

    @classmethod
    def of(cls, onboard: Onboard) -> Self:
        """Of the body on board."""
        if onboard.abilities.body != "simulated":
            return cls(None)
        from robot.body.simulated.driver import SimulatedBody  # noqa: PLC0415  # MuJoCo takes a second

        driver = onboard.driver
        return cls(driver if isinstance(driver, SimulatedBody) else None)

    async def picture(self) -> bytes:
        """WebP of the body now. Raises RequestRefused when it cannot be drawn."""
        if self._body is None:
            raise RequestRefused(404, "no_picture", NO_PICTURE)
        async with self._drawing:
            if self._clock() - self._drawn_at_s >= FRESH_S:
                loop = asyncio.get_running_loop()
                try:
                    self._picture = await loop.run_in_executor(self._thread, self._draw, self._body)
                except BodyError as error:
                    raise RequestRefused(404, "no_picture", error.message) from error
                self._drawn_at_s = self._clock()
            return self._picture

    def close(self) -> None:
        """Let the camera go."""
        self._thread.submit(self._opened.close)
        self._thread.shutdown(wait=True)

    def _draw(self, body: "SimulatedBody") -> bytes:
        from robot.body.simulated.moment import Moment  # noqa: PLC0415  # as above

        moment = Moment(body.positions(), body.lights.face, body.observe())
        studio = self._studio or self._open(body)
        drawn = studio.shoot(moment, studio.view(moment))
        file = io.BytesIO()
        drawn.save(file, "WEBP", quality=QUALITY, method=2)
        return file.getvalue()

    def _open(self, body: "SimulatedBody") -> "Studio":
        from robot.body.simulated.studio import Studio  # noqa: PLC0415  # as above

        self._studio = self._opened.enter_context(Studio(body.world.model, SIZE, fine=False))
        return self._studio
