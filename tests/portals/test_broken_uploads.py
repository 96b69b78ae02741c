"""Packages that the platform will refuse: told beforehand, tried by who insists, healed by a mended one (R25)."""

from collections.abc import Callable

import pytest
from sqlmodel import col, select

from core.errors import Conflict, InstanceBlocked, PackageError
from core.portals.uploads import UploadPlan
from core.storage.tables import Event
from tests.portals.driving import AMELIE, found, outlooks, remade, retried, rezipped, solutions
from tests.provisioning.world import World

BAD_ZIP, INVALID_XML, GENERIC, TOO_NEW = "0x80048060", "0x8004802C", "0x8004801E", "0x80048068"
Spoil = Callable[[bytes], bytes]

SPOILT: dict[str, tuple[Spoil, str, str]] = {
    "cut off": (lambda data: data[: len(data) // 2], BAD_ZIP, "Forums_1_2_0_0_managed.zip"),
    "no zip at all": (lambda _: b"a letter", BAD_ZIP, "Forums 1.2.zip"),
    "without customizations": (lambda data: rezipped(data, customizations__xml=None), BAD_ZIP, "x.zip"),
    "without a manifest": (lambda data: rezipped(data, solution__xml=None), BAD_ZIP, "Forums_1_2.zip"),
    "broken customizations": (
        lambda data: rezipped(data, customizations__xml=b"<a><b></a>"),
        INVALID_XML,
        "x.zip",
    ),
    "broken manifest": (lambda data: rezipped(data, solution__xml=b"<a>"), INVALID_XML, "Forums_1_2.zip"),
}


def asked_all_the_same(world: World, data: bytes, file_name: str) -> UploadPlan:
    """Plan it, insist, and wait for what the platform says."""
    services = world.services
    plan = services.uploads.plan("contoso", data, AMELIE, file_name=file_name)
    services.uploads.add("contoso", data, AMELIE, file_name=file_name, force=True)
    started = services.installations.start(plan.import_plan, AMELIE, kind="install", force=True)
    assert world.drive(*started.run_ids) == ["failed"]
    return plan


@pytest.mark.parametrize("how", SPOILT)
def test_the_platform_answers_when_somebody_insists_on_a_broken_zip(driven: World, how: str) -> None:  # R25
    spoil, code, file_name = SPOILT[how]
    data = spoil(remade(driven.services, "MicrosoftForums", "10.0.0.0", renamed="Forums"))
    plan = asked_all_the_same(driven, data, file_name)
    (item,) = plan.import_plan.items
    assert (item.outlook, item.cause) == ("fails", "invalid-package")
    assert "This will be refused by the platform: " in str(item.reason)
    row = found(driven)["Forums"]
    assert (row.state, row.cause, (row.error or {})["code_hex"]) == (
        "install-failed",
        "invalid-package",
        code,
    )
    assert (row.error or {})["correlation_id"]
    assert row.version == plan.import_plan.items[0].version
    (again,) = driven.services.installations.plan_retry([row.id], AMELIE).items
    assert again.outlook == "fails"
    assert "Upload a mended package" in str(again.reason)

    mended = remade(driven.services, "MicrosoftForums", "1.1.0.0", renamed="Forums")
    driven.services.uploads.add("contoso", mended, AMELIE)
    assert [str(version) for version in driven.services.library.versions("Forums")] == ["1.1.0.0"]


def test_the_portal_is_live_when_a_mended_package_comes_after_the_broken_one(
    driven: World,
) -> None:  # R24, R25
    services = driven.services
    broken = remade(services, "MicrosoftForums", "9.3.2700.0")[:-300]
    services.uploads.add("contoso", broken, AMELIE, file_name="MicrosoftForums.zip", force=True)
    assert str(services.library.manifest("MicrosoftForums").version) == "9.3.2611.1"
    with pytest.raises(InstanceBlocked, match=r"MicrosoftForums 9\.3\.2611\.1 can't be installed in Contoso"):
        driven.submit("community")
    driven.drive(driven.submit("community", force=True).run_id)
    row = found(driven)["MicrosoftForums"]
    assert (row.state, row.version, row.cause) == ("install-failed", "9.3.2611.1", "invalid-package")
    assert driven.status_at_url() == 503
    assert outlooks(services.installations.plan_retry([row.id], AMELIE)) == {"MicrosoftForums": "fails"}
    services.uploads.add("contoso", remade(services, "MicrosoftForums", "9.3.2611.0"), AMELIE)
    retried(driven, services.installations.plan_retry(None, AMELIE))
    assert solutions(driven)["MicrosoftForums"].version == "9.3.2611.0"
    assert driven.status_at_url() == 200


def test_the_librarys_own_is_used_when_the_broken_one_is_withdrawn(driven: World) -> None:
    services = driven.services
    services.uploads.add("contoso", b"no zip", AMELIE, file_name="FieldService_9_0.zip", force=True)
    plan = services.installations.plan_install("contoso", ["FieldService"], AMELIE)
    assert [item.cause for item in plan.items] == ["invalid-package"]
    services.uploads.withdraw("contoso", "FieldService", "9.0", AMELIE)
    assert outlooks(services.installations.plan_install("contoso", ["FieldService"], AMELIE)) == {
        "FieldService": "passes"
    }


def test_a_broken_template_is_foretold_when_its_package_is_uploaded(driven: World) -> None:  # R25
    data = remade(driven.services, "StarterPortal", "9.9.0.0", renamed="Starter", is_template_broken=True)
    plan = driven.services.uploads.plan("contoso", data, AMELIE)
    assert plan.reason is not None
    assert "This will be refused by the platform: the web template " in plan.reason
    driven.drive(driven.submit("custom").run_id)  # with what must be there first
    asked_all_the_same(driven, data, "starter.zip")
    row = found(driven)["Starter"]
    assert (row.state, row.cause, (row.error or {})["code_hex"]) == (
        "install-failed",
        "component-error",
        GENERIC,
    )
    # So does a plan of what is in the library by now.
    (item,) = driven.services.installations.plan_install("contoso", ["Starter"], AMELIE).items
    assert (item.outlook, item.cause) == ("fails", "component-error")


def test_a_package_too_new_is_install_failed_when_somebody_insists(driven: World) -> None:  # R25
    data = remade(driven.services, "FieldService", "9.9.0.0", renamed="Newer", made_for="9.3")
    plan = asked_all_the_same(driven, data, "newer.zip")
    assert [item.cause for item in plan.import_plan.items] == ["package-too-new"]
    row = found(driven)["Newer"]
    assert (row.state, row.cause, (row.error or {})["code_hex"]) == (
        "install-failed",
        "package-too-new",
        TOO_NEW,
    )


def test_nothing_is_kept_when_nobody_insists_or_nothing_says_which_solution_it_is(driven: World) -> None:
    uploads = driven.services.uploads
    with pytest.raises(PackageError):
        uploads.add("contoso", b"no zip", AMELIE, file_name="Broken.zip")
    for file_name in ("", "壊れた.zip", "---.zip"):
        with pytest.raises(PackageError):
            uploads.add("contoso", b"no zip", AMELIE, file_name=file_name, force=True)
    assert "Broken" not in driven.services.library.names()


def test_an_unsafe_zip_is_refused_whoever_insists(driven: World) -> None:
    good = remade(driven.services, "FieldService", "9.0.0.0")
    bomb = rezipped(good, bomb=b"\0" * 64 * 1024 * 1024)
    leads_out = rezipped(good, **{"../out": b"", "customizations__xml": None})
    entities = rezipped(good, solution__xml=b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    for data, code in ((bomb, "file-too-large"), (leads_out, "unsafe-zip"), (entities, "unsafe-xml")):
        for force in (False, True):
            with pytest.raises(PackageError) as raised:
                driven.services.uploads.add(
                    "contoso", data, AMELIE, file_name="FieldService.zip", force=force
                )
            assert raised.value.code == code
    assert str(driven.services.library.manifest("FieldService").version) == "8.8.139.0"


def test_a_broken_one_is_in_the_history_and_must_be_the_highest(driven: World) -> None:
    uploads = driven.services.uploads
    with pytest.raises(Conflict, match="would never be used"):
        uploads.add("contoso", b"no zip", AMELIE, file_name="FieldService_1_0.zip", force=True)
    uploads.add("contoso", b"no zip", AMELIE, file_name="FieldService_9_0.zip", force=True)
    with driven.services.store.reading() as session:
        (event,) = session.exec(select(Event).where(col(Event.act) == "add-package")).all()
    assert event.details == {"solution": "FieldService", "version": "9.0.0.0", "error": "invalid-zip"}
