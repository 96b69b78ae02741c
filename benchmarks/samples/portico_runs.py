"""Provision portals, so many at a time, and tell how long it took."""

import json
import sys
import time

from benchmarks.apart import Work
from benchmarks.samples import tenant
from core.bootstrap import Services
from core.provisioning.plan import plan_steps


def provision_all(services: Services, work: Work, instances: list[str]) -> float:
    """Submit the runs, never more than `at_a_time` under way; returns the seconds spent in the submits."""
    submitting_s = 0.0
    before = tenant.count_ended(services)
    for number in range(work.runs):
        tenant.wait_until_ended(services, before + number - work.at_a_time + 1)
        began = time.perf_counter()
        tenant.submit(services, instances[number % len(instances)], f"bench-{number}")
        submitting_s += time.perf_counter() - began
    tenant.wait_until_ended(services, before + work.runs)
    return submitting_s


def measure(work: Work) -> dict[str, float]:
    """Seconds for all runs (submits included), of the processor, for the submits alone, and how many steps a run has."""
    services = tenant.open_tenant(work.data_dir, work.database_url)
    tenant.add_licences(services, work.runs + 1)
    first = tenant.add_instances(services, "warm-up", 1)
    instances = tenant.add_instances(services, "bench", work.at_a_time)
    with services.engine().running():
        tenant.submit(services, first[0], "warm-up")
        tenant.wait_until_ended(services, 1)
        began, used = time.perf_counter(), time.process_time()
        submitting_s = provision_all(services, work, instances)
        all_s, cpu_s = time.perf_counter() - began, time.process_time() - used
    services.close()
    # The workflow's checkpoints: the planned steps between the run's beginning and its end.
    steps = len(plan_steps(services.catalogue, "custom")) + 2
    return {"all_s": all_s, "cpu_s": cpu_s, "submitting_s": submitting_s, "steps": steps}


if __name__ == "__main__":
    print(json.dumps(measure(Work(**json.loads(sys.argv[1])))))
