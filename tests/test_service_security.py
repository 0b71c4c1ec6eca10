"""Who may ask the service: hostile requests over real sockets, and the token's file."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from config.errors import ConfigurationError
from config.service_settings import ServiceSettings
from robot.service.errors import ServiceError
from robot.service.security import allowed_names
from robot.service.server import Server, address_of, check_remote
from robot.service.token import load_token
from tests.quiet_service import QuietService, quiet_service

OWN = "{own}"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QuietService]:
    folder = tmp_path_factory.mktemp("service")
    with quiet_service(folder, requests_per_s=1_000.0, requests_at_once=10_000) as running:
        yield running


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "code"),
    [
        ("GET", "/api/state", {"Authorization": ""}, 401, "bad_token"),
        ("GET", "/api/state", {"Authorization": "Bearer wrong"}, 401, "bad_token"),
        ("GET", "/api/state", {"Authorization": f"Bearer {'x' * 10_000}"}, 401, "bad_token"),
        ("GET", "/api/state", {"Authorization": "Basic c29yaTpzb3Jp"}, 401, "bad_token"),
        ("POST", "/api/stop", {"Authorization": ""}, 401, "bad_token"),
        ("GET", "/api/unknown", {"Authorization": ""}, 401, "bad_token"),
        ("GET", "/openapi.json", {"Authorization": ""}, 401, "bad_token"),
        ("GET", "/api/state", {"Host": "evil.example"}, 403, "bad_host"),
        ("GET", "/", {"Host": "evil.example:8765"}, 403, "bad_host"),
        ("GET", "/healthz", {"Host": "127.0.0.1.evil.example"}, 403, "bad_host"),
        ("GET", "/api/state", {"Origin": "http://evil.example"}, 403, "bad_origin"),
        ("POST", "/api/stop", {"Origin": "null"}, 403, "bad_origin"),
        ("POST", "/api/say", {"Origin": "http://127.0.0.1"}, 403, "bad_origin"),
        ("POST", "/api/say", {"Origin": f"ftp://{OWN}"}, 403, "bad_origin"),
        ("GET", "/api/say", {}, 405, "bad_method"),
        ("GET", "/api/stop", {}, 405, "bad_method"),
        ("PUT", "/api/settings", {}, 405, "bad_method"),
        ("POST", "/api/say", {"Content-Type": "text/plain"}, 415, "bad_type"),
        (
            "POST",
            "/api/say",
            {"Content-Type": "application/x-www-form-urlencoded"},
            415,
            "bad_type",
        ),
        ("POST", "/api/ask", {"Content-Type": "audio/mpeg"}, 415, "bad_type"),
        ("DELETE", "/api/memory", {"Content-Type": ""}, 415, "bad_type"),
        ("GET", "/static/%00", {}, 404, "not_found"),
        ("GET", "/static/../app.py", {}, 404, "not_found"),
        ("GET", "/static/%2e%2e/app.py", {}, 404, "not_found"),
        ("GET", "/static//etc/passwd", {}, 404, "not_found"),
        ("GET", "/api/state/", {}, 404, "not_found"),
    ],
)
def test_hostile_requests_are_refused(
    service: QuietService, method: str, path: str, headers: dict[str, str], status: int, code: str
) -> None:
    sent = {name: value.replace(OWN, service.host) for name, value in headers.items()}
    answer = service.ask(method, path, headers=sent)
    assert (answer.status, answer.code) == (status, code)
    assert not service.live.said
    assert not service.live.stops
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/metrics"])
def test_only_the_page_and_the_health_need_no_token(service: QuietService, path: str) -> None:
    assert service.ask("GET", path, token="").status == 200


def test_its_own_page_may_ask_and_nothing_else_may_run_in_it(service: QuietService) -> None:
    for name in (service.host, f"localhost:{service.port}"):
        headers = {"Host": name, "Origin": f"http://{name}"}
        assert service.ask("GET", "/api/attention", headers=headers).status == 200
    page = service.ask("GET", "/", token="")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["x-frame-options"] == "DENY"
    assert "set-cookie" not in page.headers
    assert service.ask("GET", "/api/state").headers["cache-control"] == "no-store"
    again = service.ask("GET", "/", headers={"If-None-Match": page.headers["etag"]})
    assert (again.status, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("subprotocols", "origin", "status"),
    [
        ([], None, 401),
        (["sori"], None, 401),
        (["sori", "token.wrong"], None, 401),
        (["token.{token}"], None, 401),
        (["sori", "token.{token}"], "http://evil.example", 403),
        (["sori", "token.{token}"], "null", 403),
    ],
)
def test_hostile_websockets_are_refused(
    service: QuietService, subprotocols: list[str], origin: str | None, status: int
) -> None:
    offered = [Subprotocol(one.format(token=service.token)) for one in subprotocols]
    page = None if origin is None else Origin(origin)
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(f"ws://{service.host}/api/events", subprotocols=offered or None, origin=page),
    ):
        pass
    assert refused.value.response.status_code == status


def test_the_token_is_made_once_and_is_nobody_elses(tmp_path: Path) -> None:
    settings = ServiceSettings(directory=str(tmp_path / "state"))
    token = load_token(settings)
    assert len(token.text) >= 43
    assert stat.S_IMODE(token.file.stat().st_mode) == 0o600
    assert [path.name for path in token.file.parent.iterdir()] == ["token"]
    assert token.text not in repr(token)

    token.file.chmod(0o644)  # as after a careless copy
    again = load_token(settings)
    assert again.is_same(token.text)
    assert stat.S_IMODE(token.file.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "short", "x" * 31, "ü" * 40, "a\n" * 40])
def test_a_token_file_that_holds_none_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "token").write_text(content, encoding="utf-8")
    with pytest.raises(ServiceError, match="Delete the file"):
        load_token(ServiceSettings(directory=str(tmp_path)))


def test_a_token_file_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("x" * 43, encoding="utf-8")
    (tmp_path / "token").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ServiceError):
        load_token(ServiceSettings(directory=str(tmp_path)))


def test_other_machines_are_let_in_only_where_that_is_allowed() -> None:
    with pytest.raises(ConfigurationError, match="allow_remote"):
        check_remote(ServiceSettings(host="0.0.0.0"))
    check_remote(ServiceSettings(host="0.0.0.0", allow_remote=True))
    check_remote(ServiceSettings(host="::1"))
    names = allowed_names(ServiceSettings(host="0.0.0.0", names=("Robot.local",)))
    assert names == {"127.0.0.1", "::1", "localhost", "robot.local"}
    assert address_of("0.0.0.0", 80) == "http://127.0.0.1:80/"
    assert address_of("::1", 80) == "http://[::1]:80/"


def test_a_port_that_is_taken_is_told(service: QuietService, tmp_path: Path) -> None:
    from starlette.applications import Starlette  # noqa: PLC0415  # nothing else needs it here

    with pytest.raises(ServiceError, match="port is taken"):
        Server.open(Starlette(), ServiceSettings(port=service.port))
