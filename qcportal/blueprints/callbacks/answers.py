"""What the relay's door answers, as documented models."""

import uuid

from qcportal.blueprints.answers import Answer


class ArrivalOutcome(Answer):
    """What became of one arrival; `inspection` when it carried one.

    `picture_wanted` says whether nothing is known yet of what its picture shows.
    """

    key: str
    version_id: str
    outcome: str
    reason: str | None
    photo_id: uuid.UUID | None
    inspection: str | None
    picture_wanted: bool


class CallbackAnswer(Answer):
    """An outcome per arrival, in their order."""

    arrivals: list[ArrivalOutcome]
