"""The project's own papers: lock, settings, decisions, and what must not stand in a tracked file."""

import os
import re
import subprocess
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from core.settings import Settings
from tests.paths import ROOT

LOCKS = ("requirements.txt", "requirements-dev.txt")
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
MAXIMUM_LINES = 400

# Somebody's machine, or where packages came from: neither belongs into the project.
CORPUS = ROOT / "tests" / "diagnosis" / "messages"
LEAKS = re.compile(
    r"https?://[^\s]*(?:pypi|pythonhosted|npmjs|registry)|(?:extra-)?index[-_]url\s*[= ]\s*\S*:/|[f]ile:///(?!etc/)"
    r"|(?<![\w.~-])/(?:work|root|opt)/[\w.]|(?<![\w.~/-])/(?:home|Users)/\w+/"
)


def tracked_files() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: what is tracked is not known")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""  # a picture or an archive


def requirements(name: str) -> dict[str, str]:
    """The lock's requirements: name → the rest of its entry, hashes included."""
    text = re.sub(r"^\s*#.*$", "", (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    entries = [entry.strip() for entry in re.split(r"\n(?=\S)", text) if entry.strip()]
    split = [re.match(r"([\w.-]+)(.*)", entry, re.DOTALL) for entry in entries]
    assert all(split), entries
    return {found[1]: found[2] for found in split if found}


def asked_for(name: str) -> list[str]:
    """The names that a .in file asks for, without their extras and bounds."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    found = [re.match(r"[\w.-]+", line) for line in lines if line and line[0] not in "#-"]
    return [match[0].lower() for match in found if match]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_with_hashes_when_it_is_locked(lock: str) -> None:
    for name, rest in requirements(lock).items():
        assert re.match(r"(\[[\w,-]+\])?==\d[\w.]*( ;[^\\]+)? \\\n", rest), f"{name} is not pinned"
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", rest), f"{name} has no hash"


@pytest.mark.parametrize("lock", LOCKS)
def test_an_extra_is_locked_when_a_locked_package_asks_for_it(lock: str) -> None:
    # Without it pip takes `coverage[toml]` for another thing than `coverage==…`, finds the newest, and refuses it as not locked.
    locked = {re.sub(r"[-_.]+", "-", name).lower(): rest for name, rest in requirements(lock).items()}
    missing = []
    for name in locked:
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # for another platform
        for need in map(Requirement, needs):
            if need.extras and (need.marker is None or need.marker.evaluate({"extra": ""})):
                extras = re.match(r"\[([\w,-]+)\]", locked[re.sub(r"[-_.]+", "-", need.name).lower()])
                missing += (
                    [f"{name}: {need}"] if not extras or not need.extras <= set(extras[1].split(",")) else []
                )
    assert missing == []


def test_both_locks_agree_when_they_share_a_requirement() -> None:
    run, test = (requirements(lock) for lock in LOCKS)
    assert {name: test.get(name) for name in run} == run


@pytest.mark.parametrize(
    ("source", "lock"), [("requirements.in", LOCKS[0]), ("requirements-dev.in", LOCKS[1])]
)
def test_everything_asked_for_is_there_when_it_is_locked(source: str, lock: str) -> None:
    assert set(asked_for(source)) <= set(requirements(lock))


@pytest.mark.parametrize("source", ["requirements.in", "requirements-dev.in"])
def test_each_dependency_has_its_reason_when_it_is_asked_for(source: str) -> None:
    (paper,) = (path for path in DECISIONS if path.stem.endswith("-dependencies"))
    reasons = paper.read_text(encoding="utf-8")
    assert [name for name in asked_for(source) if f"`{name}`" not in reasons] == []


def test_nothing_of_a_machine_or_a_registry_leaks_when_files_are_tracked() -> None:
    leaks = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in tracked_files()
        # What people pasted from their own build agents is data here.
        if CORPUS not in path.parents
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if LEAKS.search(line)
    ]
    assert leaks == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https:" + "//pypi.org/simple",
        "see /" + "work/main",
        "'/" + "root/.cache'",
        "/home/" + "somebody/x",
    ],
)
def test_a_leak_is_seen_when_there_is_one(line: str) -> None:
    assert LEAKS.search(line)


def test_every_setting_is_documented_with_its_default_when_it_exists() -> None:
    rows = dict(re.findall(r"^\| `(PORTICO_\w+)` \| (.+?) \|", _settings_page(), re.MULTILINE))
    for name, field in Settings.model_fields.items():
        variable = f"PORTICO_{name.upper()}"
        assert variable in rows, f"docs/settings.md does not name {variable}"
        if field.default is not None and not isinstance(field.default, Path):
            assert rows[variable] == f"`{field.default}`", (
                f"docs/settings.md has another default of {variable}"
            )


def test_only_settings_that_exist_are_documented_when_there_is_a_row() -> None:
    known = {f"PORTICO_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"^\| `(PORTICO_\w+)`", _settings_page(), re.MULTILINE)) == known


@pytest.mark.parametrize("paper", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_is_half_a_page_with_its_three_parts_when_it_is_kept(paper: Path) -> None:
    text = paper.read_text(encoding="utf-8")
    assert re.match(r"\d{4}-\d{2}-\d{2}-[a-z0-9-]+$", paper.stem)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert len(text.splitlines()) <= 50


def test_every_page_exists_when_a_document_links_to_it() -> None:
    broken = [
        f"{page.relative_to(ROOT)} → {target}"
        for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
        for target in re.findall(r"(?<!!)\[[^\]]+\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []


def test_no_module_grows_full_when_it_is_tracked() -> None:
    modules = [path for path in tracked_files() if path.suffix == ".py"]
    lengths = {str(path.relative_to(ROOT)): len(text_of(path).splitlines()) for path in modules}
    assert {name: length for name, length in lengths.items() if length > MAXIMUM_LINES} == {}


def test_streamlit_stays_on_this_machine_when_it_is_configured() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["server"]["address"] == "127.0.0.1"
    assert config["server"]["enableStaticServing"] is False
    assert config["browser"]["gatherUsageStats"] is False
    assert config["client"]["showErrorLinks"] is False
    assert "font" not in str(config["theme"])


def test_integration_runs_what_developers_run_when_it_is_asked() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "make test" in script.read_text(encoding="utf-8")


def _settings_page() -> str:
    return (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
