"""Flask with nothing but an answer of a given size: what gunicorn and Flask cost by themselves."""

import json
import os

from flask import Flask, Response, request

BYTES = "BARE_BYTES"


def create() -> Flask:
    """Give the application; the size of its answer comes from the environment."""
    app = Flask(__name__)
    answer = json.dumps({"fill": "x" * int(os.environ.get(BYTES, "1400"))})

    @app.post("/forms")
    def give() -> Response:
        request.get_json()
        return Response(answer, status=201, mimetype="application/json")

    @app.get("/readyz")
    def tell_ready() -> Response:
        return Response("{}", mimetype="application/json")

    return app
