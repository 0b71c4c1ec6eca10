"""Settings: every fault is named with its file and line, and nothing is silently ignored."""

import os
from pathlib import Path

import pytest

from config.errors import ConfigurationError
from config.load import DEFAULT_FILE, load

ROUTE = '[[route]]\nlanguages = ["*"]\nmodel = "m"\npersona = "en"\n'


def test_built_in_settings_are_valid() -> None:
    settings = load()
    assert settings.language.default in settings.language.served
    assert settings == load(DEFAULT_FILE)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[recognitoin]\nmodel = 'x'\n", 1, "Did you mean `recognition`?"),
        ("[recognition]\nmodell = 'x'\n", 2, "Did you mean `model`?"),
        ("[chat]\n\nmax_reply_tokens = 'many'\n", 3, "Expected `int`"),
        ("[chat]\ntemperature = -1.0\n", 2, ">= 0.0"),
        ("[chat]\ntemperature = nan\n", 2, "`chat.temperature`"),
        ("[voice_activity]\nhangover_s = inf\n", 2, "`voice_activity.hangover_s`"),
        ("[voice_activity]\naggressiveness = 4\n", 2, "<= 3"),
        ("[[route]]\nlanguages = ['ko']\nmodel = 'm'\npersonna = 'ko'\n", 4, "`persona`"),
        ("[chat]\ncontext_tokens = 0x7fffffffffffffff\n", 2, "<= 131072"),
        ("[chat]\ncontext_tokens = " + "9" * 60 + "\n", 2, "<= 131072"),
        ("[chat]\ncontext_tokens = 2026-01-01\n", 2, "Expected `int`"),
        ("[recognition]\nmax_compression_ratio = inf\n", 2, "a finite number"),
        ("[recognition]\nmin_log_probability = -inf\n", 2, "a finite number"),
        (
            ROUTE
            + "[[route]]\nlanguages = ['ko']\nmodel = 'm'\npersona = 'x'\nadapter_scale = nan\n",
            9,
            "`route[1].adapter_scale`",
        ),
        (
            ROUTE + "adapter_scale = 1\n[[route]]\nadapter_scale = 9.0\nlanguages = ['ko']\n"
            "model = 'm'\npersona = 'x'\n",
            7,
            "<= 4.0",
        ),
        (ROUTE + "[[route]]\nlanguages = ['ko']\n", 5, "`model` is missing"),
        ("chat = 5\n", 1, "Expected `table`"),
        ("\n[language]\nserved = ['ko', 5]\n", 3, "`language.served[1]`"),
        ("[body]\nkind = 'simulatd'\n", 2, "there is no `simulatd`. Did you mean `simulated`?"),
        ("[body]\nkind = 'simulatd'\n", 2, "One of: console, none, own, ros2, "),
        ("[body]\nkind = 'Z'\n", 2, "there is no `Z`. One of: "),
        ("[body.unitree]\nmodel = 'g11'\n", 2, "Did you mean `g1`?"),
        ("[body]\nros2.domain = 999\n", 2, "<= 232"),
        ("[body]\n\nros2 = { domain = 999 }\n", 3, "<= 232"),
        ("# domain = 1\n[body . \"ros2\"]\n'domain' = 999\n", 3, "<= 232"),
        ("[body.rosbridge]\nmotions = { wave = 3 }\n", 2, "Expected `str`"),
        ("[manner]\r\ntone = 'angry'\r\n", 2, "One of: "),
        ("[chat]\ntemperature = 1.0\ntemperature = 2.0\n\n[log]\n", 3, "not valid TOML"),
        ("[chat]\n\n[chat]\n", 3, "not valid TOML"),
    ],
)
def test_faults_are_named_with_their_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    file = tmp_path / "sori.toml"
    file.write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        load(file)
    assert caught.value.message.startswith(f"{file}:{line}: ")
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[chat\n", "not valid TOML"),
        (b"[chat]\ntemperature = 1.0\ntemperature = 2.0\n", "not valid TOML"),
        (b"\xff\xfe\x00", "not UTF-8"),
        ("[chat]\n".encode("utf-16"), "not UTF-8"),
        ("[chat]\n".encode("utf-16-le"), "not valid TOML"),
        ("# 소리".encode("cp949"), "not UTF-8"),
        (b"a = " + b"[" * 100_000, "nested too deeply"),
        (b"a = " + b"9" * 5_000, "not valid TOML"),
        (b"[language]\nserved = ['en', 'ko', 'en']\n" + ROUTE.encode(), "names `en` twice"),
        (2 * ROUTE.encode(), "more than one [[route]] answers `*`"),
        (b" \n\t\n", "no [[route]] answers `en`"),
        (b"# " + b"x" * 10_000_000, "over 1 MB"),
        (b"", "no [[route]] answers `en`"),
        (b"[language]\nserved = []\n", "`language.served` is empty"),
        (b"[language]\nserved = ['ko']\n", "`language.default` is `en`"),
        (ROUTE.encode() + b"[chat]\ncontext_tokens = 128\n", "leaves no room"),
    ],
)
def test_unusable_files_are_refused(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "sori.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        load(file)
    assert words in caught.value.message


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "sori.toml"
    file.write_text(ROUTE, encoding="utf-8-sig")
    assert load(file).route[0].model == "m"


@pytest.mark.parametrize("name", ["missing.toml", ".", "loop.toml", "pipe", "x" * 300, "a\0b"])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop.toml").symlink_to("loop.toml")
    os.mkfifo(tmp_path / "pipe")  # nobody writes: reading it would wait without end
    with pytest.raises(ConfigurationError, match="settings file"):
        load(tmp_path / name)
