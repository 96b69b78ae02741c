"""Solutions in instances: uninstall in reverse order, packages by upload (R27)."""

import pytest
from sqlmodel import col, select

from core.errors import Conflict, NotFound, NotPermitted, NotSystemAdministrator, PackageError
from core.storage.tables import Event
from tests.portals.driving import (
    ADMIN,
    AMELIE,
    NADIA,
    PRIYA,
    found,
    outlooks,
    remade,
    retried,
    solutions,
)
from tests.provisioning.world import World


def test_everything_that_needs_it_goes_first_when_it_is_uninstalled(driven: World) -> None:  # R27
    started = driven.submit("community")
    driven.drive(started.run_id)
    installations = driven.services.installations
    plan = installations.plan_uninstall("contoso", "MicrosoftForums", AMELIE)
    assert plan.portals == ("Help",)
    needs = {name: one.needs for name, one in solutions(driven).items()}
    for position, name in enumerate(plan.blockers):
        assert not set(plan.blockers[:position]) & set(needs[name]), "it goes before what needs it"
    with pytest.raises(Conflict) as raised:
        installations.uninstall("contoso", "MicrosoftForums", AMELIE)
    assert raised.value.details == {"dependents": list(plan.blockers), "portals": ["Help"]}

    driven.services.lifecycle.delete(started.portal_id, "why", AMELIE)
    for name in (*plan.blockers, "MicrosoftForums"):
        installations.uninstall("contoso", name, AMELIE)
    assert "MicrosoftForums" not in solutions(driven)
    assert "MicrosoftForums" not in found(driven)
    with pytest.raises(NotFound):
        installations.uninstall("contoso", "MicrosoftForums", AMELIE)
    with driven.services.store.reading() as session:
        told = session.exec(select(Event).where(col(Event.act) == "uninstall")).all()
    assert [event.details["solution"] for event in told] == [*plan.blockers, "MicrosoftForums"]
    # Its portal can be provisioned once more.
    assert driven.drive(driven.submit("community", subdomain="again").run_id) == ["succeeded"]


def test_who_may_uninstall_is_judged_when_somebody_tries(driven: World) -> None:  # R1
    installations = driven.services.installations
    for actor in (AMELIE, PRIYA, ADMIN):
        with pytest.raises(NotSystemAdministrator):
            installations.uninstall("fabrikam", "FieldService", actor)
    with pytest.raises(NotPermitted):
        installations.plan_uninstall("fabrikam", "FieldService", AMELIE)
    installations.uninstall("fabrikam", "FieldService", NADIA)
    assert "FieldService" not in solutions(driven, NADIA, "fabrikam")


def test_an_upgrade_left_over_goes_when_it_is_uninstalled(driven: World) -> None:
    driven.change("hold-solution", solution="MicrosoftForums")
    driven.drive(driven.submit("community", force=True).run_id)
    assert found(driven)["MicrosoftForums"].state == "install-failed"
    installations = driven.services.installations
    assert set(outlooks(installations.plan_retry(None, AMELIE)).values()) == {"fails"}
    assert solutions(driven)["MicrosoftForums_Upgrade"].is_holding
    assert installations.plan_uninstall("contoso", "MicrosoftForums_Upgrade", AMELIE).is_clear
    installations.uninstall("contoso", "MicrosoftForums_Upgrade", AMELIE)
    plan = installations.plan_retry(None, AMELIE)
    assert set(outlooks(plan).values()) == {"passes"}
    assert plan.items[0].wanted.solution == "MicrosoftForums"
    retried(driven, plan)
    assert driven.status_at_url() == 200


def test_nothing_happens_when_an_upload_is_only_planned(driven: World) -> None:
    services = driven.services
    data = remade(services, "FieldService", "8.9.0.0")
    plan = services.uploads.plan("contoso", data, AMELIE)
    assert (plan.manifest.unique_name, plan.highest, plan.is_highest) == ("FieldService", "8.8.139.0", True)
    assert [(item.version, item.outlook) for item in plan.import_plan.items] == [("8.9.0.0", "passes")]
    assert str(services.library.manifest("FieldService").version) == "8.8.139.0"
    for broken in (b"", b"no zip", data[:-200]):
        with pytest.raises(PackageError):
            services.uploads.plan("contoso", broken, AMELIE)
        with pytest.raises(PackageError):
            services.uploads.add("contoso", broken, AMELIE)
    with pytest.raises(NotSystemAdministrator):
        services.uploads.add("contoso", data, PRIYA)


def test_the_plan_that_was_shown_runs_when_an_upload_is_installed(driven: World) -> None:
    services = driven.services
    data = remade(services, "FieldService", "8.9.0.0")
    plan = services.uploads.plan("contoso", data, AMELIE).import_plan
    services.uploads.add("contoso", data, AMELIE)
    started = services.installations.start(plan, AMELIE, kind="install")
    driven.drive(*started.run_ids)
    one = solutions(driven)["FieldService"]
    assert (one.version, one.state, one.installed_by) == ("8.9.0.0", "installed", AMELIE.email)
    assert one.uploaded_at is not None
    with pytest.raises(Conflict, match="would never be used"):
        services.uploads.add("contoso", remade(services, "FieldService", "8.8.1.0"), AMELIE)


def test_a_package_too_new_is_refused_until_the_upload_is_withdrawn(driven: World) -> None:
    services = driven.services
    installations = services.installations
    services.uploads.add("contoso", remade(services, "MicrosoftForums", "10.0.0.0", made_for="9.3"), AMELIE)
    driven.drive(driven.submit("community", force=True).run_id)
    row = found(driven)["MicrosoftForums"]
    assert (row.state, row.version, (row.error or {})["code_hex"]) == (
        "install-failed",
        "10.0.0.0",
        "0x80048068",
    )
    plan = installations.plan_retry([row.id], AMELIE)
    assert [item.cause for item in plan.items] == ["package-too-new"]
    with pytest.raises(Conflict, match="Portico's own"):
        services.uploads.withdraw("contoso", "MicrosoftForums", "9.3.2611.0", AMELIE)
    services.uploads.withdraw("contoso", "MicrosoftForums", "10.0.0.0", AMELIE)
    retried(driven, installations.plan_retry(None, AMELIE))
    assert driven.status_at_url() == 200


def test_nothing_has_changed_when_the_package_itself_was_at_fault(driven: World) -> None:
    services = driven.services
    installations = services.installations
    bad = remade(services, "StarterPortal", "9.3.2612.0", is_template_broken=True)
    services.uploads.add("contoso", bad, AMELIE)
    driven.drive(driven.submit(force=True).run_id)
    row = found(driven)["StarterPortal"]
    assert row.state == "install-failed"
    (item,) = installations.plan_retry([row.id], AMELIE).items
    assert (item.outlook, item.cause) == ("fails", "component-error")
    assert "Nothing has changed since it failed" in str(item.reason)
    services.uploads.add("contoso", remade(services, "StarterPortal", "9.3.2613.0"), AMELIE)
    retried(driven, installations.plan_retry(None, AMELIE))
    assert solutions(driven)["StarterPortal"].version == "9.3.2613.0"
    assert driven.status_at_url() == 200


def test_direct_needs_only_are_shown_when_solutions_hang_in_a_chain(driven: World) -> None:  # R27
    driven.drive(driven.submit("community").run_id)
    shown = solutions(driven)
    assert shown["MicrosoftForumsWorkflows"].needs == ("MicrosoftForums",)
    assert "MicrosoftForumsWorkflows" in shown["MicrosoftForums"].needed_by
    assert [portal.display_name for portal in shown["MicrosoftForums"].portals] == ["Help"]
    assert not shown["MicrosoftForums"].has_update


def test_the_package_is_asked_for_when_the_library_has_lost_it(driven: World) -> None:
    services = driven.services
    installations = services.installations
    other = remade(services, "FieldService", "8.9.0.0", renamed="OtherService")
    services.uploads.add("contoso", other, AMELIE)
    plan = installations.plan_install("contoso", ["OtherService"], AMELIE)
    driven.change("administration-mode", is_on=True)
    started = installations.start(plan, AMELIE, kind="install")
    driven.drive(*started.run_ids)
    services.uploads.withdraw("contoso", "OtherService", "8.9.0.0", AMELIE)
    driven.change("administration-mode", is_on=False)
    (item,) = installations.plan_retry(None, AMELIE).items
    assert (item.outlook, item.page) == ("fails", "solutions")
    assert "no package of OtherService" in str(item.reason)
