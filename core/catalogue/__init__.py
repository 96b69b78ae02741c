"""What can be provisioned: audiences, portals, features, packages, languages, terms; from data/catalogue/."""

from core.catalogue.catalogue import Catalogue
from core.catalogue.loading import load_catalogue
from core.catalogue.models import (
    Audience,
    Delivery,
    Feature,
    Language,
    OtherSolution,
    PortalTemplate,
    Sighting,
    Terms,
    is_unsupported_language,
)

__all__ = [
    "Audience",
    "Catalogue",
    "Delivery",
    "Feature",
    "Language",
    "OtherSolution",
    "PortalTemplate",
    "Sighting",
    "Terms",
    "is_unsupported_language",
    "load_catalogue",
]
