from pathlib import Path

import pytest

from config.errors import ConfigurationError
from config.load import load as load_settings
from config.settings import RouteSettings
from nlu.routes import ModelChoice, RouteTable

KOREAN = RouteSettings(languages=("ko",), model="llama", persona="warm", adapter="ko.gguf")
REST = RouteSettings(languages=("en", "*"), model="llama", persona="brief", voice="en-gb")


@pytest.fixture
def personas(tmp_path: Path) -> Path:
    (tmp_path / "warm.txt").write_text("따뜻하게 말해.\n", encoding="utf-8")
    (tmp_path / "brief.txt").write_text("Be brief.\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("language", "persona", "choice"),
    [
        ("ko", "따뜻하게 말해.", ModelChoice("llama", "ko.gguf")),
        ("en", "Be brief.", ModelChoice("llama")),
        ("sw", "Be brief.", ModelChoice("llama")),
    ],
)
def test_route_of_a_language(
    personas: Path, language: str, persona: str, choice: ModelChoice
) -> None:
    route = RouteTable.load([KOREAN, REST], personas).route(language)
    assert (route.persona, route.choice) == (persona, choice)


def test_every_model_is_listed_once(personas: Path) -> None:
    table = RouteTable.load([KOREAN, REST], personas)
    assert table.choices() == (ModelChoice("llama", "ko.gguf"), ModelChoice("llama"))


def test_a_language_without_a_route_is_named(personas: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"No route answers `en` \(routes: ko\)"):
        RouteTable.load([KOREAN], personas).route("en")


def test_no_routes_at_all(personas: Path) -> None:
    with pytest.raises(ConfigurationError, match="routes: none"):
        RouteTable.load([], personas).route("en")


@pytest.mark.parametrize("persona", ["rude", "../brief", ""])
def test_an_unknown_persona_is_named_with_the_known_ones(personas: Path, persona: str) -> None:
    route = RouteSettings(languages=("en",), model="llama", persona=persona)
    with pytest.raises(ConfigurationError, match=r"no persona `.*there: brief, warm"):
        RouteTable.load([route], personas)


def test_two_routes_for_one_language_are_refused(personas: Path) -> None:
    with pytest.raises(ConfigurationError, match="Two routes answer `ko`"):
        RouteTable.load([KOREAN, KOREAN], personas)


def test_the_built_in_routes_serve_every_language() -> None:
    settings = load_settings()
    table = RouteTable.load(settings.route)
    assert all(table.route(language).persona for language in (*settings.language.served, "sw"))
