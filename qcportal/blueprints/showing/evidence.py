"""Builds the page of a return's evidence file, and the page behind a shared link."""

import uuid
from collections.abc import Sequence
from dataclasses import replace

from flask import url_for

from qcportal import clock, packs, returns
from qcportal.blueprints.jinja import grouped
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.shown.evidence import EvidencePage, LinkRow, SharedPage
from qcportal.blueprints.shown.frame import Badge, Fact, Link
from qcportal.language import gettext as _
from qcportal.packs import SharedLink


def build(
    return_id: uuid.UUID, asker: Asker, *, may_share: bool, new_link: str = ""
) -> EvidencePage:
    """Build the page; raises NotFound for a return of somebody else."""
    contents = packs.gather(return_id)
    facts, endpoint = contents.facts, asker.endpoint
    return EvidencePage(
        title=facts["return"]["title"],
        awb=facts["return"]["awb"],
        back=Link(url_for(asker.detail_endpoint, id=return_id), _("Return")),
        document=url_for(endpoint("evidence_document"), id=return_id),
        archive=url_for(endpoint("evidence_archive"), id=return_id),
        facts=_facts(contents),
        links=link_rows(packs.find_links(return_id), may_end=may_share),
        share=url_for("merchant.share_evidence", id=return_id) if may_share else "",
        new_link=new_link,
        tz=asker.zone,
    )


def with_faults(page: EvidencePage, faults: Sequence[str], *, days: int, note: str) -> EvidencePage:
    """Give the page with what was typed, and what is wrong with it."""
    return replace(page, faults=tuple(faults), chosen=days, note=note)


def link_rows(links: Sequence[SharedLink], *, may_end: bool) -> tuple[LinkRow, ...]:
    """Show shared links, the latest first; living ones with the address that ends them."""
    return tuple(_row(link, may_end=may_end) for link in links)


def build_shared(link: SharedLink, secret: str) -> SharedPage:
    """Build the page behind a link."""
    rvp = returns.get_full(link.return_id)
    return SharedPage(
        title=rvp.title,
        awb=rvp.awb,
        merchant=rvp.merchant.name,
        document=url_for("shared.document", link=secret),
        archive=url_for("shared.archive", link=secret),
        expires_at=link.expires_at,
        tz=rvp.merchant.timezone,
    )


def _row(link: SharedLink, *, may_end: bool) -> LinkRow:
    alive = link.is_alive()
    where = url_for("merchant.end_shared_link", id=link.return_id, link_id=link.id)
    return LinkRow(
        note=link.note,
        mark=link.prefix,
        badge=_badge(link),
        created_at=link.created_at,
        created_by=link.created_by,
        expires_at=link.expires_at,
        openings=link.openings,
        opened_at=link.opened_at,
        revoke=where if alive and may_end else "",
    )


def _badge(link: SharedLink) -> Badge:
    if link.revoked_at:
        return Badge("", "circle-slash", _("Ended"))
    if link.expires_at <= clock.now():
        return Badge("", "clock", _("Expired"))
    return Badge("wait", "link", _("Open"))


def _facts(contents: packs.Contents) -> tuple[Fact, ...]:
    facts = contents.facts
    held = [each for each in facts["photos"] if each["file"]]
    size = sum(each["size"] or 0 for each in held)
    events = sum(each["events"] for each in facts["history"]["chains"])
    dispute = facts["dispute"]
    return (
        Fact(_("Originals"), _("%(here)s of %(all)s", here=len(held), all=len(facts["photos"]))),
        Fact(_("Size of the originals"), _("%(kb)s KB", kb=grouped(-(-size // 1024)))),
        Fact(_("Checks"), grouped(sum(len(item["checks"]) for item in facts["items"]))),
        Fact(_("Events of the history"), grouped(events)),
        Fact(_("Dispute"), dispute["number"] if dispute else _("None")),
    )
