"""What an act would do to each portal of a list, as things stand now. Changes nothing."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.access import Actor, is_system_administrator
from core.directory.directory import Directory
from core.errors import Conflict, InvalidValue, NameInvalid, NotFound
from core.portals import names
from core.portals.bulk import rows
from core.portals.bulk.models import ACTS, MOST_ITEMS, Act, BulkPreview, BulkPreviewItem, Outlook
from core.portals.bulk.patterns import check_pattern, fill
from core.portals.bulk.rows import Subject
from core.portals.installations import Installations
from core.portals.restarts import require_restartable
from core.portals.retries import ImportPlan, PlannedItem
from core.storage.store import LARGEST_KEY, Store


class Planner:
    """Makes previews."""

    def __init__(
        self,
        store: Store,
        directory: Directory,
        installations: Installations,
        language_name: Callable[[int], str],
    ) -> None:
        self._store = store
        self._directory = directory
        self._installations = installations
        self._language_name = language_name

    def preview(
        self, act: Act, portal_ids: Sequence[int], arguments: Mapping[str, Any], actor: Actor
    ) -> BulkPreview:
        """The list, in the order given, each portal once. Raises InvalidValue, NotFound."""
        ids = tuple(dict.fromkeys(portal_ids))
        _check(act, ids)
        found = self._visible(ids, actor)
        chosen = [found[one] for one in ids]
        if act == "rename":
            return self._renames(chosen, check_pattern(str(arguments.get("pattern", ""))), actor)
        return self._restarts(chosen, actor) if act == "restart" else self._retries(chosen, actor)

    def _visible(self, ids: Sequence[int], actor: Actor) -> Mapping[int, Subject]:
        """The portals; one that the actor may not see is as if it were not there."""
        visible = self._directory.visible(actor)
        with self._store.reading() as session:
            found = rows.subjects(session, [one for one in ids if 0 < one <= LARGEST_KEY])
        for one in ids:
            if one not in found or (visible is not None and found[one].instance not in visible):
                raise NotFound(
                    f"There is no portal {one} that you may see. `portals list` shows those there are.",
                    field="id",
                )
        return found

    def _renames(self, chosen: Sequence[Subject], pattern: str, actor: Actor) -> BulkPreview:
        instance_names: dict[str, str] = {}
        forbidden = self._forbidden(chosen, actor)
        items = []
        for number, one in enumerate(chosen, 1):
            if one.instance not in instance_names:
                instance_names[one.instance] = self._directory.get(one.instance).instance.name
            wanted = fill(
                pattern,
                {
                    "name": one.name,
                    "subdomain": one.subdomain,
                    "instance": instance_names[one.instance],
                    "language": self._language_name(one.language),
                    "number": str(number),
                },
            )
            items.append(_rename(one, wanted, forbidden.get(one.instance)))
        return BulkPreview("rename", actor.email, {"pattern": pattern}, tuple(items))

    def _restarts(self, chosen: Sequence[Subject], actor: Actor) -> BulkPreview:
        forbidden = self._forbidden(chosen, actor)
        with self._store.reading() as session:
            latest = rows.latest_runs(session, [one.id for one in chosen])
        items = []
        for one in chosen:
            reason = forbidden.get(one.instance)
            if reason is None:
                try:
                    require_restartable(one.state, latest[one.id])
                except Conflict as error:
                    reason = error.message
            if reason is None:
                items.append(_item(one, "happens", "Restart Provisioning, from the first unfinished step."))
            else:
                items.append(_item(one, "refused", reason=reason))
        return BulkPreview("restart", actor.email, {}, tuple(items))

    def _retries(self, chosen: Sequence[Subject], actor: Actor) -> BulkPreview:
        forbidden = self._forbidden(chosen, actor)
        with self._store.reading() as session:
            behind = rows.failed_installations(session, [one.id for one in chosen])
        may = {one.id for one in chosen if one.instance not in forbidden and one.state != "deleted"}
        ids = sorted({key for portal_id, found in behind.items() if portal_id in may for key in found})
        plan = self._installations.plan_retry(ids, actor) if ids else ImportPlan(())
        planned = {item.key: (place, item) for place, item in enumerate(plan.items)}
        items = []
        for one in chosen:
            reason = forbidden.get(one.instance)
            if reason is None and one.state == "deleted":
                reason = "The portal was deleted; it only stays in the history."
            if reason is not None:
                items.append(_item(one, "refused", reason=reason))
                continue
            own = sorted(planned[key] for key in set(behind.get(one.id, {}).values()) if key in planned)
            items.append(_retry(one, [item for _, item in own]))
        return BulkPreview("retry", actor.email, {"installations": ids}, tuple(items), plan)

    def _forbidden(self, chosen: Sequence[Subject], actor: Actor) -> dict[str, str]:
        """By instance, why the actor may not change its portals (R1)."""
        found: dict[str, str] = {}
        for slug in {one.instance for one in chosen}:
            instance = self._directory.get(slug).instance
            if not is_system_administrator(actor, instance):
                found[slug] = f"{actor.email} is no System Administrator of {instance.name}. Ask one of them."
        return found


def _check(act: str, ids: Sequence[int]) -> None:
    if act not in ACTS:
        raise InvalidValue(f"Portals can't be {act!r} together. Choose one of: {', '.join(ACTS)}.")
    if not ids:
        raise InvalidValue("No portal is chosen. Choose some.", field="id")
    if len(ids) > MOST_ITEMS:
        raise InvalidValue(
            f"{len(ids):,} portals are too many at once; {MOST_ITEMS:,} are the most. Narrow the filter.",
            field="id",
        )


def _item(one: Subject, outlook: Outlook, what: str = "", **more: Any) -> BulkPreviewItem:
    return BulkPreviewItem(one.id, one.name, one.instance, outlook, what, **more)


def _rename(one: Subject, wanted: str, forbidden: str | None) -> BulkPreviewItem:
    reason = forbidden
    if reason is None and one.state == "deleted":
        reason = "The portal was deleted; it only stays in the history."
    after = wanted
    if reason is None:
        try:
            after = names.check_name(wanted)
        except NameInvalid as error:
            reason = error.message
    if reason is not None:
        return _item(one, "refused", reason=reason, before=one.name, after=after)
    if after == one.name:
        return _item(one, "skipped", reason="It has this name already.", before=one.name, after=after)
    return _item(one, "happens", f"Rename to “{after}”.", before=one.name, after=after)


def _retry(one: Subject, own: Sequence[PlannedItem]) -> BulkPreviewItem:
    """A portal gets what can pass; it is refused where nothing of it can."""
    if not own:
        return _item(
            one, "refused", reason="No solution of it is Install Failed, so there is nothing to retry."
        )
    tried = [item for item in own if item.outlook != "fails" and not item.wanted.is_under_way]
    if tried:
        named = ", ".join(item.wanted.solution for item in tried)
        left = len(own) - len(tried)
        more = f" {left} more can't pass as things stand now." if left else ""
        return _item(one, "happens", f"Retry {named}, in this order.{more}")
    failing = next((item for item in own if item.outlook == "fails"), None)
    if failing is None:
        return _item(one, "skipped", reason="A run that is under way installs them already.")
    return _item(one, "refused", reason=f"{failing.wanted.solution} would fail again: {failing.reason}")
