"""The form's values in words."""

from core.bootstrap import Services
from pages.ui.actor import person

FIELDS = {
    "name": "Name",
    "subdomain": "Portal URL",
    "language": "Language",
    "administrator": "Administrator",
    "audience": "Audience",
    "portal": "Portal",
}


def shown(services: Services, field: str, value: object) -> str:
    """A value as people read it."""
    catalogue = services.catalogue
    if field == "language" and isinstance(value, int):
        return catalogue.language(value).name
    if field == "administrator":
        return person(str(value))
    if field == "audience":
        return catalogue.audience(str(value)).name
    return catalogue.portal(str(value)).name if field == "portal" else str(value)
