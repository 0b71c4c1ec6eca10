"""The face and lights: a colour, and how wide the eyes are open, for each feeling."""

from dataclasses import dataclass, replace

from nlu.actions import Emotion, Express, Led, Volume

_USUAL_VOLUME_PERCENT = 60


@dataclass(frozen=True, slots=True)
class Face:
    """What the lights show."""

    red: float
    green: float
    blue: float
    """0..1"""
    eye_height: float = 1.0
    """Against the usual."""
    eye_width: float = 1.0


FACES: dict[Emotion, Face] = {
    "neutral": Face(0.1, 0.75, 1.0),
    "happy": Face(1.0, 0.7, 0.05, eye_height=0.65, eye_width=1.25),
    "sad": Face(0.15, 0.3, 1.0, eye_height=0.6),
    "surprised": Face(0.85, 0.25, 1.0, eye_height=1.4, eye_width=1.35),
    "angry": Face(1.0, 0.12, 0.08, eye_height=0.5, eye_width=1.2),
    "curious": Face(0.2, 0.9, 0.4, eye_height=1.2, eye_width=1.1),
    "tired": Face(0.4, 0.4, 0.6, eye_height=0.3, eye_width=1.1),
}


@dataclass(slots=True)
class Lights:
    """What the body shows, and how loud it is set."""

    face: Face = FACES["neutral"]
    volume_percent: int = _USUAL_VOLUME_PERCENT

    def show(self, action: Express | Led | Volume) -> None:
        """From now on."""
        match action:
            case Express():
                self.face = FACES[action.emotion]
            case Led():
                red, green, blue = (part / 255 for part in (action.r, action.g, action.b))
                self.face = replace(self.face, red=red, green=green, blue=blue)
            case Volume():
                before = self.volume_percent if action.relative else 0
                self.volume_percent = min(max(before + action.percent, 0), 100)
