"""Every error that Portico raises on purpose, in one tree.

PorticoError                      has a code, a sentence that says what to do next, the field, and details
├── InvalidRequest                what was asked breaks a rule; nothing was changed
│   ├── NameInvalid               name-invalid
│   ├── SubdomainInvalid          subdomain-invalid (R9)
│   ├── InstanceNotAvailable      instance-not-available (R2)
│   ├── AdministratorNotEligible  administrator-not-eligible (R3)
│   ├── LanguageNotSupported      language-not-supported (R13)
│   ├── LanguageNotInstalled      language-not-installed (R12)
│   ├── PortalNotForAudience      portal-not-for-audience (R15)
│   ├── TermsNotAccepted          terms-not-accepted (R18)
│   ├── DomainInvalid             domain-invalid, DomainNotVerified domain-not-verified (R11)
│   └── InvalidValue              invalid-value: any other value
├── NotPermitted
│   ├── NotSystemAdministrator    not-system-administrator (R1)
│   └── NotConsoleAdministrator   not-console-administrator
├── NotFound                      not-found
├── Conflict                      the state of things does not allow it (now)
│   ├── SubdomainTaken            subdomain-taken (R10)
│   ├── DomainTaken               domain-taken
│   ├── UrlImmutable              url-immutable (R11)
│   ├── NoFreeApplication         no-free-application (R4)
│   ├── PrerequisiteMissing       prerequisite-missing (R16)
│   └── InstanceBlocked           instance-blocked: what --force goes past
├── SeveralErrors                 several of the above at once
├── PlatformError                 what a platform answered
│   ├── PlatformRefused           a final answer about what was asked, with the platform's own code
│   ├── PlatformBusy              a lock or a throttle: passes by itself (is_retryable)
│   └── PlatformUnreachable       no answer (is_retryable)
├── PackageError                  a package's file is not what it should be
├── DataError                     a file under data/ is wrong: file, key, reason
├── StoreError
│   ├── StoreOlder                store-older: migrate
│   └── StoreNewer                store-newer: update Portico
└── SettingInvalid                setting-invalid
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class PorticoError(Exception):
    """An error with a sentence for people. `field` is the option's name without its dashes, or None."""

    code: ClassVar[str] = "error"
    default_field: ClassVar[str | None] = None
    is_retryable: ClassVar[bool] = False

    def __init__(
        self, message: str, *, field: str | None = None, details: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field if field is not None else self.default_field
        self.details: dict[str, Any] = dict(details or {})

    def as_dict(self) -> dict[str, Any]:
        """The error as the command line prints it: code, message, field, details."""
        return {"code": self.code, "message": self.message, "field": self.field, "details": self.details}


class InvalidRequest(PorticoError):
    """What was asked breaks a rule; nothing was changed."""

    code = "invalid-request"


class InvalidValue(InvalidRequest):
    """A value that no rule of its own covers."""

    code = "invalid-value"


class NameInvalid(InvalidRequest):
    """The portal's name is empty, too long or holds control characters (R5)."""

    code = "name-invalid"
    default_field = "name"


class SubdomainInvalid(InvalidRequest):
    """Not a DNS label of ASCII letters, digits and hyphens (R9)."""

    code = "subdomain-invalid"
    default_field = "subdomain"


class InstanceNotAvailable(InvalidRequest):
    """Who acts is neither System Administrator nor System Customizer there (R2)."""

    code = "instance-not-available"
    default_field = "instance"


class AdministratorNotEligible(InvalidRequest):
    """The portal administrator is no System Administrator of the instance (R3)."""

    code = "administrator-not-eligible"
    default_field = "administrator"


class LanguageNotSupported(InvalidRequest):
    """No portal is offered in this language (R13)."""

    code = "language-not-supported"
    default_field = "language"


class LanguageNotInstalled(InvalidRequest):
    """The instance does not have this language (R12)."""

    code = "language-not-installed"
    default_field = "language"


class PortalNotForAudience(InvalidRequest):
    """The audience is not offered this portal (R15)."""

    code = "portal-not-for-audience"
    default_field = "portal"


class TermsNotAccepted(InvalidRequest):
    """Nothing starts before the Terms of Service are accepted (R18)."""

    code = "terms-not-accepted"
    default_field = "accept-terms"


class DomainInvalid(InvalidRequest):
    """Not a domain name that a portal can have (R11)."""

    code = "domain-invalid"
    default_field = "domain"


class DomainNotVerified(InvalidRequest):
    """Neither the DNS record nor the file shows that the domain is theirs (R11)."""

    code = "domain-not-verified"
    default_field = "domain"


class NotPermitted(PorticoError):
    """Who acts may not do this."""

    code = "not-permitted"
    default_field = "as"


class NotSystemAdministrator(NotPermitted):
    """Only a System Administrator of the instance may do this (R1)."""

    code = "not-system-administrator"


class NotConsoleAdministrator(NotPermitted):
    """Only the console's administrator may do this."""

    code = "not-console-administrator"


class NotFound(PorticoError):
    """What was named does not exist."""

    code = "not-found"


class Conflict(PorticoError):
    """The state of things does not allow it."""

    code = "conflict"


class SubdomainTaken(Conflict):
    """Another portal holds the subdomain, or it is in its purge time (R10)."""

    code = "subdomain-taken"
    default_field = "subdomain"


class DomainTaken(Conflict):
    """Another portal has the custom domain."""

    code = "domain-taken"
    default_field = "domain"


class UrlImmutable(Conflict):
    """The URL of a provisioned portal never changes (R11)."""

    code = "url-immutable"
    default_field = "subdomain"


class NoFreeApplication(Conflict):
    """Every licence is in use (R4)."""

    code = "no-free-application"
    default_field = "application"


class PrerequisiteMissing(Conflict):
    """Solutions that must be there first are not (R16); details: missing [unique name]."""

    code = "prerequisite-missing"
    default_field = "portal"


class InstanceBlocked(Conflict):
    """The state of the instance blocks the work; an administrator can go on (`--force`)."""

    code = "instance-blocked"
    default_field = "instance"


class SeveralErrors(PorticoError):
    """Several errors at once; the first stands for all."""

    def __init__(self, errors: Sequence[PorticoError]) -> None:
        first = errors[0]
        super().__init__(first.message, field=first.field, details=first.details)
        self.errors = tuple(errors)

    def as_dict(self) -> dict[str, Any]:
        """The first of them; the command line prints all under `errors`."""
        return self.errors[0].as_dict()


class PlatformError(PorticoError):
    """What a platform answered instead of doing it."""

    code = "platform-error"
    default_field = None


class PlatformRefused(PlatformError):
    """A final answer; details: code_hex, code_dec, text (the platform's words), correlation_id."""

    code = "platform-refused"


class PlatformBusy(PlatformError):
    """A lock or a throttle that passes by itself; details as of a refusal."""

    code = "platform-busy"
    is_retryable = True


class PlatformUnreachable(PlatformError):
    """No answer came."""

    code = "platform-unreachable"
    is_retryable = True


class PackageError(PorticoError):
    """A package's file is not what it should be; `code` says how."""

    code = "package-invalid"
    default_field = "file"


class DataError(PorticoError):
    """A record under data/ is wrong; details: file, key, reason."""

    code = "data-invalid"

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key}: {reason}", details={"file": file, "key": key, "reason": reason})


class StoreError(PorticoError):
    """The store can't be used."""

    code = "store-error"


class StoreOlder(StoreError):
    """The store is of an earlier version."""

    code = "store-older"


class StoreNewer(StoreError):
    """The store is of a later version."""

    code = "store-newer"


class SettingInvalid(PorticoError):
    """A setting from the environment is wrong."""

    code = "setting-invalid"
