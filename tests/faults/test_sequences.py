"""Whatever people and machines do one after another, store and platform agree in the end.

Where they don't, Hypothesis prints the sequence as a script: a machine is made and its rules are called.
"""

import tempfile
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    multiple,
    rule,
    run_state_machine_as_test,
)

from core.access import Actor
from core.catalogue import load_catalogue
from core.portals.commands import Started
from core.provisioning.plan import plan_steps
from core.settings import Settings
from tests.faults import processes
from tests.faults.processes import KILLED
from tests.faults.reconciliation import reconcile
from tests.provisioning.world import CONTOSO, FABRIKAM, Place, World, copy_data

PLACES = (CONTOSO, FABRIKAM)
STEPS = tuple(step.name for step in plan_steps(load_catalogue(), "custom"))
# Licences are ten and three; sequences are shorter.
TEMPLATES = ("custom", "custom", "partner-field-service")


class Sequences(RuleBasedStateMachine):
    """A console, two instances, and processes that come and go."""

    made_data: ClassVar[Path]
    submitted = Bundle("submitted")

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(prefix="portico-sequence-")
        data_dir = Path(self._folder.name) / "data"
        copy_data(self.made_data, data_dir)
        self.world = World(Settings(data_dir=data_dir, platform_patience_s=0))
        self.names: dict[int, str] = {}

    @initialize(target=submitted)
    def first(self) -> Started:
        return self._submit("custom", 0)

    @rule(target=submitted, template=st.sampled_from(TEMPLATES), place=st.sampled_from([0, 1]))
    def submit(self, template: str, place: int) -> object:
        return self._submit(template, place) if len(self.names) < 6 else multiple()

    @rule(started=consumes(submitted))
    def cancel(self, started: Started) -> None:
        if self.world.run(started.run_id).ended_at is None:
            self.world.cancel(started.run_id)

    @rule(started=submitted, name=st.sampled_from(["A name", "Another name"]))
    def rename(self, started: Started, name: str) -> None:
        place = next(p for p in PLACES if p.instance == self.world.portal(started.portal_id).instance)
        self.world.services.portals.rename(started.portal_id, name, Actor(place.email))
        self.names[started.portal_id] = name

    @rule(place=st.sampled_from(PLACES), is_on=st.booleans())
    def administration_mode(self, place: Place, is_on: bool) -> None:
        self.world.change("administration-mode", place, is_on=is_on)

    @rule(place=st.sampled_from(PLACES), is_on=st.booleans())
    def reachable(self, place: Place, is_on: bool) -> None:
        self.world.change("reachable", place, is_on=is_on)

    @rule(
        step=st.sampled_from(STEPS), moment=st.sampled_from(["begun", "effect", "recorded", "checkpointed"])
    )
    def crash(self, step: str, moment: str) -> None:
        ended = processes.run(processes.drain, self.world.settings, crash_point=f"{step}:{moment}")
        assert ended in (0, KILLED)  # 0 where no run came to that point

    @rule()
    def work(self) -> None:
        assert processes.run(processes.drain, self.world.settings) == 0

    def teardown(self) -> None:
        try:
            self.work()
            for place in PLACES:
                self.world.change("reachable", place, is_on=True)
            reconcile(self.world)
            for portal_id, name in self.names.items():
                assert self.world.portal(portal_id).name == name
        finally:
            self.world.close()
            self._folder.cleanup()

    def _submit(self, template: str, place: int) -> Started:
        subdomain = f"portal-{len(self.names)}"
        started = self.world.submit(template, PLACES[place], subdomain, force=True)
        self.names[started.portal_id] = self.world.portal(started.portal_id).name
        return started


@pytest.mark.slow
def test_store_and_platform_agree_when_anything_happens_in_any_order(made_data: Path) -> None:
    Sequences.made_data = made_data
    # Each step may be a process's life: few examples, but real ones.
    limits = settings(max_examples=5, stateful_step_count=8, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Sequences, settings=limits)
