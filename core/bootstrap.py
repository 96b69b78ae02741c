"""The one composition root: the only place that names a concrete platform or the workflow engine."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property, partial
from time import sleep
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert

from core.catalogue import Catalogue, load_catalogue
from core.clock import Clock, utc_now
from core.diagnosis import load_diagnoser
from core.directory.directory import Directory
from core.hosting.host import Host
from core.hosting.probe import Probe
from core.insight.activity import BulkInsight, LatestEvents
from core.insight.cases import Cases
from core.insight.cut_names import names_of
from core.insight.failures import FailureInsight
from core.insight.foresight import Scores
from core.insight.insight import Insight
from core.insight.installations import InstallationInsight
from core.insight.inventory import Estate, Inventory, Reconciliations
from core.insight.marks import Marks
from core.insight.trends import TrendInsight
from core.notices import channels
from core.notices.addresses import Reach
from core.notices.delivery import Delivery
from core.notices.look import Look
from core.notices.reading import SentNotices
from core.notices.subscriptions import Notifications
from core.notices.worker import NoticeWorker
from core.platforms.local import LocalPlatform
from core.platforms.port import InstanceAdministration, Platform
from core.portals import installation_rows, licences
from core.portals.bulk import BulkActions
from core.portals.bulk.planning import Planner
from core.portals.bulk.worker import BulkWorker
from core.portals.domains import CustomDomains, VerifiedDomains
from core.portals.feature_notes import FeatureNotes
from core.portals.installations import Installations
from core.portals.instances import Instances
from core.portals.licences import Licences
from core.portals.lifecycle import Lifecycle
from core.portals.pasted_messages import PastedMessages
from core.portals.preflight import PreflightChecks
from core.portals.proofs import NetworkProofs
from core.portals.retries import ImportPlans
from core.portals.saved_views import SavedViews
from core.portals.service import Portals
from core.portals.subdomains import Subdomains
from core.portals.uploads import Uploads
from core.provisioning.context import StepContext
from core.provisioning.diagnosing import make_diagnose
from core.provisioning.errands import Errand
from core.settings import ROOT, Settings, read_settings
from core.solutions.highest import HighestPackages
from core.solutions.library import PackageLibrary
from core.storage import schema
from core.storage.store import Store
from core.storage.tables import Application

if TYPE_CHECKING:
    from core.demo import Demo
    from core.provisioning.engine import Engine

SOLUTIONS = ROOT / "data" / "solutions"


@dataclass
class _Nudge:
    """Tells this process's engine, where it runs one, that a run is queued."""

    engine: "Engine | None" = None

    def __call__(self) -> None:
        if self.engine is not None:
            self.engine.nudge()


@dataclass(frozen=True)
class Services:
    """Everything that a page or a command works with."""

    settings: Settings
    clock: Clock
    catalogue: Catalogue
    store: Store
    platform: Platform
    administration: InstanceAdministration | None
    library: PackageLibrary
    directory: Directory
    applications: Licences
    portals: Portals
    lifecycle: Lifecycle
    installations: Installations
    uploads: Uploads
    bulk: BulkActions
    notifications: Notifications
    sent_notices: SentNotices
    instances: Instances
    insight: Insight
    inventory: Inventory
    reconciliations: Reconciliations
    saved_views: SavedViews
    installation_insight: InstallationInsight
    bulk_insight: BulkInsight
    events: LatestEvents
    failures: FailureInsight
    trends: TrendInsight
    scores: Scores
    cases: Cases
    marks: Marks
    pasted_messages: PastedMessages
    feature_notes: FeatureNotes
    host: Host
    step_context: StepContext
    _nudge: _Nudge = field(repr=False)
    _open: ExitStack = field(repr=False)

    @cached_property
    def _engine(self) -> "Engine":
        from core.provisioning.engine import Engine

        return Engine(self.settings, self.step_context, self.errands())

    def engine(self) -> "Engine":
        """The engine of this process; made when it is first asked for, since it is slow to import."""
        self._nudge.engine = self._engine
        return self._engine

    def errands(self) -> tuple[Errand, ...]:
        """What the engine's process does beside the runs."""
        lease_s = self.settings.lease_s
        return (
            BulkWorker(self.store, self.portals, self.lifecycle, self.installations, lease_s),
            NoticeWorker(
                self.store,
                Look(self.store, self.directory, self.settings),
                Delivery(
                    self.store,
                    self.directory,
                    channels.send,
                    Reach.of(self.settings.notice_hosts),
                    self.clock,
                ),
                self.settings,
            ),
        )

    def demo(self) -> "Demo":
        """What fills an empty store with a demo; imported when it is asked for."""
        from core.demo import Demo

        return Demo(
            self.store,
            self.catalogue,
            self.administration,
            self.library,
            self.step_context.diagnose,
            self.settings.name_purge_s,
            self.clock,
        )

    def close(self) -> None:
        """Let go of the store and the platform's files; idempotent."""
        self._open.close()


def build_services(
    settings: Settings | None = None, *, clock: Clock = utc_now, open_store: bool = True
) -> Services:
    """The services of this process, on a store that is made where there is none.

    With `open_store=False`, for those who migrate, it is neither made nor judged.
    Raises StoreOlder, StoreNewer, StoreError, DataError, SettingInvalid.
    """
    settings = settings or read_settings()
    with ExitStack() as undo:
        store = Store(settings.store_url, clock)
        undo.callback(store.close)
        if open_store:
            schema.open_store(store, fill_store(clock))
        platform = LocalPlatform(settings.data_dir, clock=clock, name_purge_s=settings.name_purge_s)
        undo.callback(platform.close)
        return _wire(settings, clock, store, platform, undo.pop_all())


def _wire(
    settings: Settings, clock: Clock, store: Store, platform: LocalPlatform, open_: ExitStack
) -> Services:
    """Everything that stands on a store and a platform."""
    catalogue = load_catalogue()
    library = PackageLibrary(SOLUTIONS, settings.data_dir / "uploads")
    packages = HighestPackages(library)
    directory = Directory(platform, store)
    estate = Estate(store, directory, settings.trial_days)
    applications = Licences(store)
    nudge = _Nudge()
    host = Host(platform, catalogue, settings, VerifiedDomains(store))
    subdomains = Subdomains(store, platform)
    domains = CustomDomains(store, NetworkProofs(), settings.portal_domain)
    installation_insight = InstallationInsight(store, directory, library)
    plans = ImportPlans(directory, library, catalogue.language_name, catalogue.language_code)
    checks = PreflightChecks(
        catalogue,
        directory,
        subdomains,
        applications,
        plans,
        packages.needs,
        partial(installation_rows.is_importing, store),
    )
    installations = Installations(
        store, directory, platform, library, installation_insight, plans, nudge, sleep
    )
    names = names_of(catalogue, directory)
    return Services(
        settings=settings,
        clock=clock,
        catalogue=catalogue,
        store=store,
        platform=platform,
        administration=platform,
        library=library,
        directory=directory,
        applications=applications,
        portals=Portals(
            store, catalogue, directory, checks, subdomains, domains, clock, nudge, settings.portal_domain
        ),
        lifecycle=Lifecycle(
            store, catalogue, directory, platform, checks, nudge, sleep, settings.name_purge_s
        ),
        installations=installations,
        uploads=Uploads(store, directory, library, installations),
        notifications=Notifications(store, directory, channels.send, Reach.of(settings.notice_hosts), nudge),
        sent_notices=SentNotices(store, directory),
        bulk=BulkActions(store, Planner(store, directory, installations, catalogue.language_name), nudge),
        instances=Instances(store, directory, platform, platform, library, catalogue),
        insight=Insight(store, directory, settings, estate),
        inventory=Inventory(estate, settings),
        reconciliations=Reconciliations(store, directory, platform),
        saved_views=SavedViews(store),
        installation_insight=installation_insight,
        bulk_insight=BulkInsight(store, directory),
        events=LatestEvents(store, directory),
        failures=FailureInsight(store, directory, names),
        trends=TrendInsight(store, directory, names),
        scores=Scores(store),
        cases=Cases(store, directory, settings),
        marks=Marks(store),
        pasted_messages=PastedMessages(store),
        feature_notes=FeatureNotes(store, catalogue),
        host=host,
        step_context=StepContext(
            store=store,
            platform=platform,
            packages=packages,
            catalogue=catalogue,
            probe=Probe(host, settings),
            clock=clock,
            patience_s=settings.platform_patience_s,
            diagnose=make_diagnose(load_diagnoser),
        ),
        _nudge=nudge,
        _open=open_,
    )


def fill_store(clock: Clock) -> schema.Fill:
    """What a fresh store begins with: the sample tenant's licences."""

    def fill(connection: Connection) -> None:
        connection.execute(insert(Application), licences.sample_tenant(clock()))

    return fill
