"""The demo's folder: kept over restarts, locked, and wiped of nothing but its own."""

from pathlib import Path

import pytest

from qcportal.demo import state
from qcportal.demo.state import State
from qcportal.errors import Conflict, Invalid


def test_what_is_saved_is_there_again(tmp_path: Path) -> None:
    kept = State(tmp_path, portal_port=8700, api_keys={"home": "key"})
    kept.finish("200 returns")
    assert State.load(tmp_path) == kept
    assert (tmp_path / "demo.json").stat().st_mode & 0o777 == 0o600


def test_a_new_folder_has_secrets_of_its_own(tmp_path: Path) -> None:
    assert State.load(tmp_path).secret_key != State.load(tmp_path).secret_key


def test_a_broken_file_names_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text("{")
    with pytest.raises(Invalid, match="--fresh"):
        State.load(tmp_path)


def test_a_folder_is_locked_for_one_demo(tmp_path: Path) -> None:
    with (
        state.locked(tmp_path / "new"),
        pytest.raises(Conflict, match="Another demo"),
        state.locked(tmp_path / "new"),
    ):
        pass
    with state.locked(tmp_path / "new"):
        pass


def test_fresh_wipes_what_is_ours_and_nothing_else(tmp_path: Path) -> None:
    State(tmp_path).save()
    (tmp_path / "aws" / "objects").mkdir(parents=True)
    for name in ("portal.db", "portal.db-wal", "captures.jsonl", "holiday.jpg"):
        (tmp_path / name).write_text("x")
    state.wipe(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["holiday.jpg"]
