"""A store's saved views: filters of its lists under a name, one's own or the store's."""

import uuid
from typing import Any

from qcportal.blueprints import saved_view_pages
from qcportal.blueprints.access import MANAGE, VIEW, permission
from qcportal.blueprints.merchant import blueprint


@blueprint.get("/saved-views", endpoint="saved_views")
@permission(VIEW)
def list_views() -> str:
    """List the views that one sees."""
    return saved_view_pages.show()


@blueprint.post("/saved-views/save")
@permission(VIEW)
def save_view() -> Any:
    """Keep the filters of a list under a name."""
    return saved_view_pages.save()


@blueprint.post("/saved-views/restore")
@permission(VIEW)
def restore_view() -> Any:
    """Keep a view again that was just deleted."""
    return saved_view_pages.restore()


@blueprint.post("/saved-views/<uuid:id>/rename")
@permission(VIEW)
def rename_view(id: uuid.UUID) -> Any:
    """Give a view another name."""
    return saved_view_pages.rename(id)


@blueprint.post("/saved-views/<uuid:id>/share")
@permission(MANAGE)
def share_view(id: uuid.UUID) -> Any:
    """Share a view with the whole side, or take it back."""
    return saved_view_pages.share(id)


@blueprint.post("/saved-views/<uuid:id>/delete")
@permission(VIEW)
def delete_view(id: uuid.UUID) -> Any:
    """Throw a view away."""
    return saved_view_pages.delete(id)
