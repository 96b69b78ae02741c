"""Several threads, several processes, and processes that die in the middle."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.errors import PlatformBusy, PlatformRefused
from core.platforms.local import LocalPlatform
from core.platforms.port import ImportRequest, InstanceChange, WebsiteRequest
from tests.contract.packages import SITE, build
from tests.paths import ROOT

AMELIE = "amelie.laurent@contoso.example"
NADIA = "nadia.haddad@fabrikam.example"

# Runs one call and dies by SIGKILL when the named function is reached, before or after it did its work.
KILLED = """
import os, signal, sys
from pathlib import Path
import core.platforms.local.tenant as tenant
import core.platforms.local.websites as websites
import core.platforms.local.imports as imports
import core.platforms.local.rows as rows
from core.platforms.local import LocalPlatform
from core.platforms.port import ImportRequest, WebsiteRequest
from tests.contract.packages import SITE, build
from tests.platforms.local.test_together import AMELIE

owner, name, when = sys.argv[2:5]
target = {"tenant": tenant.Tenant, "websites": websites, "imports": imports}[owner]
real = getattr(target, name)

def deadly(*arguments, **options):
    if when == "after":
        real(*arguments, **options)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(target, name, deadly)
platform = LocalPlatform(Path(sys.argv[1]))
if owner == "imports":
    platform.import_solution("import", ImportRequest("contoso", build(files=SITE), 1033, AMELIE))
elif name in {"release", "delete"}:
    platform.delete_website("delete", "contoso", sys.argv[5])
else:
    platform.create_website("create", WebsiteRequest("contoso", "shop", "Shop", 1033, "custom", AMELIE))
"""


def request(subdomain: str = "shop", instance: str = "contoso") -> WebsiteRequest:
    return WebsiteRequest(instance, subdomain, "Shop", 1033, "custom", AMELIE)


def kill_at(folder: Path, owner: str, name: str, when: str, *more: str) -> None:
    """Run a call in a process of its own that dies there."""
    command = [sys.executable, "-c", KILLED, str(folder), owner, name, when, *more]
    process = subprocess.run(
        command, cwd=ROOT, check=False, timeout=60, env={**os.environ, "PYTHONPATH": "."}
    )
    assert process.returncode == -signal.SIGKILL


@pytest.mark.faults
@pytest.mark.parametrize(
    ("owner", "name", "when"),
    [
        ("tenant", "reserve", "before"),
        ("tenant", "reserve", "after"),
        ("websites", "insert_website", "after"),
    ],
)
def test_website_stands_once_when_its_creation_was_killed_and_repeated(
    tmp_path: Path, platform: LocalPlatform, owner: str, name: str, when: str
) -> None:
    platform.instance_slugs()
    kill_at(tmp_path, owner, name, when)
    assert platform.site_version("shop") is None
    first = platform.create_website("create", request())
    assert platform.create_website("create", request()) == first
    site = platform.site_version("shop")
    assert site is not None
    assert site.website_id == first.result["website_id"]


@pytest.mark.faults
def test_name_is_free_for_others_when_its_website_was_never_made(
    tmp_path: Path, platform: LocalPlatform
) -> None:
    platform.instance_slugs()
    kill_at(tmp_path, "tenant", "reserve", "after")
    assert platform.name_availability("shop").state == "free"
    kill_at(tmp_path, "tenant", "reserve", "after")
    other = platform.create_website("another", request(instance="fabrikam"))
    with pytest.raises(PlatformRefused):
        platform.create_website("create", request())
    site = platform.site_version("shop")
    assert site is not None
    assert site.website_id == other.result["website_id"]


@pytest.mark.faults
@pytest.mark.parametrize(
    ("owner", "name", "when"),
    [("tenant", "release", "before"), ("tenant", "release", "after"), ("websites", "delete", "after")],
)
def test_website_is_gone_when_its_deletion_was_killed_and_repeated(
    tmp_path: Path, platform: LocalPlatform, owner: str, name: str, when: str
) -> None:
    website_id = platform.create_website("create", request()).result["website_id"]
    kill_at(tmp_path, owner, name, when, website_id)
    platform.delete_website("delete", "contoso", website_id)
    assert platform.site_version("shop") is None
    assert platform.name_availability("shop").state == "purging"


@pytest.mark.faults
@pytest.mark.parametrize(
    ("name", "when"),
    [
        ("insert_solution", "before"),
        ("insert_solution", "after"),
        ("grow_revision", "after"),
        ("insert_operation", "after"),
    ],
)
def test_solution_stands_once_when_its_import_was_killed_and_repeated(
    tmp_path: Path, platform: LocalPlatform, name: str, when: str
) -> None:
    platform.instance_slugs()
    kill_at(tmp_path, "imports", name, when)
    assert platform.instance("contoso").solutions == ()
    again = ImportRequest("contoso", build(files=SITE), 1033, AMELIE)
    assert platform.import_solution("import", again).state == "succeeded"
    assert [s.unique_name for s in platform.instance("contoso").solutions] == ["Sample"]


def test_one_wins_when_fifty_threads_create_one_name(platform: LocalPlatform) -> None:  # R10
    platform.instance_slugs()

    def create(number: int) -> str:
        name = "Shop" if number % 2 else "shop"
        try:
            wanted = request(name, ("contoso", "fabrikam", "adventure-works")[number % 3])
            return platform.create_website(f"key-{number}", wanted).result["website_id"]
        except PlatformRefused:
            return ""

    with ThreadPoolExecutor(50) as threads:
        winners = [found for found in threads.map(create, range(50)) if found]
    assert len(winners) == 1
    site = platform.site_version("shop")
    assert site is not None
    assert site.website_id == winners[0]


def test_website_stands_once_when_threads_repeat_one_key(platform: LocalPlatform) -> None:
    with ThreadPoolExecutor(20) as threads:
        found = list(threads.map(lambda _: platform.create_website("same", request()), range(20)))
    assert len({operation.result["website_id"] for operation in found}) == 1


def test_one_import_runs_when_threads_ask_for_several(platform: LocalPlatform) -> None:
    platform.change_instance("contoso", (InstanceChange("delay", delay_s=60),))

    def install(number: int) -> bool:
        try:
            package = build(f"Sample{number}")
            platform.import_solution(f"key-{number}", ImportRequest("contoso", package, 1033, AMELIE))
        except PlatformBusy:
            return False
        return True

    with ThreadPoolExecutor(20) as threads:
        assert sum(threads.map(install, range(20))) == 1


def test_two_processes_work_on_the_same_files(tmp_path: Path, platform: LocalPlatform) -> None:
    script = f"""
import sys
from pathlib import Path
from core.platforms.local import LocalPlatform
from core.platforms.port import ImportRequest
from tests.contract.packages import build
platform = LocalPlatform(Path(sys.argv[1]))
for number in range(20):
    name = f"{{sys.argv[2]}}{{number}}"
    platform.import_solution(name, ImportRequest("fabrikam", build(name), 1033, "{NADIA}"))
"""
    processes = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path), name], cwd=ROOT)
        for name in ("Left", "Right")
    ]
    assert [process.wait(timeout=120) for process in processes] == [0, 0]
    names = {s.unique_name for s in platform.instance("fabrikam").solutions}
    assert {f"{name}{n}" for name in ("Left", "Right") for n in range(20)} < names
