"""A sound card without hardware: a private PulseAudio with a microphone and a speaker.

What is played into the sink `mic_feed` is what the microphone hears; what the speaker plays can be
recorded from `speaker.monitor`. PortAudio reads ALSA's configuration once, when it starts, so the
programs that open streams run as processes with `VirtualCard.environment`.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

REPOSITORY = Path(__file__).resolve().parents[1]
APT_LINE = (
    "apt-get install -y --no-install-recommends pulseaudio pulseaudio-utils libportaudio2 "
    "libasound2-plugins"
)
START_DEADLINE_S = 20.0
SPEAKER_RATE_HZ = 48_000
LOOK_BYTES = 4 * SPEAKER_RATE_HZ // 10
WAIT_FOR_SOUND_S = 30.0

MICROPHONE = "master=mic_feed.monitor source_name=virtual_mic"
PULSE_SCRIPT = """.fail
load-module module-native-protocol-unix auth-anonymous=1 socket={directory}/pulse.sock
load-module module-null-sink sink_name=mic_feed rate=16000 channels=1 format=s16le norewinds=1
load-module module-null-sink sink_name=speaker rate=48000 channels=2 norewinds=1
load-module module-remap-source {microphone}
set-default-sink speaker
set-default-source virtual_mic
"""

ALSA_CONFIGURATION = """</usr/share/alsa/alsa.conf>
pcm.!default { type pulse }
ctl.!default { type pulse }
pcm.vmic { type pulse device virtual_mic hint { show on description "Virtual microphone" } }
pcm.vspk { type pulse device speaker hint { show on description "Virtual speaker" } }
"""


@dataclass(frozen=True, slots=True)
class VirtualCard:
    """A running card; devices are `vmic` and `vspk`."""

    environment: dict[str, str]
    directory: Path
    _daemons: list[subprocess.Popen[bytes]]
    """The newest is the running one."""

    def start_program(self, *arguments: str) -> subprocess.Popen[str]:
        """`python -m arguments` on this card, from the repository, with pipes of text."""
        return subprocess.Popen(
            [sys.executable, "-W", "error", "-m", *arguments],
            cwd=REPOSITORY,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def say_into_microphone(self, wav: Path) -> None:
        """Play a file to the microphone; returns when it has been heard."""
        command = ["paplay", "--device=mic_feed", str(wav)]
        subprocess.run(command, env=self.environment, check=True, timeout=60)

    def control(self, *arguments: str) -> None:
        """Run `pactl`."""
        subprocess.run(
            ["pactl", *arguments],
            env=self.environment,
            check=True,
            timeout=10,
            stdout=subprocess.DEVNULL,
        )

    @property
    def daemon(self) -> subprocess.Popen[bytes]:
        """The PulseAudio process."""
        return self._daemons[-1]

    def start(self) -> None:
        """Start the daemon, at the beginning or after `kill`; returns when it answers."""
        self._daemons.append(
            subprocess.Popen(
                "pulseaudio -n --daemonize=no --exit-idle-time=-1 --use-pid-file=no "
                f"--log-target=file:{self.directory}/log -F {self.directory}/pulse.pa".split(),
                env=self.environment,
                stderr=subprocess.DEVNULL,
            )
        )
        _wait_until_it_answers(self)

    def kill(self) -> None:
        """End the daemon, as a crash would."""
        self.daemon.kill()
        self.daemon.wait()

    def join_speaker_to_microphone(self) -> None:
        """What the speaker plays reaches the microphone, as through air.

        Where it may be moved, PulseAudio moves it to the microphone that is plugged in again. When
        the daemon got no processor for a moment, it would run 1 % fast for half a minute to catch
        up, which no air does; above the threshold, the least it takes, it jumps instead.
        """
        ends = ("source=speaker.monitor", "sink=mic_feed", "latency_msec=60")
        stays = ("source_dont_move=true", "sink_dont_move=true", "fast_adjust_threshold_msec=100")
        self.control("load-module", "module-loopback", *ends, *stays)

    def unplug_microphone(self) -> None:
        """Its source vanishes; PulseAudio moves who records from it to another source."""
        self.control("unload-module", "module-remap-source")

    def plug_microphone(self) -> None:
        """It is back."""
        self.control("load-module", "module-remap-source", *MICROPHONE.split())
        self.control("set-default-source", "virtual_mic")


class SpeakerRecording:
    """Records what the speaker plays, mono at SPEAKER_RATE_HZ, until `stop`."""

    def __init__(self, card: VirtualCard) -> None:
        self._recorder = subprocess.Popen(
            f"parec --device=speaker.monitor --format=float32le --channels=1 "
            f"--rate={SPEAKER_RATE_HZ} --latency-msec=20".split(),
            env=card.environment,
            stdout=subprocess.PIPE,
        )
        self._sound = bytearray()
        self._grew = threading.Condition()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.wait_for_more(0.1)

    def wait_for_more(self, seconds: float) -> None:
        """Wait until this much more has been recorded."""
        with self._grew:
            target = len(self._sound) + int(seconds * SPEAKER_RATE_HZ) * 4
            assert self._grew.wait_for(lambda: len(self._sound) >= target, 10 + seconds)

    @property
    def seconds(self) -> float:
        """How much has been recorded."""
        return len(self._sound) / 4 / SPEAKER_RATE_HZ

    def wait_for_sound(self) -> None:
        """Wait until the speaker plays something."""
        with self._grew:
            assert self._grew.wait_for(self._is_loud, WAIT_FOR_SOUND_S)

    def _is_loud(self) -> bool:
        whole = len(self._sound) // 4 * 4
        newest = bytes(self._sound[max(0, whole - LOOK_BYTES) : whole])
        return bool((np.frombuffer(newest, np.float32) > 0.05).any())

    def stop(self) -> NDArray[np.float32]:
        """End, and return all that was recorded."""
        self._recorder.terminate()
        self._reader.join()
        return np.frombuffer(bytes(self._sound[: len(self._sound) // 4 * 4]), np.float32)

    def _read(self) -> None:
        assert self._recorder.stdout is not None
        with self._recorder.stdout as pipe:
            while block := os.read(pipe.fileno(), 4_096):
                with self._grew:
                    self._sound += block
                    self._grew.notify_all()
        self._recorder.wait()  # here, as nobody calls `stop` when a test fails


@contextmanager
def virtual_card() -> Iterator[VirtualCard]:
    """Start a card of its own and end it; skips the test when PulseAudio is not installed.

    With SORI_REQUIRE_VIRTUAL_CARD=1 the test fails instead.
    """
    missing = [
        tool for tool in ("pulseaudio", "pactl", "paplay", "parec") if not shutil.which(tool)
    ]
    if missing:
        reason = f"{', '.join(missing)} not found: {APT_LINE}"
        if os.environ.get("SORI_REQUIRE_VIRTUAL_CARD") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="card-") as name:  # short: socket paths are limited
        directory = Path(name)
        (directory / "run").mkdir(mode=0o700)
        (directory / "pulse.pa").write_text(
            PULSE_SCRIPT.format(directory=directory, microphone=MICROPHONE)
        )
        (directory / "asound.conf").write_text(ALSA_CONFIGURATION)
        environment = os.environ | {
            "XDG_RUNTIME_DIR": str(directory / "run"),
            "HOME": str(directory),
            "PULSE_SERVER": f"unix:{directory}/pulse.sock",
            "ALSA_CONFIG_PATH": str(directory / "asound.conf"),
        }
        card = VirtualCard(environment, directory, [])
        card.start()
        try:
            yield card
        finally:
            card.kill()


def _wait_until_it_answers(card: VirtualCard) -> None:
    end = time.monotonic() + START_DEADLINE_S
    while subprocess.run(
        ["pactl", "info"], env=card.environment, capture_output=True, timeout=10, check=False
    ).returncode:
        assert card.daemon.poll() is None, "PulseAudio did not start"
        assert time.monotonic() < end, "PulseAudio does not answer"
