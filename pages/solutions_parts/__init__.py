"""The parts of Solution Management."""
