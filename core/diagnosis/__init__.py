"""From an error to its cause, its remedy and what to do next; the knowledge is in data/diagnosis/."""

from core.diagnosis.diagnoser import Diagnoser, Diagnosis
from core.diagnosis.loading import diagnose, find_diagnoser, load_diagnoser
from core.diagnosis.naming import Named
from core.diagnosis.reading import load_records
from core.diagnosis.records import UNKNOWN, Record

__all__ = [
    "UNKNOWN",
    "Diagnoser",
    "Diagnosis",
    "Named",
    "Record",
    "diagnose",
    "find_diagnoser",
    "load_diagnoser",
    "load_records",
]
