"""Example data of saved views: the line above a list, the page that looks after them, the form."""

from datetime import UTC, datetime
from typing import Any

from qcportal.blueprints.shown.saved_views import (
    SavedViews,
    SaveViewPage,
    ViewLink,
    ViewRow,
    ViewsPage,
    ViewUndo,
)

LONG = "Everything that failed in Pune and Mumbai in the last week"
WORDS = "Share it with everybody of the store"
SAVED = datetime(2026, 11, 20, 8, 4, tzinfo=UTC)


def above(list_: str = "returns") -> SavedViews:
    """Give a line with a view of the store, one that is open, a long one, and something to save."""
    links = (
        ViewLink("Failed this week", "/returns?tab=failed", shared=True),
        ViewLink("Missing in Pune", "/returns?tab=missing", current=True),
        ViewLink(LONG, "/returns?tab=failed"),
    )
    filters = {"tab": "failed", "city": "Pune"}
    return SavedViews(list_, links, filters, "/saved-views/save", "/saved-views", WORDS)


def page(args: Any) -> tuple[str, dict[str, Any]]:
    """Give template and values for the arguments of the URL."""
    if "refused" in args:
        error = "There is a view of this name already. Choose another name."
        form = SaveViewPage(above(), "Returns", "/returns", "Failed this week", True, error)
        return "saved_views/new.html", {"page": form}
    if "empty" in args:
        return "saved_views/list.html", {"page": ViewsPage((), (), "Fern Home")}
    undo = ViewUndo(LONG, "/saved-views/restore", {"tab": "failed"}) if "undo" in args else None
    error = "Give a name of 1 to 60 characters." if "error" in args else ""
    rows = (_row(1, "Missing in Pune"), _row(2, LONG, error=error, typed="x" * 61 if error else ""))
    shared = (_row(3, "Failed this week", shared=True),)
    return "saved_views/list.html", {
        "page": ViewsPage(
            shared, rows, "Fern Home", error=error, error_of="2" if error else "", undo=undo
        )
    }


def _row(number: int, name: str, **changes: Any) -> ViewRow:
    at = f"/saved-views/{number}"
    given = {
        "id": str(number),
        "name": name,
        "href": "/returns?tab=failed",
        "list": "Returns",
        "filters": "Tab, City, Last days",
        "shared": False,
        "saved_by": "Fern Home",
        "saved_at": SAVED,
        "rename": f"{at}/rename",
        "share": f"{at}/share",
        "delete": f"{at}/delete",
    }
    return ViewRow(**(given | changes))
