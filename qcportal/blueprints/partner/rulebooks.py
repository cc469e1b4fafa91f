"""Rulebooks over the partner API: publish and read."""

from dataclasses import replace
from typing import Any

from flask import Response
from pydantic import BaseModel, Field

from qcportal import accounts, errors, rulebooks
from qcportal.blueprints.access import actor, current_key, permission, settings
from qcportal.blueprints.answers import PROBLEMS, reply
from qcportal.blueprints.partner import blueprint
from qcportal.blueprints.partner.answers import RulebookAnswer, RulebookList
from qcportal.blueprints.partner.payloads import RulebookBody
from qcportal.db import db
from qcportal.rulebooks import Rulebook


class VersionPath(BaseModel):
    """Which version."""

    version: int = Field(ge=1, le=2**31 - 1)


@blueprint.post(
    "/rulebooks",
    summary="Publish a rulebook",
    description="The whole document is checked; the answer names every fault with its path.",
    responses={201: RulebookAnswer, 200: RulebookAnswer, **PROBLEMS},
)
@permission("rulebooks:write")
def publish_rulebook(body: RulebookBody) -> Response:
    """The same document as the version in force changes nothing (200)."""
    merchant = accounts.get_merchant(current_key().merchant_id)
    kinds = settings().capture_kinds
    try:
        rulebook, new = rulebooks.publish(
            merchant, body.document, note=body.note, kinds=kinds, by=actor()
        )
    except errors.Invalid as refused:
        faults = [replace(each, path=f"/document{each.path}") for each in refused.faults]
        raise errors.Invalid(refused.detail, faults=faults) from refused
    db.session.commit()
    return reply(_rulebook(rulebook, whole=True), 201 if new else 200)


@blueprint.get("/rulebooks", summary="List the versions", responses={200: RulebookList, **PROBLEMS})
@permission("rulebooks:read")
def list_rulebooks() -> Response:
    """Newest first; the first is in force."""
    found = db.session.scalars(rulebooks.select_versions(current_key().merchant_id))
    return reply({"versions": [_rulebook(each, whole=False) for each in found]})


@blueprint.get(
    "/rulebooks/<int:version>",
    summary="Get one version with its document",
    responses={200: RulebookAnswer, **PROBLEMS},
)
@permission("rulebooks:read")
def get_rulebook(path: VersionPath) -> Response:
    """Published versions never change."""
    found = rulebooks.get_version(current_key().merchant_id, path.version)
    return reply(_rulebook(found, whole=True))


def _rulebook(rulebook: Rulebook, *, whole: bool) -> dict[str, Any]:
    return {
        "version": rulebook.version,
        "title": rulebook.title,
        "digest": rulebook.digest,
        "note": rulebook.note,
        "published_at": rulebook.published_at,
        "published_by": rulebook.published_by,
        "document": rulebook.document if whole else None,
    }
