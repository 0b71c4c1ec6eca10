"""Settings: every fault is named with its file and line, and nothing is silently ignored."""

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
        (b"# " + b"x" * 2_000_000, "over 1 MB"),
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


@pytest.mark.parametrize("name", ["missing.toml", "."])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="cannot read this settings file"):
        load(tmp_path / name)
