"""Whether the body answers; it is never moved."""

from config.settings import Settings
from robot.health.finding import Finding
from robot.onboard import open_onboard


def check_body(settings: Settings) -> Finding:
    """Told nothing but to stand still. Raises BodyError when it cannot be reached."""
    with open_onboard(settings, lambda _: None, live=False) as onboard:
        onboard.writer.halt()
        state = onboard.writer.observe()
        able = onboard.abilities
    if state.fault:
        detail = f"{able.body} tells of a fault: {state.fault}"
        return Finding("body", "warning", detail, "Clear it as the robot's manual says.")
    battery = "does not tell" if state.battery_share is None else f"{state.battery_share:.0%}"
    moves = [name for name in ("walks", "turns", "looks") if getattr(able, name)]
    can = ", ".join([*moves, *able.gestures, *able.postures]) or "nothing that can be asked for"
    return Finding("body", "ok", f"{able.body}: {state.posture}, battery {battery}; {can}")
