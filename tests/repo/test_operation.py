"""What the handbook of the operation shows can be used as it stands: units of systemd, the example for nginx."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from configparser import RawConfigParser
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from nahraum_site.config.supervisor import GRACE
from tests.repo.tree import ROOT, files

SITE = ROOT / "src" / "nahraum_site"
TEXT = (ROOT / "docs" / "handbuch" / "betrieb.md").read_text(encoding="utf-8")
SERVICES = ("nahraum.service", "nahraum-backup.service")
(LARGE, MOST) = re.findall(r"location ~ (\S+) \{\n\s+client_max_body_size (\d+)m;", TEXT)[0]
SMALL = int(re.findall(r"\n    client_max_body_size (\d+)m;", TEXT)[0])


def unit(name: str) -> RawConfigParser:
    """Return a unit that the handbook shows; keys that come several times keep their last value."""
    (shown,) = re.findall(rf"```\n# /etc/systemd/system/{re.escape(name)}\n(.*?)```", TEXT, re.DOTALL)
    parser = RawConfigParser(strict=False, delimiters="=", comment_prefixes="#")
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(shown)
    return parser


# The service and its backup


def test_the_service_ends_in_order_and_within_its_time() -> None:
    """With systemd's own way, TERM would reach the process that reads a file, and the worker would judge the file."""
    service = unit("nahraum.service")["Service"]
    assert service["KillMode"] == "mixed"
    assert int(service["TimeoutStopSec"]) > GRACE + 5


def test_the_backup_runs_with_the_settings_of_the_service() -> None:
    """A shell may not read the file of settings, and would read it otherwise than systemd does."""
    site, backup = (unit(name)["Service"] for name in SERVICES)
    for each in ("User", "EnvironmentFile", "UMask", "ProtectSystem"):
        assert site[each] == backup[each]
    assert "cron" not in TEXT
    assert not re.findall(r"(\.|source) /etc/nahraum.env", TEXT)
    timer = unit("nahraum-backup.timer")
    assert timer["Timer"]["OnCalendar"] == "*-*-* 03:00"
    assert timer["Install"]["WantedBy"] == "timers.target"


def test_the_backup_writes_where_it_may_and_the_keys_elsewhere() -> None:
    backup = unit("nahraum-backup.service")["Service"]
    writable = backup["ReadWritePaths"].split()
    (tar,) = re.findall(r"nahraum backup (/\S+)/nahraum-\$\$\(date \+%%F-%%H%%M\)\.tar", TEXT)
    (keys,) = re.findall(r"=\S+/nahraum keys (/\S+)/\S+\.json", TEXT)
    assert tar != keys
    assert {tar, keys} < set(writable)
    assert f"find {tar} -name nahraum-*.tar -mtime +14 -delete" in TEXT


def test_units_call_only_commands_that_exist() -> None:
    known = {point.name for point in entry_points(group="nahraum.commands")}
    called = re.findall(r"^Exec\w+=.*?/opt/nahraum/bin/nahraum (\S+)", TEXT, re.MULTILINE)
    assert set(called) == {"serve", "backup", "keys"}
    assert set(called) <= known


# What the server before us lets through


def takers() -> set[tuple[str, str]]:
    """Return every view that reads files of a request, as (module, name)."""
    found = set()
    for path in files(".py"):
        if SITE in path.parents and "request.FILES" in (source := path.read_text(encoding="utf-8")):
            module = ".".join(path.relative_to(ROOT / "src").with_suffix("").parts)
            for node in ast.parse(source).body:
                if isinstance(node, ast.FunctionDef) and "request.FILES" in ast.unparse(node):
                    found.add((module, node.name))
    return found


def addresses(module: str = "nahraum_site.config.urls", before: str = "") -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield every address of ours with its view, an id in place of what is left open."""
    tree = ast.parse(Path(ROOT, "src", *module.split(".")).with_suffix(".py").read_text(encoding="utf-8"))
    home = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            home |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "path"):
            continue
        route, view = node.args[0], node.args[1]
        if not isinstance(route, ast.Constant):  # made by a loop: none of them takes files
            continue
        here = before + re.sub(r"<[^>]+>", "0a1b2c3d-1111-4222-8333-444455556666", str(route.value))
        if isinstance(view, ast.Call) and isinstance(view.func, ast.Name) and view.func.id == "include":
            assert isinstance(view.args[0], ast.Constant)
            yield from addresses(str(view.args[0].value), here)
        elif isinstance(view, ast.Attribute) and isinstance(view.value, ast.Name):
            yield f"/{here}", (home[view.value.id], view.attr)


def test_every_address_that_takes_files_may_be_sent_large_ones() -> None:
    wanted, found = takers(), list(addresses())
    taking = {address: view for address, view in found if view in wanted}
    assert len(wanted) >= 9
    assert set(taking.values()) == wanted, "a view that takes files has no address that this test can find"
    assert not [address for address in taking if not re.search(LARGE, address)]


@pytest.mark.parametrize(
    "address", ["/", "/anmelden/", "/einrichten/x/", "/studien/", "/sprache/", "/impressum/bearbeiten/"]
)
def test_other_addresses_stay_small(address: str) -> None:
    assert not re.search(LARGE, address)


def test_what_the_server_before_us_lets_through_is_what_we_take() -> None:
    from nahraum_site.config.environment import SETTINGS

    (size,) = [int(each.default) for each in SETTINGS if each.name == "NAHRAUM_FILE_MB"]
    assert 2 * size * 1_000_000 < int(MOST) << 20 < 1 << 30
    assert SMALL << 20 < 2_500_000  # Django's own limit for fields
