"""Custom domains (R11): added with a proof to show, verified by DNS or a file before they count, removed."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from core.errors import DomainInvalid, DomainNotVerified, DomainTaken, NotFound
from core.storage import search_text
from core.storage.store import Store
from core.storage.tables import CustomDomain, Event, Portal

MAX_DOMAIN, FEWEST_LABELS, LONGEST_SHOWN = 253, 2, 80
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


class DomainProofs(Protocol):
    """Looks for the proof that a domain is theirs."""

    def text_records(self, name: str) -> tuple[str, ...]:
        """The TXT records of a name; none where there is no answer."""

    def file(self, url: str) -> str | None:
        """The text of a small file; None where there is none."""


@dataclass(frozen=True)
class ProofWanted:
    """What the domain's owner sets up: the record, or the file."""

    record_name: str
    record_value: str
    file_url: str


def proof_wanted(domain: str, token: str) -> ProofWanted:
    """The proof for a domain and its token: either is enough."""
    return ProofWanted(
        record_name=f"_portico.{domain}",
        record_value=f"portico-verification={token}",
        file_url=f"http://{domain}/.well-known/portico-verification.txt",
    )


def check_domain(domain: str, portal_domain: str) -> str:
    """The domain in lower case and ASCII (IDNA 2008); raises DomainInvalid, which says what offends."""
    name = _as_ascii(domain.strip().removesuffix(".").lower(), domain)
    labels = name.split(".")
    bad = next((label for label in labels if not _LABEL.fullmatch(label)), None)
    if bad is not None or len(labels) < FEWEST_LABELS or len(name) > MAX_DOMAIN or labels[-1].isdigit():
        raise _no_domain(domain, bad)
    own = portal_domain.lower()
    if name == own or name.endswith(f".{own}"):
        raise DomainInvalid(f"'{name}' belongs to Portico's own portals. Give a domain of your own.")
    return name


def _as_ascii(name: str, given: str) -> str:
    if name.isascii() or len(name) > MAX_DOMAIN:
        return name
    import idna

    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise _no_domain(given, None) from error


def _no_domain(given: str, bad: str | None) -> DomainInvalid:
    part = f" ('{_shortened(bad)}' can't be a part of one)" if bad else ""
    return DomainInvalid(
        f"'{_shortened(given)}' is no domain name{part}. Give one such as help.example.com.",
        details={"part": bad},
    )


def _shortened(text: str) -> str:
    """On one line and not endless, whatever was typed."""
    line = "".join(character if character.isprintable() else "�" for character in text)
    return line if len(line) <= LONGEST_SHOWN else f"{line[:LONGEST_SHOWN]}…"


class CustomDomains:
    """The custom domains of portals; who may act is judged before it comes here."""

    def __init__(self, store: Store, proofs: DomainProofs, portal_domain: str) -> None:
        self._store = store
        self._proofs = proofs
        self._portal_domain = portal_domain

    def add(self, portal_id: int, domain: str, by: str) -> None:
        """Add a domain, not yet verified; adding it to the same portal again changes nothing.

        Raises DomainInvalid, DomainTaken.
        """
        name = check_domain(domain, self._portal_domain)
        try:
            with self._store.writing() as session:
                held = session.exec(select(CustomDomain).where(col(CustomDomain.domain) == name)).first()
                if held is not None and held.portal_id == portal_id:
                    return
                if held is not None:
                    raise _domain_taken(name)
                now = self._store.clock()
                token = secrets.token_hex(16)
                session.add(
                    CustomDomain(portal_id=portal_id, domain=name, token=token, added_by=by, added_at=now)
                )
                session.add(_event(now, by, "add-domain", portal_id, name))
        except IntegrityError as error:
            raise _domain_taken(name) from error

    def verify(self, portal_id: int, domain: str, by: str) -> None:
        """Look for the proof; the domain counts from now on.

        Raises NotFound, DomainNotVerified, which says what was looked for.
        """
        name = check_domain(domain, self._portal_domain)
        with self._store.reading() as session:
            row = _of_portal(session, portal_id, name)
            token, is_verified = row.token, row.verified_at is not None
        if is_verified:
            return
        method = self._proof_found(name, token)
        with self._store.writing() as session:
            row = _of_portal(session, portal_id, name)
            if (
                row.token != token
            ):  # removed and added again while the network was asked: another proof is wanted
                raise _not_verified(name, row.token)
            if row.verified_at is None:
                row.verified_at, row.verified_by = self._store.clock(), method
                session.add_all((row, _event(self._store.clock(), by, "verify-domain", portal_id, name)))
                search_text.refresh(session, portal_id)

    def remove(self, portal_id: int, domain: str, by: str) -> None:
        """Remove the domain; visitors no longer reach the portal by it."""
        name = check_domain(domain, self._portal_domain)
        with self._store.writing() as session:
            session.delete(_of_portal(session, portal_id, name))
            session.add(_event(self._store.clock(), by, "remove-domain", portal_id, name))
            search_text.refresh(session, portal_id)

    def _proof_found(self, name: str, token: str) -> str:
        wanted = proof_wanted(name, token)
        if wanted.record_value in self._proofs.text_records(wanted.record_name):
            return "dns"
        text = self._proofs.file(wanted.file_url)
        if text is not None and text.strip() == wanted.record_value:
            return "file"
        raise _not_verified(name, token)


def _not_verified(name: str, token: str) -> DomainNotVerified:
    wanted = proof_wanted(name, token)
    return DomainNotVerified(
        f"Neither the TXT record {wanted.record_name} nor the file {wanted.file_url} shows "
        f"{wanted.record_value}. Set up one of the two, then verify again; a DNS change can take an hour to "
        "arrive.",
        details={
            "record_name": wanted.record_name,
            "record_value": wanted.record_value,
            "file_url": wanted.file_url,
        },
    )


def _of_portal(session: Session, portal_id: int, name: str) -> CustomDomain:
    query = select(CustomDomain).where(
        col(CustomDomain.portal_id) == portal_id, col(CustomDomain.domain) == name
    )
    row = session.exec(query).first()
    if row is None:
        raise NotFound(f"The portal has no domain {name}. Add it first.", field="domain")
    return row


def _domain_taken(name: str) -> DomainTaken:
    return DomainTaken(f"'{name}' belongs to another portal. Remove it there first, or give another domain.")


def _event(at: datetime, by: str, act: str, portal_id: int, domain: str) -> Event:
    return Event(at=at, actor=by, act=act, portal_id=portal_id, details={"domain": domain})


@dataclass(frozen=True)
class VerifiedDomains:
    """The verified custom domains, as the portal host asks for them (R11)."""

    store: Store

    def subdomain_of(self, host: str) -> str | None:
        """The subdomain of the portal that has the domain; None where it is nobody's or not verified."""
        query = (
            select(Portal.subdomain)
            .join(CustomDomain, col(CustomDomain.portal_id) == col(Portal.id))
            .where(col(CustomDomain.domain) == host.lower(), col(CustomDomain.verified_at).is_not(None))
            .where(col(Portal.state) != "deleted")
        )
        with self.store.reading() as session:
            return session.exec(query).first()
