"""What servers may answer: refusals, redirects, pages, certificates."""

import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config.errors import ModelError
from config.model_download import Wanted, fetch
from tests.downloads import CONTENT, PATIENCE, SHA256, Audience, wanted_from
from tests.moody_server import Server, redirect, serving, status, web_page


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(CONTENT) as running:
        yield running


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "models" / "model.part"


@pytest.fixture
def wanted(server: Server) -> Wanted:
    return wanted_from(server)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (404, "has moved"),
        (410, "has moved"),
        (401, "log-in"),
        (403, "licence"),
        (418, "Try again later"),
    ],
)
def test_refusals_are_explained_at_once(
    server: Server, wanted: Wanted, part: Path, code: int, words: str
) -> None:
    server.steps = [status(code)]
    with pytest.raises(ModelError, match=f"answered {code}.*{words}.*sori models add"):
        fetch(wanted, part, Audience(), PATIENCE)
    assert len(server.ranges) == 1


@pytest.mark.parametrize("code", [429, 500, 503])
def test_busy_servers_are_asked_again(
    server: Server, wanted: Wanted, part: Path, code: int
) -> None:
    server.steps = [status(code), status(code)]
    audience = Audience()
    assert fetch(wanted, part, audience, PATIENCE) == SHA256
    assert f"answered {code}" in audience.told[0]
    assert "trying again in 0 s" in audience.told[0]


def test_a_log_in_page_is_told_from_a_model(server: Server, wanted: Wanted, part: Path) -> None:
    server.steps = [web_page]
    with pytest.raises(ModelError, match="log-in page of your network"):
        fetch(wanted, part, Audience(), PATIENCE)


def test_redirects_are_followed(server: Server, wanted: Wanted, part: Path) -> None:
    server.steps = [redirect("/elsewhere/model.gguf")]
    assert fetch(wanted, part, Audience(), PATIENCE) == SHA256


@pytest.mark.parametrize("address", ["ftp://127.0.0.1/x", "file:///etc/passwd"])
def test_redirects_to_other_kinds_of_addresses_are_refused(
    server: Server, wanted: Wanted, part: Path, address: str
) -> None:
    server.steps = [redirect(address)] * 3
    with pytest.raises(ModelError):
        fetch(wanted, part, Audience(), PATIENCE)
    assert part.stat().st_size == 0


def test_redirects_in_a_circle_end(server: Server, wanted: Wanted, part: Path) -> None:
    server.steps = [redirect("/model.gguf")] * 50
    with pytest.raises(ModelError, match="302"):
        fetch(wanted, part, Audience(), PATIENCE)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://x/y", "model.gguf"])
def test_only_web_addresses_are_fetched(wanted: Wanted, part: Path, address: str) -> None:
    with pytest.raises(ModelError, match="only http and https"):
        fetch(replace(wanted, source=address), part, Audience(), PATIENCE)


def test_no_network_says_what_to_do(wanted: Wanted, part: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    source = f"http://127.0.0.1:{port}/model.gguf"
    with pytest.raises(ModelError, match=r"cannot be reached.*Nothing came.*Check the network"):
        fetch(replace(wanted, source=source), part, Audience(), PATIENCE)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 and its key in one file."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("needs the openssl program: apt-get install openssl")
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    certificate = file.with_suffix(".cert")
    how = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext"
    where = ["subjectAltName=IP:127.0.0.1", "-keyout", str(file), "-out", str(certificate)]
    subprocess.run([program, *how.split(), *where], check=True, capture_output=True)
    file.write_text(file.read_text() + certificate.read_text())
    return file


@pytest.fixture
def encrypted(certificate: Path) -> Iterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serving(CONTENT, context) as running:
        yield running


def test_https_goes_to_https_only(
    server: Server,
    encrypted: Server,
    certificate: Path,
    wanted: Wanted,
    part: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    secret = replace(wanted, source=encrypted.address)
    encrypted.steps = [redirect(server.address)]
    with pytest.raises(ModelError, match=r"not encrypted.*not\s+followed"):
        fetch(secret, part, Audience(), PATIENCE)
    assert server.ranges == []
    assert fetch(secret, part, Audience(), PATIENCE) == SHA256


def test_an_unknown_certificate_is_not_believed(
    encrypted: Server, wanted: Wanted, part: Path
) -> None:
    with pytest.raises(ModelError, match=r"certificate is not believed.*clock"):
        fetch(replace(wanted, source=encrypted.address), part, Audience(), PATIENCE)
