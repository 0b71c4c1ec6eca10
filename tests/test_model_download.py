"""Downloads over lines that break and from servers that lie, on a real HTTP server."""

import fcntl
import hashlib
import json
import shutil
from collections import namedtuple
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config.errors import ModelError
from config.model_download import Wanted, fetch
from tests.downloads import CONTENT, PATIENCE, SHA256, Audience, wanted_from
from tests.moody_server import (
    Server,
    Step,
    another_range,
    claiming,
    cut_after,
    hang_up,
    honest,
    ignoring_range,
    serving,
    stall,
    status,
    without_length,
)

Usage = namedtuple("Usage", "total used free")


class Impatient(Audience):
    """Presses Ctrl-C in the middle."""

    def advanced(self, n_bytes: int) -> None:
        if n_bytes > len(CONTENT) // 2:
            raise KeyboardInterrupt


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


def test_a_file_comes_whole(wanted: Wanted, part: Path) -> None:
    audience = Audience()
    assert fetch(wanted, part, audience, PATIENCE) == SHA256
    assert part.read_bytes() == CONTENT
    assert audience.heights == sorted(audience.heights)
    assert (audience.heights[0], audience.heights[-1]) == (0, len(CONTENT))


def test_cut_lines_are_gone_on_from(server: Server, wanted: Wanted, part: Path) -> None:
    server.steps = [cut_after(300_000)] * 3  # more cuts than pauses: each brought something
    fetch(wanted, part, Audience(), PATIENCE)
    assert server.ranges == [None, "bytes=300000-", "bytes=600000-", "bytes=900000-"]
    assert part.read_bytes() == CONTENT


def test_a_later_run_goes_on(server: Server, wanted: Wanted, part: Path) -> None:
    server.steps = [cut_after(400_000), hang_up, hang_up, hang_up]
    with pytest.raises(ModelError, match=r"0\.4 MB\) is kept.*same command again"):
        fetch(wanted, part, Audience(), PATIENCE)
    assert part.stat().st_size == 400_000
    audience = Audience()
    assert fetch(wanted, part, audience, PATIENCE) == SHA256
    assert server.ranges[-1] == "bytes=400000-"
    assert audience.heights[0] == 400_000


def test_ctrl_c_keeps_what_came(server: Server, wanted: Wanted, part: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        fetch(wanted, part, Impatient(), PATIENCE)
    kept = part.stat().st_size
    assert kept >= len(CONTENT) // 2
    fetch(wanted, part, Audience(), PATIENCE)
    assert server.ranges == [None, f"bytes={kept}-"] or kept == len(CONTENT)


def test_a_finished_part_needs_no_network(server: Server, wanted: Wanted, part: Path) -> None:
    fetch(wanted, part, Audience(), PATIENCE)
    asked = len(server.ranges)
    assert fetch(wanted, part, Audience(), PATIENCE) == SHA256
    assert len(server.ranges) == asked


@pytest.mark.parametrize("step", [ignoring_range, another_range])
def test_a_server_without_ranges_starts_over(
    server: Server, wanted: Wanted, part: Path, step: Step
) -> None:
    server.steps = [cut_after(300_000), step]
    audience = Audience()
    assert fetch(wanted, part, audience, PATIENCE) == SHA256
    assert part.read_bytes() == CONTENT
    assert any("starting over" in text for text in audience.told)


def test_another_range_from_the_start_is_not_believed(
    server: Server, wanted: Wanted, part: Path
) -> None:
    server.steps = [another_range] * 3
    with pytest.raises(ModelError, match="another part of the file"):
        fetch(wanted, part, Audience(), PATIENCE)


def test_two_versions_of_a_file_are_never_mixed(server: Server, part: Path) -> None:
    unlisted = Wanted("model", server.address, len(CONTENT), exact=False, sha256="")
    server.steps = [cut_after(300_000), hang_up, hang_up, hang_up]
    with pytest.raises(ModelError):
        fetch(unlisted, part, Audience(), PATIENCE)
    server.content, server.etag = CONTENT[::-1], '"second"'
    assert fetch(unlisted, part, Audience(), PATIENCE) == hashlib.sha256(CONTENT[::-1]).hexdigest()
    assert part.read_bytes() == CONTENT[::-1]


def test_a_part_from_another_address_is_not_used(wanted: Wanted, part: Path) -> None:
    part.parent.mkdir()
    part.write_bytes(b"x" * 500_000)
    part.with_suffix(".part.json").write_text(json.dumps({"source": "https://else.where/"}))
    assert fetch(wanted, part, Audience(), PATIENCE) == SHA256


def test_a_part_longer_than_the_file_starts_over(
    server: Server, wanted: Wanted, part: Path
) -> None:
    server.steps = [cut_after(10), hang_up, hang_up, hang_up]
    with pytest.raises(ModelError):
        fetch(wanted, part, Audience(), PATIENCE)
    part.write_bytes(b"x" * 1_000_010)
    server.steps = []
    assert fetch(wanted, part, Audience(), PATIENCE) == SHA256
    assert server.ranges[-2:] == ["bytes=1000010-", None]


def test_416_on_a_whole_file_of_unlisted_size_is_the_end(server: Server, part: Path) -> None:
    unlisted = Wanted("model", server.address, 900_000, exact=False, sha256="")
    assert fetch(unlisted, part, Audience(), PATIENCE) == SHA256
    assert fetch(unlisted, part, Audience(), PATIENCE) == SHA256
    assert server.ranges == [None, "bytes=1000000-"]


@pytest.mark.parametrize("exact", [True, False])
def test_wrong_bytes_are_deleted(server: Server, wanted: Wanted, part: Path, exact: bool) -> None:
    server.content = CONTENT[:-1] + bytes([CONTENT[-1] ^ 1])
    with pytest.raises(ModelError, match=r"SHA-256.*deleted and not used"):
        fetch(replace(wanted, exact=exact), part, Audience(), PATIENCE)
    assert list(part.parent.iterdir()) == []


def test_patience_ends(server: Server, wanted: Wanted, part: Path) -> None:
    server.steps = [status(500)] * 9
    with pytest.raises(ModelError, match=r"500.*Nothing came"):
        fetch(wanted, part, Audience(), PATIENCE)
    assert len(server.ranges) == 3


def test_a_stalled_line_times_out(server: Server, wanted: Wanted, part: Path) -> None:
    server.steps = [stall]
    audience = Audience()
    assert fetch(wanted, part, audience, replace(PATIENCE, timeout_s=1.0)) == SHA256
    assert "no answer in time" in audience.told[0]
    assert server.ranges == [None, "bytes=500000-"]


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("claimed", [100_000, 9_000_000])
def test_quite_another_size_is_refused_before_it_comes(
    server: Server, wanted: Wanted, part: Path, claimed: int, exact: bool
) -> None:
    server.steps = [claiming(claimed)]
    with pytest.raises(ModelError, match=r"instead of\s+1,000,000"):
        fetch(replace(wanted, exact=exact), part, Audience(), PATIENCE)
    assert part.stat().st_size == 0


def test_a_file_that_ends_before_its_length_is_cut(
    server: Server, wanted: Wanted, part: Path
) -> None:
    about = replace(wanted, exact=False)
    server.steps = [claiming(1_100_000), honest]
    assert fetch(about, part, Audience(), PATIENCE) == SHA256


@pytest.mark.parametrize("extra", [b"", b"more"])
def test_without_a_length_the_listed_size_is_the_limit(
    server: Server, wanted: Wanted, part: Path, extra: bytes
) -> None:
    server.content = CONTENT + extra
    server.steps = [without_length]
    if not extra:
        assert fetch(wanted, part, Audience(), PATIENCE) == SHA256
        return
    with pytest.raises(ModelError, match="sends more than the 1,000,000 bytes"):
        fetch(wanted, part, Audience(), PATIENCE)
    assert not part.exists()


def test_without_a_length_a_short_file_is_a_cut_one(
    server: Server, wanted: Wanted, part: Path
) -> None:
    server.content = CONTENT[:500_000]
    server.steps = [without_length, without_length, without_length]
    with pytest.raises(ModelError, match="connection was cut"):
        fetch(wanted, part, Audience(), replace(PATIENCE, pauses_s=()))


def test_a_disk_too_small_is_told_before_anything_is_asked(
    server: Server, wanted: Wanted, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9, 500_000))
    with pytest.raises(ModelError, match=r"not enough free space for model: 1 MB.*0 MB are free"):
        fetch(wanted, part, Audience(), PATIENCE)
    assert server.ranges == []


def test_a_disk_that_fills_up_on_the_way_is_told(wanted: Wanted, part: Path) -> None:
    part.parent.mkdir()
    part.symlink_to("/dev/full")  # the kernel answers every write with "no space left"
    with pytest.raises(ModelError, match="the disk is full"):
        fetch(wanted, part, Audience(), PATIENCE)


def test_two_at_once_do_not_write_into_one_file(wanted: Wanted, part: Path) -> None:
    part.parent.mkdir()
    with part.open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(ModelError, match="another `sori models pull`"):
            fetch(wanted, part, Audience(), PATIENCE)


def test_a_folder_that_cannot_be_made_is_named(wanted: Wanted, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ModelError, match=r"cannot write there.*\[models\]"):
        fetch(wanted, tmp_path / "file" / "model.part", Audience(), PATIENCE)
