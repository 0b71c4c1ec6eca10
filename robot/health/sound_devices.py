"""Which sound devices there are, and what the microphone delivers."""

import numpy as np

from audio.devices import Device, list_devices
from audio.errors import DeviceError
from audio.microphone import Microphone
from audio.sound import SAMPLE_RATE_HZ, Samples
from config.settings import Settings
from robot.health.finding import DeviceList, DeviceNumbers, Finding, LevelNumbers
from robot.health.holders import holders, named
from robot.health.levels import SILENCE_DBFS, levels

LISTEN_S = 1.0
SILENT_DBFS = -80.0
"""A microphone that never exceeds this gives digital silence: it is muted or not connected."""
NOISY_DBFS = -35.0
MAX_CLIPPED_SHARE = 0.001


def check_devices(_: Settings) -> Finding:
    """The devices with their rates. Raises DeviceError when there is no sound system."""
    devices = list_devices()
    if not devices:
        raise DeviceError("There is no sound device. Files and typing work without one.")
    listed = ", ".join(f"{device.name} ({device.rate_hz} Hz)" for device in devices)
    held = named(holders())
    return Finding(
        "sound devices",
        "ok",
        listed + (f"; in use: {held}" if held else ""),
        numbers=DeviceList(tuple(map(_numbers, devices))),
    )


def check_microphone(settings: Settings) -> Finding:
    """Record LISTEN_S. Raises DeviceError when it cannot be opened or falls silent."""
    microphone = Microphone.open(settings.device)
    try:
        samples = record(microphone, LISTEN_S)
    finally:
        microphone.close()
    numbers = levels(samples, microphone.dropped_blocks)
    detail = (
        f"{microphone.device.name}: peak {numbers.peak_dbfs:.0f} dBFS, noise floor"
        f" {numbers.noise_floor_dbfs:.0f} dBFS in {numbers.recorded_s:.1f} s"
    )
    if remedy := _remedy(numbers):
        return Finding("microphone", "warning", detail, remedy, numbers)
    return Finding("microphone", "ok", detail, numbers=numbers)


def record(microphone: Microphone, seconds: float) -> Samples:
    """So much of what it hears, (n,) at SAMPLE_RATE_HZ. Raises DeviceError when it falls silent."""
    heard: list[Samples] = []
    for block in microphone.blocks():
        heard.append(block)
        if sum(map(len, heard)) >= seconds * SAMPLE_RATE_HZ:
            break
    return np.concatenate(heard)


def _remedy(numbers: LevelNumbers) -> str:
    if numbers.peak_dbfs <= SILENT_DBFS:
        what = "digital silence" if numbers.peak_dbfs <= SILENCE_DBFS else "next to nothing"
        return (
            f"It delivers {what}. Is it muted, or is another one meant? See `sori devices` and"
            " `device.microphone`."
        )
    if numbers.clipped_share > MAX_CLIPPED_SHARE:
        return "It clips: turn its gain down (`alsamixer`, F4)."
    if numbers.noise_floor_dbfs > NOISY_DBFS:
        return "It is noisy, so quiet speech is lost: turn its gain down, or move it from the fan."
    if numbers.dropped_blocks:
        return "Blocks were dropped: this board is too busy to listen. End other programs."
    return ""


def _numbers(device: Device) -> DeviceNumbers:
    return DeviceNumbers(device.name, device.input_channels, device.output_channels, device.rate_hz)
