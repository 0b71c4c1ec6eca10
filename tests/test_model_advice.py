"""The catalogue of public models, and which of them are named for a machine."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import whisper

from config.errors import ConfigurationError
from config.load import load
from config.model_catalogue import PublicModel, load_catalogue
from config.model_files import ModelStore
from config.settings import ModelSettings
from robot.machine import (
    Machine,
    measure_bandwidth_gb_s,
    measure_gflops,
    read_features,
    read_memory_mb,
)
from robot.model_advice import Advice, advise, hearing_s, tokens_a_s

CATALOGUE = load_catalogue(ModelSettings())
BOARD = Machine(
    memory_mb=8_000,
    available_mb=6_500,
    free_disk_mb=100_000,
    cores=4,
    features=("asimd",),
    bandwidth_gb_s=12.0,
    gflops=60.0,
)
WORKSTATION = replace(BOARD, available_mb=60_000, bandwidth_gb_s=150.0, gflops=2_000.0)


def advice_for(machine: Machine, *served: str, there: tuple[str, ...] = ()) -> Advice:
    return advise(machine, CATALOGUE, set(there), served or ("en",))


def names(advice: Advice) -> list[str]:
    return [model.name for model in advice.models]


@pytest.mark.parametrize("model", CATALOGUE.values(), ids=lambda model: model.name)
def test_the_catalogue_is_sound(model: PublicModel) -> None:
    assert urlsplit(model.source).scheme == "https"
    assert not model.checked or (model.bytes and len(model.sha256) == 64)
    assert model.memory_mb > model.size / (1 << 20) or model.format == "safetensors"
    assert (model.role == "recognition") == bool(model.encoder_millions and model.decoder_millions)
    assert model.name not in ModelStore.load(Path("/nonexistent")).entries


@pytest.mark.parametrize("name", ["tiny", "base", "small", "medium", "large-v3", "turbo"])
def test_whisper_comes_from_where_openai_whisper_takes_it(name: str) -> None:
    model = CATALOGUE[f"whisper-{name}"]
    assert model.source == whisper._MODELS[name]
    assert model.sha256 == model.source.split("/")[-2]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[model]]\nname = 'x'\n", "damaged"),
        ("[[model", "damaged"),
    ],
)
def test_a_damaged_catalogue_is_named(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "mine.toml").write_text(text)
    with pytest.raises(ConfigurationError, match=rf"mine\.toml.*{words}"):
        load_catalogue(ModelSettings(catalogue=str(tmp_path / "mine.toml")))


def test_both_sizes_or_none_contradict_each_other(tmp_path: Path) -> None:
    text = """[[model]]
name = "x"
role = "chat"
format = "gguf"
source = "https://x/y"
memory_mb = 1
licence = ""
languages = []
about = ""
"""
    for sizes in ("", "bytes = 1\nabout_bytes = 1\n", "bytes = 0\n"):
        (tmp_path / "mine.toml").write_text(text + sizes)
        with pytest.raises(ConfigurationError, match="either `bytes` or `about_bytes`"):
            load_catalogue(ModelSettings(catalogue=str(tmp_path / "mine.toml")))


@pytest.mark.parametrize(
    ("machine", "wanted"),
    [
        (BOARD, ["whisper-base", "tinyllama-1.1b-chat"]),
        (WORKSTATION, ["whisper-large-v3", "llama-2-13b-chat"]),
        (replace(WORKSTATION, available_mb=16_000), ["whisper-turbo", "llama-2-13b-chat"]),
        (replace(WORKSTATION, available_mb=8_000), ["whisper-small", "llama-2-7b-chat"]),
        (replace(BOARD, available_mb=1_500), ["whisper-tiny"]),
        (replace(BOARD, available_mb=1_000), []),
        (replace(BOARD, free_disk_mb=1_800), ["whisper-base", "tinyllama-1.1b-chat"]),
        (replace(BOARD, free_disk_mb=1_200), ["whisper-base"]),
        (replace(BOARD, bandwidth_gb_s=2.0), ["whisper-tiny"]),
    ],
)
def test_the_largest_set_that_fits_is_named(machine: Machine, wanted: list[str]) -> None:
    assert names(advice_for(machine)) == wanted


def test_what_is_there_needs_no_disk_and_no_command() -> None:
    full = replace(BOARD, free_disk_mb=0)
    assert names(advice_for(full)) == []
    advice = advice_for(full, there=("whisper-base",))
    assert names(advice) == ["whisper-base"]
    assert (advice.commands, advice.models[0].download_mb) == ((), 0.0)


def test_commands_are_exact() -> None:
    assert advice_for(BOARD).commands == (
        "sori models pull whisper-base",
        "sori models pull tinyllama-1.1b-chat",
    )


@pytest.mark.parametrize("served", [("en",), ("en", "ko")])
@pytest.mark.parametrize("machine", [BOARD, WORKSTATION, replace(BOARD, available_mb=100)])
def test_the_settings_can_be_used_as_they_are(
    machine: Machine, served: tuple[str, ...], tmp_path: Path
) -> None:
    advice = advice_for(machine, *served)
    (tmp_path / "sori.toml").write_text(advice.settings)
    settings = load(tmp_path / "sori.toml")
    used = {settings.recognition.model, *(route.model for route in settings.route)}
    assert set(names(advice)) <= used
    for model in advice.models:
        if model.role == "chat":
            assert settings.chat.memory_budget_mb >= model.memory_mb


def test_korean_stays_with_a_model_that_speaks_it() -> None:
    advice = advice_for(WORKSTATION, "en", "ko")
    assert 'languages = ["ko"]\nmodel = "pocket-llama"' in advice.settings
    assert any("poor Korean" in note for note in advice.notes)


@pytest.mark.parametrize(("load", "told"), [(0.4, False), (2.0, True), (7.5, True)])
def test_a_busy_machine_is_asked_again(load: float, told: bool) -> None:
    notes = advice_for(replace(BOARD, cores=2, load=load)).notes
    assert any("ask again when it is idle" in note for note in notes) == told


def test_speed_follows_the_formulas() -> None:
    model = CATALOGUE["llama-2-7b-chat"]
    assert tokens_a_s(model, BOARD) == pytest.approx(0.7 * 12e9 / 4_081_004_224)
    ear = CATALOGUE["whisper-tiny"]
    assert hearing_s(ear, BOARD) == pytest.approx(
        (2 * 8e6 * 256 / 60e9 + 4 * 30e6 * 16 / 12e9) / 0.7
    )


def test_linux_tells_memory_and_features(tmp_path: Path) -> None:
    memory, processor = tmp_path / "meminfo", tmp_path / "cpuinfo"
    memory.write_text("MemTotal:  8192000 kB\nMemFree: 1 kB\nMemAvailable:  4096000 kB\n")
    processor.write_text("processor: 0\nflags\t\t: fpu avx2 fma\n\nflags\t\t: fpu\n")
    assert read_memory_mb(memory) == (8_000, 4_000)
    assert read_features(processor) == ("avx2", "fma")
    processor.write_text("Features\t: fp asimd asimddp\n")
    assert read_features(processor) == ("asimd", "asimddp")


def test_another_system_tells_nothing(tmp_path: Path) -> None:
    assert read_memory_mb(tmp_path / "none") == (0, 0)
    assert read_features(tmp_path / "none") == ()


def test_measuring_gives_a_speed() -> None:
    assert measure_bandwidth_gb_s(threads=2, n_bytes=1 << 20, for_s=0.01) > 0.0
    assert measure_gflops(threads=2, for_s=0.01) > 0.0
