"""`sori doctor` as programs read it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.virtual_card import REPOSITORY, virtual_card

SETTINGS = (REPOSITORY / "config" / "sori.toml").read_text("utf-8")
DEVICES = '[device]\nmicrophone = "vmic"\nspeaker = "vspk"\n\n'


def doctor(settings: Path, environment: dict[str, str]) -> tuple[int, list[dict[str, object]]]:
    done = subprocess.run(
        [sys.executable, "-m", "robot", "doctor", "--json", "--config", str(settings)],
        env=environment,
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
        timeout=600,
        check=False,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.long
@pytest.mark.virtualcard
def test_doctor_measures_everything_on_a_card_that_works(tmp_path: Path) -> None:
    settings = tmp_path / "sori.toml"
    settings.write_text(SETTINGS.replace("[body]", f"{DEVICES}[body]"))
    with virtual_card() as card:
        card.join_speaker_to_microphone()
        code, told = doctor(settings, card.environment)
    assert code == 0
    findings = {str(finding["part"]): finding for finding in told}
    assert list(findings) == [
        "packages",
        "voices",
        "models",
        "recognition",
        "language model",
        "body",
        "sound devices",
        "microphone",
        "speaker",
    ]
    assert all(set(f) == {"part", "state", "detail", "remedy", "numbers"} for f in told)
    assert all(bool(f["remedy"]) == (f["state"] != "ok") for f in told)
    numbers = {part: finding["numbers"] for part, finding in findings.items()}
    assert numbers["recognition"]["real_time_factor"] > 0  # type: ignore[index]
    [model] = numbers["language model"]["models"]  # type: ignore[index]
    assert model["model"] == "pocket-llama"
    assert model["prompt_tokens_per_s"] > 0
    assert model["reply_tokens_per_s"] > 0
    assert model["reply_tokens"] > 20
    assert numbers["speaker"]["delay_ms"] > 0  # type: ignore[index]


@pytest.mark.long
def test_part_that_fails_is_named_with_its_remedy(tmp_path: Path) -> None:
    settings = tmp_path / "sori.toml"
    settings.write_text(
        SETTINGS.replace('model = "pocket-whisper"', 'model = "whisper-nine"').replace(
            "[body]", '[device]\nmicrophone = "no such microphone"\n\n[body]'
        )
    )
    code, told = doctor(settings, os.environ | {"PULSE_SERVER": "unix:/dev/null"})
    failed = {f["part"]: f for f in told if f["state"] == "failed"}
    assert code == 1
    assert {"recognition", "microphone"} <= set(failed)
    assert "whisper-nine" in str(failed["recognition"]["detail"])
    assert all(f["remedy"] for f in failed.values())
