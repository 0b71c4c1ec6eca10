"""Every check, one after the other."""

from collections.abc import Callable, Iterator

from config.errors import SoriError
from config.settings import Settings
from robot.health.body import check_body
from robot.health.finding import Finding
from robot.health.holders import holders, named
from robot.health.installation import check_models, check_packages, check_voices
from robot.health.language_model import check_language_model
from robot.health.recognition import check_recognition
from robot.health.sound_devices import check_devices, check_microphone
from robot.health.tone import check_tone

Check = Callable[[Settings], Finding]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("packages", check_packages),
    ("voices", check_voices),
    ("models", check_models),
    ("recognition", check_recognition),
    ("language model", check_language_model),
    ("body", check_body),
    ("sound devices", check_devices),
    ("microphone", check_microphone),
    ("speaker", check_tone),
)
REMEDIES = {
    "voices": "Install espeak-ng: `apt-get install espeak-ng`.",
    "models": "Fetch the file anew: `sori models pull NAME`.",
    "recognition": "See the line on models; `sori models list` shows what there is.",
    "language model": "See the line on models; `sori models list` shows what there is.",
    "body": "Check that the robot is on and reachable; docs/body/ says how each is set up.",
}
OF_DEVICES = "See the line on sound devices, and name the right one under [device]."


def findings(settings: Settings) -> Iterator[Finding]:
    """Run every check; a failing one never stops the next."""
    for part, check in CHECKS:
        try:
            yield check(settings)
        except SoriError as error:
            yield Finding(part, "failed", error.message, _remedy(part))


def _remedy(part: str) -> str:
    if part in REMEDIES:
        return REMEDIES[part]
    if held := named(holders()):
        return f"In use now: {held}. End that program, or choose another device under [device]."
    return OF_DEVICES
