"""The servers of the article's first two architectures, as plain as they may be and still honest.

One Flask application, run twice under gunicorn as the portal is: in the US as the conventional
portal, in Mumbai as the file server. A photo is on disk, and a report is committed, before it is
answered. Both do less than the portal does (no devices, rules, digests or evidence).
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from flask import Flask, Response, jsonify, request

FOLDER = "ARTICLE_FOLDER"
SCHEMA = "CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY, report TEXT, url TEXT)"


def database(folder: Path) -> Path:
    """Give the file of a server's reports."""
    return folder / "reports.db"


def prepare(folder: Path) -> None:
    """Make a server's folder and its database."""
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(database(folder))) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(SCHEMA)


def create() -> Flask:
    """Give the application; its folder comes from the environment."""
    folder = Path(os.environ[FOLDER])
    app = Flask(__name__)

    @app.post("/photos/<uuid:photo_id>")
    def take_photo(photo_id: object) -> Response:
        url = _keep(folder, str(photo_id), request.files["photo"].read())
        _record(folder, str(photo_id), request.form["report"], url)
        return jsonify(url=url)

    @app.post("/files/<uuid:photo_id>")
    def take_file(photo_id: object) -> Response:
        return jsonify(url=_keep(folder, str(photo_id), request.files["photo"].read()))

    @app.post("/reports/<uuid:photo_id>")
    def take_report(photo_id: object) -> Response:
        told = request.get_json()
        _record(folder, str(photo_id), told["report"], told["url"])
        return jsonify(taken=True)

    @app.get("/readyz")
    def tell_ready() -> Response:
        return jsonify(ready=True)

    return app


def _keep(folder: Path, photo_id: str, data: bytes) -> str:
    with (folder / f"{photo_id}.jpg").open("wb") as sink:
        sink.write(data)
        sink.flush()
        os.fsync(sink.fileno())
    return f"/files/{photo_id}.jpg"


def _record(folder: Path, photo_id: str, report: str, url: str) -> None:
    with closing(sqlite3.connect(database(folder), timeout=30)) as connection, connection:
        connection.execute("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", (photo_id, report, url))
