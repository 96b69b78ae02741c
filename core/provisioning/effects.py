"""What each step does on the platform: one short call, idempotent by its operation key.

Each returns the operation that it began, or None where nothing is left to do. Nothing here writes our rows.
"""

from core.errors import NotFound, PlatformUnreachable
from core.platforms.port import ImportRequest, Operation, WebsiteRequest
from core.provisioning.context import StepContext
from core.provisioning.failures import Refused
from core.provisioning.progress import Job
from core.solutions.version import Version


def create_website(context: StepContext, job: Job) -> Operation:
    """The website under the portal's URL; once a portal, by the portal's key."""
    request = WebsiteRequest(
        instance=job.instance,
        subdomain=job.subdomain,
        name=job.portal_name,
        language=job.language,
        template=job.template,
        on_behalf_of=job.requested_by,
    )
    return context.platform.create_website(f"{job.portal_key}:website", request)


def is_installed(context: StepContext, job: Job) -> bool:
    """Whether the solution stands in the instance in our version or a higher one: an earlier attempt's work counts."""
    found = context.platform.instance(job.instance).solution(_solution(job))
    return found is not None and Version.parse(found.version) >= Version.parse(
        context.packages.version(_solution(job))
    )


def import_solution(context: StepContext, job: Job) -> Operation:
    """Begin the import, as whoever submitted and in the portal's language (R26); once an attempt."""
    request = ImportRequest(
        instance=job.instance,
        package=context.packages.zip_bytes(_solution(job)),
        language=job.language,
        on_behalf_of=job.requested_by,
        required_language=job.language,
    )
    return context.platform.import_solution(import_key(job), request)


def import_key(job: Job) -> str:
    """The operation key of this attempt's import."""
    return f"{job.run_id}:{job.position}:{job.attempts}"


def contents(context: StepContext, job: Job) -> tuple[str, ...]:
    """The solutions whose site content the step brings: its own, after what an add-on stands on (R16)."""
    own = _solution(job)
    solutions = context.catalogue.portal(job.template).solutions
    if own != solutions[-1]:
        return (own,)
    return (*(c for c in context.catalogue.content_solutions(job.template) if c not in solutions), own)


def add_site_content(context: StepContext, job: Job, solution: str) -> Operation:
    """A solution's site content into the website; once a website, solution, version and language."""
    website = _website(job)
    key = f"{website}:{solution}:{context.packages.version(solution)}:{job.language}"
    package = context.packages.zip_bytes(solution)
    return context.platform.add_site_content(key, job.instance, website, package, job.language)


def add_sample_data(context: StepContext, job: Job) -> Operation:
    """The sample records in the portal's language (R14); once a website and run, each record once."""
    key = f"{_website(job)}:sample-data:{job.run_id}"
    return context.platform.add_sample_data(key, job.instance, _website(job), job.language)


def assign_administrator(context: StepContext, job: Job) -> Operation:
    """The portal administrator (R3); setting the same one again changes nothing."""
    key = f"{_website(job)}:administrator:{job.run_id}"
    return context.platform.assign_administrator(key, job.instance, _website(job), job.administrator)


def publish(context: StepContext, job: Job) -> Operation:
    """Let the website answer; publishing again changes nothing."""
    return context.platform.publish_website(
        f"{_website(job)}:publish:{job.run_id}", job.instance, _website(job)
    )


def probe(context: StepContext, job: Job) -> None:
    """Ask the portal itself: the platform reports success before the site answers."""
    answer = context.probe.probe(job.subdomain)
    if not answer.is_live:
        raise PlatformUnreachable(
            f"The portal at '{job.subdomain}' answers {answer.status} instead of its pages. Restart provisioning once it does."
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
        raise NotFound(f"The step {job.name} names no solution.")
    return job.solution


def _website(job: Job) -> str:
    if job.website_id is None:
        raise NotFound("The portal has no website yet. Restart provisioning.")
    return job.website_id
