"""The matrix of the catalogue, made once a process."""

import streamlit as st

from core.catalogue import Catalogue
from core.insight.matrix import Matrix, matrix_of


@st.cache_resource(show_spinner=False, max_entries=1)
def whole_matrix(_catalogue: Catalogue) -> Matrix:
    """The matrix; the catalogue never changes while the process lives."""
    return matrix_of(_catalogue)
