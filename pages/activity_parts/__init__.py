"""The parts of the page Activity."""
