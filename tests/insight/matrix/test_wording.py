"""The sentences above and below the table."""

import pytest

from core.insight.matrix import Matrix, MatrixFilter, view_of
from core.insight.matrix.answers import answer_lines
from core.insight.matrix.ranking import ranking_of
from core.insight.matrix.wording import delivery, headline, hidden_sentence


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (MatrixFilter(), "5 portals, 26 features. Choose what you must have, and the portals are ranked."),
        (
            MatrixFilter(must_haves=("forums", "ideas", "blogs")),
            "Community meets all 3; next is Customer Self-Service, without Ideas and Blogs.",
        ),
        (
            MatrixFilter(must_haves=("forums", "comments")),
            (
                "Customer Self-Service, Employee Self-Service and Community meet both; the least of them is Community, "
                "with 19 features; next is Partner, without Forums and Comments."
            ),
        ),
        (
            MatrixFilter(must_haves=("theming",)),
            (
                "Customer Self-Service, Partner, Employee Self-Service, Community and Custom meet the must-have; "
                "the least of them is Custom, with 12 features."
            ),
        ),
        (
            MatrixFilter(must_haves=("ideas", "faceted-search")),
            "No portal meets both; Customer Self-Service, without Ideas, comes closest.",
        ),
        (MatrixFilter(must_haves=("blogs",), audience="employee"), "No portal shown has Blogs."),
        (
            MatrixFilter(weights=(("ideas", 3),)),
            "By your weights, Community with 3 points comes first; next is Customer Self-Service with 0 points.",
        ),
        (MatrixFilter(portals=("partner",), audience="employee"), "No portal is left: take a filter away."),
    ],
)
def test_the_headline_answers_when_asked(matrix: Matrix, wanted: MatrixFilter, sentence: str) -> None:
    view = view_of(matrix, wanted)
    assert headline(view, ranking_of(view)) == sentence


@pytest.mark.parametrize(
    ("wanted", "lines"),
    [
        (MatrixFilter(), []),
        (
            MatrixFilter(must_haves=("ideas", "faceted-search")),
            ["Together, Customer Self-Service and Community have both."],
        ),
        (
            MatrixFilter(must_haves=("ideas",), audience="employee"),
            ["No portal shown has Ideas, so no combination has all."],
        ),
        (
            MatrixFilter(must_haves=("field-service-integration",)),
            ["Partner has Field Service Integration with the solution Field Service only."],
        ),
        (MatrixFilter(portals=("partner",), audience="employee", must_haves=("blogs",)), []),
    ],
)
def test_more_is_said_beneath_it_when_there_is_more(
    matrix: Matrix, wanted: MatrixFilter, lines: list[str]
) -> None:
    view = view_of(matrix, wanted)
    assert answer_lines(view, ranking_of(view)) == lines


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (MatrixFilter(), ""),
        (MatrixFilter(only="differences"), "Differences only hides 12 equal rows."),
        (MatrixFilter(only="common"), "In common only hides 14 rows that some portal shown lacks."),
        (
            MatrixFilter(only="differences", portals=("partner", "partner-field-service")),
            (
                "Differences only hides 26 equal rows. Of these, Field Service Integration waits for a solution in some "
                "portals only."
            ),
        ),
    ],
)
def test_hidden_rows_are_counted_when_rows_are_hidden(
    matrix: Matrix, wanted: MatrixFilter, sentence: str
) -> None:
    assert hidden_sentence(view_of(matrix, wanted)) == sentence


def test_delivery_is_explained_when_a_row_is_opened(matrix: Matrix) -> None:
    assert delivery(matrix, matrix.row("world-ready")) == "Delivered by the platform itself."
    assert delivery(matrix, matrix.row("forums")) == "Delivered by the solution MicrosoftForums."
    assert delivery(matrix, matrix.row("field-service-integration")) == (
        "Delivered as site content of the portal, and seen once Field Service is in the instance."
    )
