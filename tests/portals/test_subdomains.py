import pytest

from core.errors import PlatformUnreachable
from core.platforms.port import NameAvailability, WebsiteRequest
from core.portals.subdomains import Subdomains
from core.storage.tables import Portal, ReleasedSubdomain
from tests.portals.world import AMELIE, CONTOSO, FRENCH, World


class Names:
    """A platform's names: those held, and whether it answers."""

    def __init__(self, *held: str, answers: bool = True) -> None:
        self.held = held
        self.answers = answers
        self.asked: list[str] = []

    def name_availability(self, subdomain: str) -> NameAvailability:
        self.asked.append(subdomain)
        if not self.answers:
            raise PlatformUnreachable("The platform does not answer. Try again.")
        return NameAvailability("taken" if subdomain in self.held else "free")


def subdomains(world: World, names: Names) -> Subdomains:
    platform: object = names
    return Subdomains(world.store, platform)  # type: ignore[arg-type]  # it asks for names only


def test_free_is_told_when_nobody_has_it(world: World) -> None:  # R10
    answer = world.portals.subdomain_answer("Contoso-Help")
    assert (answer.state, answer.message, answer.alternatives) == (
        "free",
        "The subdomain contoso-help is free",
        (),
    )


def test_invalid_is_told_with_the_character_when_it_offends(world: World) -> None:  # R9
    answer = world.portals.subdomain_answer("con toso")
    assert answer.state == "invalid"
    assert "U+0020 (space)" in answer.message


def test_alternatives_are_offered_when_taken(world: World) -> None:  # R10
    world.submit(subdomain="help")
    answer = world.portals.subdomain_answer("HELP")
    assert answer.state == "taken"
    assert answer.alternatives == ("help-portal", "help-help", "help-online")
    world.submit(subdomain="help-portal")
    assert world.portals.subdomain_answer("help").alternatives == ("help-help", "help-online", "help-2")


def test_every_alternative_can_be_had(world: World) -> None:  # R10
    world.submit(subdomain="a" * 63)
    for offered in world.portals.subdomain_answer("a" * 63).alternatives:
        assert world.portals.subdomain_answer(offered).state == "free"
        assert world.codes(subdomain=offered) == []


def test_purging_is_told_with_the_time_when_it_is_free_again(world: World) -> None:  # R10
    started = world.submit(subdomain="help")
    free_at = world.clock.now.replace(hour=11)
    with world.store.writing() as session:
        portal = session.get_one(Portal, started.portal_id)
        portal.state = "deleted"
        session.add_all(
            (portal, ReleasedSubdomain(subdomain="help", portal_id=started.portal_id, free_at=free_at))
        )
    answer = world.portals.subdomain_answer("help")
    assert (answer.state, answer.free_at) == ("purging", free_at)
    assert len(answer.alternatives) == 3


def test_taken_is_told_when_only_the_platform_knows_the_name(world: World) -> None:  # R10
    asked = WebsiteRequest(CONTOSO, "help", "Help", FRENCH, "custom", AMELIE.email)
    world.services.platform.create_website("by hand", asked)
    assert world.portals.subdomain_answer("help").state == "taken"
    assert world.codes(subdomain="help") == ["subdomain-taken"]


def test_purging_is_told_when_only_the_platform_knows(world: World) -> None:  # R10
    asked = WebsiteRequest(CONTOSO, "help", "Help", FRENCH, "custom", AMELIE.email)
    made = world.services.platform.create_website("by hand", asked)
    world.services.platform.delete_website("away", CONTOSO, made.result["website_id"])
    answer = world.portals.subdomain_answer("help")
    assert answer.state == "purging"
    world.clock.advance(world.settings.name_purge_s)
    assert world.portals.subdomain_answer("help").state == "free"


def test_unknown_is_told_when_the_platform_is_silent(world: World) -> None:
    answer = subdomains(world, Names(answers=False)).answer("help")
    assert (answer.state, answer.alternatives) == ("unknown", ())
    assert "does not answer" in answer.message


def test_taken_is_told_when_the_platform_is_silent(world: World) -> None:  # R10
    world.submit(subdomain="help")
    names = Names(answers=False)
    answer = subdomains(world, names).answer("help")
    assert (answer.state, answer.alternatives) == ("taken", ())


@pytest.mark.parametrize("held", [("help",), ("help", "help-portal", "help-help", "help-online")])
def test_alternatives_are_free_on_the_platform_too(world: World, held: tuple[str, ...]) -> None:  # R10
    answer = subdomains(world, Names(*held)).answer("help")
    assert answer.state == "taken"
    assert len(answer.alternatives) == 3
    assert not set(answer.alternatives) & set(held)
