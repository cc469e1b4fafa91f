"""How large a request's body may be, and whether its transaction may write."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, request

from qcportal import db as database

View = TypeVar("View", bound=Callable[..., Any])


def takes_up_to(size: int) -> Callable[[View], View]:
    """Declare that a view takes a larger body than its door does; `size` in bytes."""

    def mark(view: View) -> View:
        view.largest_body = size  # type: ignore[attr-defined]
        return view

    return mark


def begin(largest_body: int) -> Callable[[], None]:
    """Make the first step of a door: body limit, and whether the transaction may write."""

    def start() -> None:
        view = current_app.view_functions[request.endpoint or ""]
        request.max_content_length = getattr(view, "largest_body", largest_body)
        request.max_form_memory_size = largest_body
        database.writing.set(request.method not in {"GET", "HEAD", "OPTIONS"})

    return start
