from pathlib import Path

import pytest

from config.errors import ConfigurationError
from config.load import load as load_settings
from config.settings import RouteSettings
from nlu.adapters import PLAIN, Manner
from nlu.routes import RouteTable

KOREAN = RouteSettings(
    languages=("ko",), model="llama", persona="warm", adapter="polite", adapter_scale=0.5
)
REST = RouteSettings(languages=("en", "*"), model="llama", persona="brief", voice="en-gb")


@pytest.fixture
def personas(tmp_path: Path) -> Path:
    (tmp_path / "warm.txt").write_text("따뜻하게 말해.\n", encoding="utf-8")
    (tmp_path / "brief.txt").write_text("Be brief.\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("language", "persona", "manner"),
    [
        ("ko", "따뜻하게 말해.", Manner("polite", 0.5)),
        ("en", "Be brief.", PLAIN),
        ("sw", "Be brief.", PLAIN),
    ],
)
def test_route_of_a_language(personas: Path, language: str, persona: str, manner: Manner) -> None:
    route = RouteTable.load([KOREAN, REST], personas).route(language)
    assert (route.model, route.persona, route.manner) == ("llama", persona, manner)


def test_the_adapters_of_a_model_are_listed_once(personas: Path) -> None:
    spanish = RouteSettings(languages=("es",), model="llama", persona="warm", adapter="polite")
    other = RouteSettings(languages=("fr",), model="other", persona="warm", adapter="short")
    table = RouteTable.load([KOREAN, REST, spanish, other], personas)
    assert table.adapters("llama") == ("polite",)
    assert table.adapters("other") == ("short",)


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
