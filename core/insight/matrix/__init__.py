"""The feature matrix that managers decide with (R17): what is shown, who is ranked first, and why."""

from core.insight.matrix.building import matrix_of
from core.insight.matrix.filtering import view_of
from core.insight.matrix.models import (
    MOST_WEIGHT,
    AddOnGain,
    Cell,
    Column,
    Matrix,
    MatrixFilter,
    Only,
    Row,
    View,
)

__all__ = [
    "MOST_WEIGHT",
    "AddOnGain",
    "Cell",
    "Column",
    "Matrix",
    "MatrixFilter",
    "Only",
    "Row",
    "View",
    "matrix_of",
    "view_of",
]
