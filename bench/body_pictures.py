"""Draw the pictures of docs/body/simulated.md anew: `.venv/bin/python -m bench.body_pictures`."""

import math
from pathlib import Path

from config.body_settings import SimulatedSettings
from nlu.actions import Express, Gesture, Posture, Sequence, Turn, Walk
from robot.body.performer import Performer
from robot.body.rules import load_rules
from robot.body.simulated.driver import SimulatedBody, load
from robot.body.simulated.recorder import Recorder
from robot.body.writer import Writer

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "body"
MOMENTS = (
    ("standing", Express("neutral"), 0.5, "“hello”"),
    ("waving", Gesture("wave", repeat=2), 1.15, "“손 흔들어 줘”"),
    ("bowing", Gesture("bow"), 1.2, "“bow, please”"),
    ("sitting", Posture("sit"), 4.0, "“앉아”"),
)


def still(name: str, action: Express | Gesture | Posture, at_s: float, heard: str) -> None:
    """One picture in the middle of an action."""
    body = load(SimulatedSettings())
    body.start(action)
    body.wait(at_s)
    Recorder.load(body, heard).picture(FOLDER / f"{name}.png")


def film() -> None:
    """A walk and a wave from a sentence, as it is told afterwards."""
    body = load(SimulatedSettings())
    recorder = Recorder.load(body, "“앞으로 사십 센티미터 가서 손을 흔들어 줘”")
    recorder.start()
    recorder.note("walk 0.4 m · wave")
    measured = performer(body).perform(Sequence((Walk(0.4), Gesture("wave")))).measured
    if measured is None or measured.x_m is None:
        raise SystemExit("the walk was not done")
    recorder.note(f"{measured.x_m:.2f} m 걸어가서 손을 흔들었어요.")
    recorder.film(FOLDER / "walking.webp")


def path() -> None:
    """A way with corners, commanded and measured."""
    body = load(SimulatedSettings())
    story = Sequence((Walk(1.5), Turn(math.pi / 2), Walk(1.0), Turn(math.pi / 2), Walk(0.7)))
    performer(body).perform(story)
    recorder = Recorder.load(body, "“walk 1.5 m, turn left, walk 1 m, turn left, walk 70 cm”")
    body.start(Gesture("thumbs_up"))
    body.wait(1.2)
    recorder.note("walk 1.5 m · turn 90° · walk 1.0 m · turn 90° · walk 0.7 m")
    recorder.picture(FOLDER / "path.png")


def performer(body: SimulatedBody) -> Performer:
    """What drives it in the assistant, too."""
    return Performer(Writer(body, latch_s=1.0), load_rules())


if __name__ == "__main__":
    for moment in MOMENTS:
        still(*moment)
    path()
    film()
