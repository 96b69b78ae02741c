"""What the platform says when it refuses: the codes and words of Dataverse, with the names at hand.

Codes and wording: the platform's published error codes, and messages that people met. Where the platform
publishes no code for a cause, its general ones stand (0x80048033, 0x8004801E) and the words tell.
"""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import uuid4

from core.errors import PackageError, PlatformBusy, PlatformRefused
from core.platforms.local.directory import SampleDirectory
from core.platforms.port import SYSTEM_ADMINISTRATOR, AccessMode, Fault, User
from core.solutions.manifest import Manifest, Requirement
from core.solutions.version import Version

IMPORT_ERROR = "0x80048033"  # ImportSolutionError
GENERIC_ERROR = "0x8004801E"  # ImportGenericError
PRIVILEGE_DENIED = "0x80040220"
NOT_A_MEMBER = "0x80072560"
CUSTOMIZATION_LOCK = "0x80071151"
BAD_ZIP = "0x80048060"
INVALID_XML = "0x8004802C"
PACKAGE_TOO_NEW = "0x80048068"
MANAGED_OVER_UNMANAGED = "0x80048040"
UNMANAGED_OVER_MANAGED = "0x80048041"
WRONG_PUBLISHER = "0x8004801C"
HOLDING_SOLUTION = "0x80048539"
MISSING_DEPENDENCIES = "0x8004801D"
LANGUAGE_NOT_ENABLED = "0x80048026"  # ImportLanguagesIgnoredError
DEPENDENCIES_EXIST = "0x8004F01D"
DOES_NOT_EXIST = "0x80040217"
DUPLICATE = "0x80040237"
INVALID_ARGUMENT = "0x80040203"

ACCESS_MODES: dict[AccessMode, int] = {"read-write": 0, "administrative": 1, "read": 2, "non-interactive": 4}
_IMPORT_FAILED = "An error occurred while importing a Solution."


def make_fault(code_hex: str, text: str, at: datetime, *, missing: Iterable[str] = ()) -> Fault:
    """A fault with a correlation id of its own."""
    return Fault(code_hex, text, str(uuid4()), at, code_hex == CUSTOMIZATION_LOCK, tuple(missing))


def refused(fault: Fault, message: str) -> PlatformRefused | PlatformBusy:
    """The error for a fault; `message` says what to do next."""
    details = fault_to_json(fault) | {"code_dec": fault.code_dec}
    return (PlatformBusy if fault.is_passing else PlatformRefused)(message, details=details)


def fault_to_json(fault: Fault) -> dict[str, Any]:
    """The fault as plain values."""
    return asdict(fault) | {"at": fault.at.isoformat(), "missing": list(fault.missing)}


def fault_from_json(values: dict[str, Any]) -> Fault:
    """The fault that `fault_to_json` gave."""
    return Fault(
        **{**values, "at": datetime.fromisoformat(values["at"]), "missing": tuple(values["missing"])},
    )


def fault_of(error: PlatformRefused) -> Fault:
    """The fault that a refusal carries."""
    return fault_from_json({name: value for name, value in error.details.items() if name != "code_dec"})


class Refusals:
    """Makes refusals about one instance at one time."""

    def __init__(self, instance_name: str, at: datetime, directory: SampleDirectory) -> None:
        self._instance = instance_name
        self._at = at
        self._directory = directory

    def administration_mode(self) -> PlatformRefused | PlatformBusy:
        """Imports are not run in administration mode."""
        return self._refused(
            IMPORT_ERROR,
            f"{_IMPORT_FAILED} The environment '{self._instance}' is in administration mode: solution "
            "imports and background operations do not run until administration mode is turned off.",
            f"{self._instance} is in administration mode, in which it imports nothing. Turn the mode off, "
            "then retry.",
        )

    def not_a_member(self, email: str) -> PlatformRefused | PlatformBusy:
        """Who imports is no user of the instance."""
        return self._refused(
            NOT_A_MEMBER,
            f"The user is not a member of the organization. User: {email}, organization: {self._instance}.",
            f"{email} is no user of {self._instance}. Add the user there with the System Administrator "
            "role, then retry.",
        )

    def missing_privilege(self, user: User, user_id: str, privilege: str) -> PlatformRefused | PlatformBusy:
        """Who imports or removes lacks the role, or has an access mode that withholds its privileges."""
        needed = [] if user.has(SYSTEM_ADMINISTRATOR) else ["the System Administrator role"]
        needed += [] if user.access_mode == "read-write" else ["the access mode Read-Write"]
        return self._refused(
            PRIVILEGE_DENIED,
            f"CrmSecurityException: Principal user (Id={user_id}, type=8, roleCount={len(user.roles)}, "
            f"accessMode={ACCESS_MODES[user.access_mode]}, user={user.email}) is missing {privilege} "
            f"privilege on OTC=7100 for entity 'solution' in organization {self._instance}.",
            f"For this, {user.email} needs {' and '.join(needed)} in {self._instance}. Assign it directly, "
            "then retry.",
        )

    def locked(self, operation: str, running: str) -> PlatformRefused | PlatformBusy:
        """Another import runs in the instance."""
        return self._refused(
            CUSTOMIZATION_LOCK,
            f"CustomizationLockException: Cannot start the requested operation [{operation}] because there "
            f"is another [Import] running at this moment. Running: {running}. Use Solution History for more "
            "details.",
            f"{self._instance} imports {running} at the moment. Wait until that has ended, then retry.",
        )

    def bad_package(self, error: PackageError) -> PlatformRefused | PlatformBusy:
        """The zip, or the XML in it, is not what it should be."""
        code = str(error.details.get("code_hex", BAD_ZIP))
        text = str(error.details.get("text", "The solution file is invalid."))
        return self._refused(
            code, f"{text} {error.message}", f"The package is broken: {error.message} Mend it, then retry."
        )

    def too_new(self, manifest: Manifest, highest: str) -> PlatformRefused | PlatformBusy:
        """The package was made on a newer platform."""
        return self._refused(
            PACKAGE_TOO_NEW,
            f"You can only import solutions with a package version of {highest} or earlier into this "
            "organization. Also, you can't import any solutions into this organization that were exported "
            f"from Microsoft Dynamics CRM 2011 or earlier. Solution {manifest.unique_name} has package "
            f"version {manifest.package_version}.",
            f"{manifest.unique_name} was exported from a more recent version than {self._instance} has. "
            "Update the instance, or use the package made for it.",
        )

    def language_not_installed(self, manifest: Manifest, language: int) -> PlatformRefused | PlatformBusy:
        """The portal's language, or the installation's, is not in the instance (R26)."""
        name = self._directory.language_name(language)
        return self._refused(
            LANGUAGE_NOT_ENABLED,
            "Translated labels for the following languages could not be imported because they have not "
            f"been enabled for this organization: {name}. Solution: {manifest.unique_name}.",
            f"{name} is not installed in {self._instance}. Install the language there, then retry.",
        )

    def language_differs(
        self, manifest: Manifest, language: int, required: int
    ) -> PlatformRefused | PlatformBusy:
        """The installation runs in another language than the portal's (R26)."""
        runs_in, portal = self._directory.language_name(language), self._directory.language_name(required)
        return self._refused(
            IMPORT_ERROR,
            f"{_IMPORT_FAILED} {manifest.unique_name}: the language of the installation, {runs_in}, is not "
            f"the language that the portal is to be installed in, {portal}. Set the installing user's "
            f"default language to {portal}.",
            f"The installation of {manifest.unique_name} runs in {runs_in}, and the portal is in {portal}. "
            "Retry it in the portal's language.",
        )

    def managed_mismatch(self, manifest: Manifest, *, is_managed: bool) -> PlatformRefused | PlatformBusy:
        """The solution is there in the other mode; `is_managed` is the package's."""
        there, supplied = ("an unmanaged", "managed") if is_managed else ("a managed", "unmanaged")
        return self._refused(
            MANAGED_OVER_UNMANAGED if is_managed else UNMANAGED_OVER_MANAGED,
            f"The solution is already installed on this system as {there} solution and the package supplied "
            f"is attempting to install it in {supplied} mode. Import can only continue when the modes "
            f"match. Uninstall the current solution and try again. Solution: {manifest.unique_name}.",
            f"{manifest.unique_name} stands in {self._instance} as {there} solution. Uninstall it, or use "
            "the package of that mode.",
        )

    def wrong_publisher(self, manifest: Manifest, publisher: str) -> PlatformRefused | PlatformBusy:
        """The solution is there from another publisher."""
        return self._refused(
            WRONG_PUBLISHER,
            f"The following managed solution cannot be imported: {manifest.unique_name}. The publisher name "
            f"cannot be changed from {publisher} to {manifest.publisher}.",
            f"{manifest.unique_name} in {self._instance} is {publisher}'s. Use that publisher's package.",
        )

    def holding_solution(self, unique_name: str) -> PlatformRefused | PlatformBusy:
        """An upgrade of the solution was begun and not finished."""
        return self._refused(
            HOLDING_SOLUTION,
            f"Solution manifest import: FAILURE: Holding solution {unique_name}_Upgrade already exists.",
            f"An upgrade of {unique_name} is pending in {self._instance}. Finish it, or delete "
            f"{unique_name}_Upgrade, then retry.",
        )

    def missing_dependencies(
        self, manifest: Manifest, lacking: Iterable[tuple[Requirement, Version | None]]
    ) -> PlatformRefused | PlatformBusy:
        """Solutions that must be there first are not (R16, R27), or only in a lower version."""
        wanted = list(lacking)
        words = "; ".join(_lack(requirement, found) for requirement, found in wanted)
        listed = "".join(_missing_element(manifest, requirement) for requirement, _ in wanted)
        return self._refused(
            MISSING_DEPENDENCIES,
            f"The following solution cannot be imported: {manifest.unique_name}. Some dependencies are "
            f"missing. {words}. The missing dependencies are : "
            f"<MissingDependencies>{listed}</MissingDependencies> , ProductUpdatesOnly : False",
            f"{manifest.unique_name} needs what {self._instance} lacks: {words}. Install or update that "
            "first, then retry.",
            missing=[requirement.solution for requirement, _ in wanted],
        )

    def template_broken(self, unique_name: str, path: str, reason: str) -> PlatformRefused | PlatformBusy:
        """A web template of the package does not render."""
        return self._refused(
            GENERIC_ERROR,
            "The import failed. For more information, see the related error messages. Web Template import: "
            f"FAILURE: '{path}' of solution {unique_name} could not be rendered. Liquid error: {reason}",
            f"The web template {path} of {unique_name} does not render ({reason}). Mend the package, then "
            "retry.",
        )

    def site_broken(self, unique_name: str, reason: str) -> PlatformRefused | PlatformBusy:
        """A file of the package's site content is not what it should be."""
        return self._refused(
            GENERIC_ERROR,
            "The import failed. For more information, see the related error messages. Website import: "
            f"FAILURE: a component of solution {unique_name} is not valid: {reason}",
            f"The site content of {unique_name} can't be used: {reason} Mend the package, then retry.",
        )

    def dependencies_exist(self, unique_name: str, dependents: list[str]) -> PlatformRefused | PlatformBusy:
        """Other solutions need the one that is to be removed."""
        return self._refused(
            DEPENDENCIES_EXIST,
            f"Solution dependencies exist, cannot uninstall. DependencyCount : {len(dependents)}. Solution "
            f"{unique_name} cannot be deleted due to dependencies from other components in the system: "
            f"{', '.join(dependents)}.",
            f"{', '.join(dependents)} in {self._instance} need {unique_name}. Uninstall them first.",
        )

    def solution_unknown(self, unique_name: str) -> PlatformRefused | PlatformBusy:
        """There is no such solution to remove."""
        return self._refused(
            DOES_NOT_EXIST,
            f"solution With UniqueName = {unique_name} Does Not Exist",
            f"{unique_name} is not installed in {self._instance}. Nothing is left to do.",
        )

    def website_unknown(self, website_id: str) -> PlatformRefused | PlatformBusy:
        """There is no such website."""
        return self._refused(
            DOES_NOT_EXIST,
            f"adx_website With Id = {website_id} Does Not Exist",
            f"The website is not there any more in {self._instance}. Create it first.",
        )

    def name_invalid(self, subdomain: str) -> PlatformRefused | PlatformBusy:
        """Not a name that a website can have (R9)."""
        return self._refused(
            INVALID_ARGUMENT,
            f"The website address '{subdomain}' is not valid: only letters, digits and hyphens are "
            "permitted.",
            f"'{subdomain}' can't be a portal's subdomain. Use letters, digits and hyphens.",
        )

    def name_taken(self, subdomain: str, free_at: datetime | None) -> PlatformRefused | PlatformBusy:
        """Another website has the name, or had it until just now (R10)."""
        until = (
            f"; a deleted website had it, and it is free again at {free_at:%Y-%m-%d %H:%M} UTC"
            if free_at
            else ""
        )
        return self._refused(
            DUPLICATE,
            f"A record with matching key values already exists. The website address '{subdomain}' is "
            f"already in use{until}.",
            f"The subdomain '{subdomain}' is taken{until}. Choose another{' or wait' if free_at else ''}.",
        )

    def language_unknown(self, language: int) -> PlatformRefused | PlatformBusy:
        """No website can be in this language."""
        return self._refused(
            INVALID_ARGUMENT,
            f"The language {language} is not valid for a website.",
            f"A portal can't be in {language}. Choose another language.",
        )

    def other_language(self, language: int, website_language: int) -> PlatformRefused | PlatformBusy:
        """Content in another language than the website's (R14)."""
        asked, has = self._directory.language_name(language), self._directory.language_name(website_language)
        return self._refused(
            INVALID_ARGUMENT,
            f"The language {asked} is not the website's language, {has}.",
            f"The website is in {has} and takes nothing in {asked}. Use its own language.",
        )

    def administrator_not_eligible(self, email: str) -> PlatformRefused | PlatformBusy:
        """The administrator does not hold the System Administrator role (R3)."""
        return self._refused(
            PRIVILEGE_DENIED,
            f"You don't have appropriate permissions: {email} is not a System Administrator of "
            f"{self._instance}.",
            f"{email} does not hold the System Administrator role in {self._instance}. Assign it directly, "
            "or choose another administrator.",
        )

    def _refused(
        self, code: str, text: str, message: str, *, missing: Iterable[str] = ()
    ) -> PlatformRefused | PlatformBusy:
        return refused(make_fault(code, text, self._at, missing=missing), message)


def _lack(requirement: Requirement, found: Version | None) -> str:
    needed = (
        f"{requirement.solution} ({requirement.version})" if requirement.version else requirement.solution
    )
    if found is None:
        return f"{needed} is not installed"
    return f"{needed} or higher is required and version {found} is installed"


def _missing_element(manifest: Manifest, requirement: Requirement) -> str:
    """The first component that the solution must bring, as the platform repeats the manifest."""
    first = next(d for d in manifest.missing if d.solution == requirement.solution)
    solution = (
        f"{requirement.solution} ({requirement.version})" if requirement.version else requirement.solution
    )
    return (
        f'<MissingDependency><Required type="{first.required_type}" schemaName="{first.required_name or ""}" '
        f'solution="{solution}" /><Dependent type="{first.dependent_type or ""}" '
        f'schemaName="{first.dependent_name or ""}" /></MissingDependency>'
    )
