"""What each step does on the platform: one short call, idempotent by its operation key.

Each returns the operation that it began, or None where nothing is left to do. Nothing here writes our rows.
"""

from core.errors import NotFound, PlatformUnreachable
from core.platforms.port import ImportRequest, Operation, WebsiteRequest
from core.provisioning.context import StepContext
from core.provisioning.failures import Refused
from core.provisioning.progress import Job, JobPortal
from core.solutions.version import Version


def create_website(context: StepContext, job: Job) -> Operation:
    """The website under the portal's URL; once a portal, by the portal's key."""
    portal = _portal(job)
    request = WebsiteRequest(
        instance=job.instance,
        subdomain=portal.subdomain,
        name=portal.name,
        language=portal.language,
        template=portal.template,
        on_behalf_of=job.requested_by,
    )
    return context.platform.create_website(f"{portal.key}:website", request)


def clear_website(context: StepContext, job: Job) -> Operation:
    """The earlier attempt's content away, and the new language and template; once a run (R23)."""
    portal = _portal(job)
    return context.platform.clear_website(
        f"{job.run_id}:clear", job.instance, _website(portal), portal.language, portal.template
    )


def delete_website(context: StepContext, job: Job) -> Operation:
    """The earlier attempt's website away; once a run (R23)."""
    return context.platform.delete_website(f"{job.run_id}:delete", job.instance, _website(_portal(job)))


def is_installed(context: StepContext, job: Job) -> bool:
    """Whether the solution stands in the instance in our version or a higher one: an earlier attempt's work counts."""
    found = context.platform.instance(job.instance).solution(_solution(job))
    return found is not None and Version.parse(found.version) >= Version.parse(
        context.packages.version(_solution(job))
    )


def import_solution(context: StepContext, job: Job) -> Operation:
    """Begin the import, as whoever submitted or retried it, in the run's language (R26); once an attempt."""
    request = ImportRequest(
        instance=job.instance,
        package=context.packages.zip_bytes(_solution(job)),
        language=job.language,
        on_behalf_of=job.requested_by,
        required_language=job.required_language,
    )
    return context.platform.import_solution(import_key(job), request)


def import_key(job: Job) -> str:
    """The operation key of this attempt's import."""
    return f"{job.run_id}:{job.position}:{job.attempts}"


def contents(context: StepContext, job: Job, portal: JobPortal) -> tuple[str, ...]:
    """The solutions whose site content the step brings: its own, after what an add-on stands on (R16)."""
    own = _solution(job)
    solutions = context.catalogue.portal(portal.template).solutions
    if own != solutions[-1]:
        return (own,)
    return (*(c for c in context.catalogue.content_solutions(portal.template) if c not in solutions), own)


def add_site_content(context: StepContext, job: Job, portal: JobPortal, solution: str) -> Operation:
    """A solution's site content into the website; once a portal's website, solution, version and language."""
    key = f"{portal.key}:{solution}:{context.packages.version(solution)}:{portal.language}"
    package = context.packages.zip_bytes(solution)
    return context.platform.add_site_content(key, job.instance, _website(portal), package, portal.language)


def add_sample_data(context: StepContext, job: Job) -> Operation:
    """The sample records in the portal's language (R14); once a website and run, each record once."""
    website = _website(_portal(job))
    key = f"{website}:sample-data:{job.run_id}"
    return context.platform.add_sample_data(key, job.instance, website, _portal(job).language)


def assign_administrator(context: StepContext, job: Job) -> Operation:
    """The portal administrator (R3); setting the same one again changes nothing."""
    website = _website(_portal(job))
    key = f"{website}:administrator:{job.run_id}"
    return context.platform.assign_administrator(key, job.instance, website, _portal(job).administrator)


def publish(context: StepContext, job: Job) -> Operation:
    """Let the website answer; publishing again changes nothing."""
    website = _website(_portal(job))
    return context.platform.publish_website(f"{website}:publish:{job.run_id}", job.instance, website)


def probe(context: StepContext, job: Job) -> None:
    """Ask the portal itself: the platform reports success before the site answers."""
    subdomain = _portal(job).subdomain
    answer = context.probe.probe(subdomain)
    if not answer.is_live:
        raise PlatformUnreachable(
            f"The portal at '{subdomain}' answers {answer.status} instead of its pages. "
            "Restart provisioning once it does."
        )


def poll(context: StepContext, job: Job, key: str) -> Operation:
    """The operation as it stands."""
    return context.platform.operation(job.instance, key)


def verdict(operation: Operation) -> Operation:
    """The finished operation; raises Refused with what the platform said."""
    if operation.fault is not None:
        raise Refused(operation.fault)
    return operation


def _solution(job: Job) -> str:
    if job.solution is None:
        raise NotFound(f"The step {job.name} names no solution. Restart provisioning, and report it.")
    return job.solution


def _portal(job: Job) -> JobPortal:
    if job.portal is None:
        raise NotFound(f"The step {job.name} needs a portal, and its run is an instance's.")
    return job.portal


def _website(portal: JobPortal) -> str:
    if portal.website_id is None:
        raise NotFound("The portal has no website yet. Restart provisioning.")
    return portal.website_id
