"""Opens a live conversation: the one place that puts its parts together."""

import gc
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

from audio.echo.far_end import FarEnd
from audio.steady_microphone import SteadyMicrophone
from audio.steady_speaker import SteadySpeaker
from config.phrases import load_phrases
from config.settings import Settings
from nlu.turn_end import TurnEnd
from robot.assemble import Robot, open_robot
from robot.body.console import Tell
from robot.live.attending import Attending
from robot.live.clean_sound import CleanSound
from robot.live.ear import LiveEar
from robot.live.early_hearing import EarlyHearing
from robot.live.events import EventHub, PartlyHeard
from robot.live.live_turns import LiveTurns
from robot.live.overheard import Overhearing
from robot.live.own_words import OwnWords
from robot.live.parts import Parts
from robot.live.session import LiveSession
from robot.live.signs import Signs
from robot.live.turn_taking import TurnTaking
from robot.live.turn_worker import TurnWorker
from robot.live.work import ToDo, drop
from robot.ros2_voice import Ros2Voice, open_ros2_voice
from robot.stop_ears import StopEars


@contextmanager
def open_session(settings: Settings, tell: Tell) -> Iterator[LiveSession]:
    """Load everything and begin to open the devices; lets all of it go at the end.

    Devices that are not there are looked for until they are. Raises ModelError and others when a
    part cannot be loaded.
    """
    events = EventHub()
    parts = Parts(events)
    ears = StopEars.load(settings)
    with ExitStack() as opened:
        robot = opened.enter_context(
            open_robot(settings, tell, live=True, on_model_change=parts.note_worker)
        )
        ros2 = opened.enter_context(open_ros2_voice(settings.body))
        far_end = FarEnd()
        speaker = SteadySpeaker(settings.device, parts.note_device, far_end)
        opened.callback(speaker.close)
        microphone = SteadyMicrophone(
            settings.device, parts.note_device, may_interrupt=lambda: not speaker.is_speaking
        )
        opened.callback(microphone.close)
        parts.watch(lambda: {"microphone": microphone.device_name, "speaker": speaker.device_name})
        sound = CleanSound(microphone, far_end, parts)
        parts_of_it = _Opened(settings, robot, ears, events, parts, sound, speaker, ros2)
        early = opened.enter_context(closing(EarlyHearing(robot.hearing.transcribe)))
        session = _session(parts_of_it, early)
        if settings.attention.lamp or settings.attention.tones:
            opened.enter_context(closing(_signs(settings, session, speaker)))
        # A full collection over all grammars and models takes most of a second, in any thread.
        gc.collect()
        gc.freeze()
        opened.callback(gc.unfreeze)
        yield session


@dataclass(frozen=True, slots=True)
class _Opened:
    """What a session is made of."""

    settings: Settings
    robot: Robot
    ears: StopEars
    events: EventHub
    parts: Parts
    sound: CleanSound
    speaker: SteadySpeaker
    ros2: Ros2Voice


def _session(its: _Opened, early: EarlyHearing) -> LiveSession:
    settings, robot, events = its.settings, its.robot, its.events
    served, writer = settings.language.served, robot.onboard.writer
    own, turn_end = OwnWords(), TurnEnd.load(served)
    stop_ear = its.ears.ear(lambda _: session.stop(), own.now)
    attending = Attending.load(
        settings, lambda: robot.company.preferences.robot_name, lambda: stop_ear.now_s
    )
    live = LiveTurns(
        robot,
        attending,
        own,
        its.speaker.voice,
        lambda: stop_ear.now_s,
        events,
        load_phrases(),
        its.ros2.heard,
    )
    talk = robot.conversation
    turns = TurnWorker[ToDo](
        live.answer, talk.cancelled, lambda: writer.epoch, drop, talk.cancel_thought
    )
    robot.hearing.early = early.take
    taking = TurnTaking(
        stop_ear.listener,
        settings.voice_activity,
        turn_end,
        early,
        lambda read: events.publish(PartlyHeard(read.text, read.language)),
    )
    overhearing = Overhearing.load(its.ears.recogniser, turn_end, served)
    ear = LiveEar(stop_ear, turns, own, overhearing, taking, writer)
    session = LiveSession(robot, events, its.parts, its.sound, ear, turns, attending, its.ros2)
    return session


def _signs(settings: Settings, session: LiveSession, speaker: SteadySpeaker) -> Signs:
    attention = settings.attention
    has_lamp = attention.lamp and settings.body.kind != "console"  # it would tell every change
    return Signs(
        session.events,
        session.robot.onboard.writer if has_lamp else None,
        speaker.chime if attention.tones else None,
    )
