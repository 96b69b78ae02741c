"""How alike two portals are, and what is lost and gained between them (R15, R16)."""

from hypothesis import given
from hypothesis import strategies as st

from core.insight.matrix import Matrix, MatrixFilter, view_of
from core.insight.matrix.likeness import likeness_of, move_of
from core.insight.matrix.wording import move_sentences
from tests.insight.matrix.conftest import OWN, filters

SLUGS = [column.slug for column in OWN.columns]


@given(filters())
def test_likeness_is_symmetric_and_one_with_itself_when_measured(wanted: MatrixFilter) -> None:
    found = likeness_of(view_of(OWN, wanted))
    for i, row in enumerate(found.values):
        assert row[i] == 1
        for j, value in enumerate(row):
            assert 0 <= value <= 1
            assert value == found.values[j][i]


def test_likeness_is_what_both_have_of_what_either_has_when_measured(matrix: Matrix) -> None:
    found = likeness_of(view_of(matrix, MatrixFilter()))
    # Customer Self-Service has 20 and Employee 21, one of them more.
    assert found.values[0][2] == 20 / 21
    extremes = found.extremes()
    assert extremes is not None
    assert [column.slug for column in extremes[0][:2]] == ["customer-self-service", "employee-self-service"]
    assert likeness_of(view_of(matrix, MatrixFilter(portals=("custom",)))).extremes() is None


@given(st.sampled_from(SLUGS), st.sampled_from(SLUGS))
def test_every_feature_of_either_is_lost_gained_or_kept_when_moved(source: str, target: str) -> None:
    move, back = move_of(OWN, source, target), move_of(OWN, target, source)
    assert (move.lost, move.gained, move.kept) == (back.gained, back.lost, back.kept)
    slugs = [row.slug for row in (*move.lost, *move.gained, *move.kept)]
    assert sorted(slugs) == sorted(OWN.features_of(source) | OWN.features_of(target))


def test_it_is_said_in_words_when_moved(matrix: Matrix) -> None:
    sentences = move_sentences(matrix, move_of(matrix, "customer-self-service", "community"))
    assert sentences == (
        "You gain 2 features: Ideas and Blogs.",
        "You lose 3 features: Faceted Search, Profile Management and Subscribe to Forum Thread.",
        "17 stay as they are.",
        "Customer Self-Service Portal is on offer to the audiences Partner and Customer.",
        "Community Portal is on offer to the audiences Partner and Customer.",
    )


def test_a_change_of_condition_is_said_when_moved_to_an_add_on(matrix: Matrix) -> None:
    sentences = move_sentences(matrix, move_of(matrix, "partner", "partner-field-service"))
    assert (
        "Field Service Integration no longer waits for the solution Field Service: it is always there."
        in sentences
    )
    assert "Partner Field Service needs Partner Portal and Field Service in the instance first." in sentences
    back = move_sentences(matrix, move_of(matrix, "partner-field-service", "partner"))
    assert "Field Service Integration is there with the solution Field Service only." in back


def test_nothing_is_lost_when_one_stays(matrix: Matrix) -> None:
    assert move_sentences(matrix, move_of(matrix, "custom", "custom"))[0] == (
        "Custom stays Custom: nothing is lost, nothing is gained."
    )
