"""Ways to spoil the catalogue, each with the file, the key and the reason that it must be refused with."""

from collections.abc import Callable
from pathlib import Path

FORUMS = "features/forums.yaml"
Spoil = Callable[[Path], None]


def replace(file: str, old: str, new: str) -> Spoil:
    """Change the first place in the file that reads so."""

    def spoil(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, "the test's own text is stale"
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return spoil


def write(file: str, content: str | bytes) -> Spoil:
    """Put this in the file's place."""

    def spoil(folder: Path) -> None:
        (folder / file).write_bytes(content.encode() if isinstance(content, str) else content)

    return spoil


def append(file: str, text: str) -> Spoil:
    """Add this at the file's end."""
    return lambda folder: write(file, (folder / file).read_text(encoding="utf-8") + text)(folder)


def remove(file: str) -> Spoil:
    """Take the file away."""
    return lambda folder: (folder / file).unlink()


def empty_features(folder: Path) -> None:
    """Take every feature away."""
    for path in (folder / "features").iterdir():
        path.unlink()


ARABIC = "- {lcid: 2049, code: ar-IQ, name: Arabic - Iraq, native_name: العربية, direction: rtl}\n"
HEBREW_BY_CODE = "- {lcid: 1099, code: he-IL, name: Hebrew - Israel, native_name: עברית, direction: rtl}\n"
FRENCH_LCID = "- {lcid: 1036, code: fr-CA, name: French - Canada, native_name: français, direction: ltr}\n"
FRENCH_CODE = "- {lcid: 3084, code: fr-FR, name: French - Canada, native_name: français, direction: ltr}\n"
FRENCH_NAME = "- {lcid: 3084, code: fr-CA, name: French - France, native_name: français, direction: ltr}\n"
LONELY = (
    "- {slug: lonely, name: Lonely Portal, purpose: For nobody., is_optional: false, "
    "requires: [], solutions: [LonelyPortal]}\n"
)

WRONG = {
    # file: key: reason, each with how the record was spoilt
    "portal-without-name": (
        replace("portals.yaml", "  name: Partner Portal\n", ""),
        "portals.yaml",
        "partner.name",
        "Field required",
    ),
    "portal-without-slug": (
        replace("portals.yaml", "- slug: partner\n  name", "- name"),
        "portals.yaml",
        "#2.slug",
        "Field required",
    ),
    "portal-with-unknown-key": (
        replace("portals.yaml", "requires: []", "requires: []\n  colour: red"),
        "portals.yaml",
        "customer-self-service.colour",
        "not permitted",
    ),
    "portal-with-text-as-flag": (
        replace("portals.yaml", "is_optional: false", "is_optional: 'no'"),
        "portals.yaml",
        "customer-self-service.is_optional",
        "valid boolean",
    ),
    "portal-with-text-as-list": (
        replace("portals.yaml", "requires: []", "requires: FieldService"),
        "portals.yaml",
        "customer-self-service.requires",
        "valid list",
    ),
    "portal-with-number-as-solution": (
        replace("portals.yaml", "    - CustomerPortal", "    - 7"),
        "portals.yaml",
        "customer-self-service.solutions.20",
        "valid string",
    ),
    "portal-with-impossible-solution": (
        replace("portals.yaml", "    - CustomerPortal", "    - Customer Portal"),
        "portals.yaml",
        "customer-self-service.solutions.20",
        "should match pattern",
    ),
    "portal-without-solutions": (
        replace("portals.yaml", "solutions:\n    - PartnerFieldService", "solutions: []"),
        "portals.yaml",
        "partner-field-service.solutions",
        "at least 1 item",
    ),
    "portal-with-impossible-slug": (
        replace("portals.yaml", "slug: community", "slug: Community"),
        "portals.yaml",
        "Community.slug",
        "should match pattern",
    ),
    "portal-twice": (
        replace("portals.yaml", "slug: community", "slug: partner"),
        "portals.yaml",
        "slug",
        "partner is there twice",
    ),
    "portal-name-twice": (
        replace("portals.yaml", "name: Community Portal", "name: Partner Portal"),
        "portals.yaml",
        "name",
        "Partner Portal is there twice",
    ),
    "solution-twice": (
        replace("portals.yaml", "    - CustomerPortal", "    - Feedback"),
        "portals.yaml",
        "customer-self-service.solutions",
        "Feedback is there twice",
    ),
    "required-and-brought": (
        replace("portals.yaml", "requires: []", "requires: [Feedback]"),
        "portals.yaml",
        "customer-self-service.requires",
        "Feedback is there twice",
    ),
    "unknown-required-solution": (
        replace("portals.yaml", "    - FieldService", "    - FeildService"),
        "portals.yaml",
        "partner-field-service.requires",
        "FeildService is no known solution",
    ),
    "unknown-content": (
        replace("portals.yaml", "content_of: partner", "content_of: partners"),
        "portals.yaml",
        "partner-project-service.content_of",
        "partners is no known portal of the matrix",
    ),
    "content-of-an-add-on": (
        replace("portals.yaml", "content_of: partner", "content_of: partner-field-service"),
        "portals.yaml",
        "partner-project-service.content_of",
        "partner-field-service is no known portal of the matrix",
    ),
    "offered-to-nobody": (
        append("portals.yaml", LONELY),
        "portals.yaml",
        "lonely",
        "is offered to no audience",
    ),
    "unknown-portal-of-audience": (
        replace("audiences.yaml", "- community", "- comunity"),
        "audiences.yaml",
        "partner.portals",
        "comunity is no known portal",
    ),
    "portal-twice-in-audience": (
        replace("audiences.yaml", "- custom\n", "- customer-self-service\n"),
        "audiences.yaml",
        "partner.portals",
        "customer-self-service is there twice",
    ),
    "audience-twice": (
        replace("audiences.yaml", "slug: employee", "slug: partner"),
        "audiences.yaml",
        "slug",
        "partner is there twice",
    ),
    "audience-name-twice": (
        replace("audiences.yaml", "name: Employee", "name: Partner"),
        "audiences.yaml",
        "name",
        "Partner is there twice",
    ),
    "audience-no-record": (
        append("audiences.yaml", "- guest\n"),
        "audiences.yaml",
        "#4",
        "should be a record",
    ),
    "audiences-no-list": (
        write("audiences.yaml", "partner: Partner\n"),
        "audiences.yaml",
        "(file)",
        "should be a list",
    ),
    "audiences-empty": (write("audiences.yaml", ""), "audiences.yaml", "(file)", "should be a list"),
    "audiences-missing": (remove("audiences.yaml"), "audiences.yaml", "(file)", "is missing"),
    "audiences-broken": (write("audiences.yaml", "- [1, 2\n"), "audiences.yaml", "(file)", "is not YAML"),
    "audiences-not-text": (
        write("audiences.yaml", b"\xff\xfe\x00"),
        "audiences.yaml",
        "(file)",
        "cannot be read",
    ),
    "other-solution-brought": (
        replace("other_solutions.yaml", "FieldService", "Feedback"),
        "portals.yaml",
        "partner-field-service.requires",
        "FieldService is no known solution",
    ),
    "other-solution-also-brought": (
        append("other_solutions.yaml", "- {unique_name: Feedback, name: Feedback, explanation: Ours.}\n"),
        "other_solutions.yaml",
        "Feedback",
        "is brought by a portal's package",
    ),
    "arabic": (append("languages.yaml", ARABIC), "languages.yaml", "2049", "Arabic and Hebrew"),  # R13
    "hebrew": (
        append("languages.yaml", HEBREW_BY_CODE),
        "languages.yaml",
        "1099",
        "Arabic and Hebrew",
    ),  # R13
    "language-twice": (
        append("languages.yaml", FRENCH_LCID),
        "languages.yaml",
        "lcid",
        "1036 is there twice",
    ),
    "code-twice": (append("languages.yaml", FRENCH_CODE), "languages.yaml", "code", "fr-FR is there twice"),
    "name-twice": (
        append("languages.yaml", FRENCH_NAME),
        "languages.yaml",
        "name",
        "French - France is there twice",
    ),
    "lcid-as-text": (
        replace("languages.yaml", "lcid: 1036", "lcid: '1036'"),
        "languages.yaml",
        "1036.lcid",
        "valid integer",
    ),
    "impossible-code": (
        replace("languages.yaml", "fr-FR", "french"),
        "languages.yaml",
        "1036.code",
        "should match pattern",
    ),
    "impossible-direction": (
        replace("languages.yaml", "français, direction: ltr", "français, direction: up"),
        "languages.yaml",
        "1036.direction",
        "'ltr' or 'rtl'",
    ),
    "feature-without-explanation": (
        replace(FORUMS, "explanation:", "explanations:"),
        FORUMS,
        "explanation",
        "Field required",
    ),
    "feature-with-unknown-key": (append(FORUMS, "colour: red\n"), FORUMS, "colour", "not permitted"),
    "feature-with-doubled-key": (append(FORUMS, "order: 9\n"), FORUMS, "order", "is there twice"),
    "feature-with-its-slug": (append(FORUMS, "slug: forums\n"), FORUMS, "slug", "is the file's name"),
    "feature-with-text-as-order": (
        replace(FORUMS, "order: 9", "order: nine"),
        FORUMS,
        "order",
        "valid integer",
    ),
    "feature-order-twice": (
        replace("features/ideas.yaml", "order: 15", "order: 9"),
        "features/ideas.yaml",
        "order",
        "9 is there twice: forums has it",
    ),
    "feature-of-unknown-group": (
        replace(FORUMS, "group: community", "group: fun"),
        FORUMS,
        "group",
        "should be",
    ),
    "feature-in-another-file": (
        replace(FORUMS, "name: Forums", "name: Fora"),
        FORUMS,
        "name",
        "'Fora' belongs into fora.yaml",
    ),
    "feature-of-unknown-portal": (
        replace(FORUMS, "  - community", "  - comunity"),
        FORUMS,
        "portals",
        "comunity is no known portal of the matrix",
    ),
    "feature-of-an-add-on": (
        append(FORUMS, "  - partner-field-service\n"),
        FORUMS,
        "portals",
        "partner-field-service is no known portal of the matrix",
    ),
    "dot-twice": (append(FORUMS, "  - community\n"), FORUMS, "portals", "community is there twice"),
    "dot-too-many": (
        append(FORUMS, "  - partner\n"),
        FORUMS,
        "portals",
        "has partner, whose package does not bring MicrosoftForums",
    ),  # R17
    "dot-too-few": (
        replace(FORUMS, "  - community\n", ""),
        FORUMS,
        "portals",
        "lacks community, whose package brings MicrosoftForums",
    ),  # R17
    "feature-of-unknown-solution": (
        replace(FORUMS, "MicrosoftForums", "MicrosoftFora"),
        FORUMS,
        "delivered.solution",
        "MicrosoftFora is no known solution",
    ),
    "feature-with-unknown-solution": (
        replace(
            "features/field-service-integration.yaml", "with_solution: FieldService", "with_solution: Field"
        ),
        "features/field-service-integration.yaml",
        "delivered.with_solution",
        "Field is no known solution",
    ),
    "solution-not-named": (
        replace(FORUMS, "  solution: MicrosoftForums\n", ""),
        FORUMS,
        "delivered",
        "a solution is named exactly where",
    ),
    "delivered-by-magic": (replace(FORUMS, "by: solution", "by: magic"), FORUMS, "delivered.by", "should be"),
    "page-without-path": (
        replace(FORUMS, "at: /forums", "at: forums"),
        FORUMS,
        "seen",
        "no place for a page",
    ),
    "seen-twice": (
        replace("features/ideas.yaml", "at: /ideas", "at: /forums"),
        "features/ideas.yaml",
        "seen.at",
        "/forums is there twice: forums has it",
    ),
    "feature-no-record": (write(FORUMS, "- Forums\n"), FORUMS, "(file)", "should be a record"),
    "feature-of-another-ending": (
        write("features/forums.yml", "name: Forums\n"),
        "features/forums.yml",
        "(file)",
        "should end in .yaml",
    ),
    "no-feature": (empty_features, "features", "(file)", "holds no feature"),
    "terms-without-version": (
        replace("terms.md", 'version: "1.0"\n', ""),
        "terms.md",
        "version",
        "Field required",
    ),
    "terms-with-number-as-version": (
        replace("terms.md", '"1.0"', "1.0"),
        "terms.md",
        "version",
        "valid string",
    ),
    "terms-without-front-matter": (
        write("terms.md", "Be kind.\n"),
        "terms.md",
        "(file)",
        "should begin with a front matter",
    ),
    "terms-without-text": (
        write("terms.md", '---\nversion: "1"\ntitle: Terms\n---\n'),
        "terms.md",
        "text",
        "at least 1 character",
    ),
}
