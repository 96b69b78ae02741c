"""Small Streamlit pages to compare with."""
