"""What people wrote, made safe to stand in Markdown; and words for things that the core names by slug."""

import re

from core.catalogue.models import Language

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=@])")

STEPS = {
    "clear-website": "Take the old content away",
    "delete-website": "Delete the old website",
    "create-website": "Create the website",
    "install": "Install the solutions",
    "sample-data": "Add the sample data",
    "administrator": "Assign the administrator",
    "publish": "Publish the website",
    "probe": "See whether the portal answers",
}
TYPES = {"production": "Production", "trial": "Trial"}
RUN_KINDS = {
    "provision": "Provisioning",
    "restart": "Restart",
    "change": "Restart with changed values",
    "heal": "Finish after the solutions were healed",
    "retry": "Retry",
    "install": "Installation",
}
ACTS = {
    "provision": "Asked for the portal",
    "rename": "Renamed the portal",
    "add-domain": "Added a custom domain",
    "verify-domain": "Verified a custom domain",
    "remove-domain": "Removed a custom domain",
    "cancel": "Cancelled the run",
    "delete": "Deleted the portal",
    "reset": "Reset the application to Not Configured",
    "restart": "Restarted provisioning",
    "change-and-restart": "Changed values and restarted provisioning",
    "heal": "Finished the portal after its solutions were healed",
    "retry": "Retried refused solutions",
    "install": "Installed solutions",
    "give-up": "Gave up a solution that was refused",
    "uninstall": "Uninstalled a solution",
    "add-package": "Added a package",
    "withdraw-package": "Withdrew a package",
    "add-applications": "Added licences",
    "add-instance": "Added the instance",
    "change-instance": "Changed the instance",
    "import-solution": "Imported a solution on the instance",
    "note-feature": "Noted on a feature",
    "save-view": "Saved a view",
    "share-view": "Shared a view",
    "delete-view": "Deleted a view",
    "run-succeeded": "The run went through",
    "run-failed": "The run failed",
    "run-cancelled": "The run was cancelled",
}
BULK_ACTS = {"restart": "Restart", "retry": "Retry", "rename": "Rename"}


def plain(text: str) -> str:
    """The text with everything escaped that Markdown or Streamlit would read as something else."""
    return _SPECIAL.sub(r"\\\1", text.replace("\n", " "))


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: "1 portal", "12,408 portals"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def language_label(language: Language) -> str:
    """A language by its name and its own: "French - France · français"."""
    own = "" if language.native_name == language.name else f" · {language.native_name}"
    return language.name + own


def act(slug: str) -> str:
    """What somebody did, in words."""
    return ACTS.get(slug, slug.replace("-", " ").capitalize())
