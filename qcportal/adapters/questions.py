"""Questions for intake: what is unknown in one goes along, so that intake reports it as changed."""

from typing import Any

from qcportal.adapters.payload import Part

OURS = frozenset(
    {"id", "question", "type", "options", "expected", "required", "images", "photo", "reason_code"}
)


def pass_on(part: Part, asked: dict[str, Any]) -> dict[str, Any]:
    """Give the question with the keys that nobody knows, none of which can pass for one of ours."""
    left = part.close()
    return asked | {f"sent.{name}" if name in OURS else name: part.value[name] for name in left}


def unreadable(name: str) -> dict[str, Any]:
    """Give a question that intake rejects under this id, as it has no words to be asked in."""
    return {"id": name}
