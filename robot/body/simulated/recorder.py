"""Notes moments of the simulated body while its time passes, and makes pictures and films of them.

Nothing is drawn while the body moves: a moment is a few numbers, and all drawing happens in
`picture` and `film`, in the thread that asks for it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from robot.body.errors import BodyError
from robot.body.simulated.camera import View, followed
from robot.body.simulated.driver import SimulatedBody
from robot.body.simulated.moment import Moment
from robot.body.simulated.overlay import annotated
from robot.body.simulated.studio import Studio

if TYPE_CHECKING:
    from PIL.Image import Image

_PERIOD_S = 0.1
"""Of simulated time between two frames."""
_MOST_MOMENTS = 1_200
_MOST_FRAMES = 240
_PICTURE_SIZE = (960, 720)
_FILM_SIZE = (480, 360)
_FILM_QUALITY = 60
_ENDINGS = (".png", ".webp", ".gif")
_LAST_FRAME_S = 2.0
"""How long the end stays before the film begins anew."""


class Recorder:
    """Follows one body from `start` to `stop`."""

    def __init__(self, body: SimulatedBody, title: str) -> None:
        self._body = body
        self._title = title
        self._notes: tuple[str, ...] = ()
        self._moments: list[Moment] = []
        self._every_s = _PERIOD_S
        self._end: Callable[[], None] | None = None

    @classmethod
    def load(cls, body: SimulatedBody, title: str = "") -> "Recorder":
        """A recorder that waits for `start`. `title` is the first line of every picture."""
        return cls(body, title)

    def start(self) -> None:
        """Note moments from now on."""
        if self._end is None:
            self._moments.append(self._moment())
            self._end = self._body.watch(self._see)

    def stop(self) -> None:
        """Note no more; what was noted stays."""
        if self._end is not None:
            self._end()
            self._end = None

    def note(self, *lines: str) -> None:
        """From now on these lines are over the picture, instead of those before."""
        self._notes = lines
        if self._end is not None:
            self._moments[-1] = self._moment()

    def picture(self, file: Path) -> None:
        """Write a picture of the body as it is now. Raises BodyError when it cannot be drawn."""
        _prepare(file)
        moment = self._moment()
        with Studio(self._body.world.model, _PICTURE_SIZE, fine=True) as studio:
            drawn = studio.shoot(moment, studio.view(moment))
        finished = annotated(drawn, moment, self._body.path, self._title)
        with _writing(file):
            finished.save(file)

    def film(self, file: Path) -> None:
        """Write an animation (WebP or GIF, by the name) of what was noted. Raises BodyError."""
        _prepare(file)
        moments = _thinned([*self._moments, self._moment()], _MOST_FRAMES)
        with Studio(self._body.world.model, _FILM_SIZE, fine=False) as studio:
            frames = self._frames(studio, moments)
        times_s = [moment.state.time_s for moment in moments]
        shown_ms = [
            round(1_000 * (later - now))
            for now, later in zip(times_s, [*times_s[1:], times_s[-1] + _LAST_FRAME_S], strict=True)
        ]
        with _writing(file):
            frames[0].save(
                file,
                save_all=True,
                append_images=frames[1:],
                duration=shown_ms,
                loop=0,
                quality=_FILM_QUALITY,
                method=2,
            )

    def _frames(self, studio: Studio, moments: Sequence[Moment]) -> "list[Image]":
        frames = []
        path = self._body.path
        view: View | None = None
        before_s = 0.0
        for moment in moments:
            wanted = studio.view(moment)
            now_s = moment.state.time_s
            view = wanted if view is None else followed(view, wanted, now_s - before_s)
            before_s = now_s
            frames.append(annotated(studio.shoot(moment, view), moment, path, self._title))
        return frames

    def _see(self) -> None:
        if self._body.observe().time_s - self._moments[-1].state.time_s < self._every_s - 1e-6:
            return
        self._moments.append(self._moment())
        if len(self._moments) > _MOST_MOMENTS:  # a long story in larger steps
            self._moments = self._moments[::2]
            self._every_s *= 2

    def _moment(self) -> Moment:
        body = self._body
        return Moment(body.positions(), body.lights.face, body.observe(), self._notes)


def _thinned(moments: list[Moment], most: int) -> list[Moment]:
    """Evenly chosen moments, each with a time of its own, first and last among them."""
    grown = [
        moment
        for moment, later in zip(moments, [*moments[1:], None], strict=True)
        if later is None or later.state.time_s > moment.state.time_s
    ]
    if len(grown) <= most:
        return grown
    return [grown[round(number * (len(grown) - 1) / (most - 1))] for number in range(most)]


def _prepare(file: Path) -> None:
    """Fail before the work of drawing, not after it."""
    if file.suffix.casefold() not in _ENDINGS:
        raise BodyError(f"{file}: end the name in {', '.join(_ENDINGS)}.")
    with _writing(file):
        file.parent.mkdir(parents=True, exist_ok=True)


@contextmanager
def _writing(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BodyError(
            f"{file}: this picture cannot be written: {error.strerror}. Check the folder."
        ) from error
