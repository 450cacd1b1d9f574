"""Folders that cannot serve: each is refused in one line that says what to do."""

from pathlib import Path

from tests.store.embedded.servers import as_user, mode, the_line


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    assert "WAYPOINT_DATA_DIR" in the_line(tmp_path / "var")
    assert "WAYPOINT_DATA_DIR" in the_line(tmp_path / "var" / "below")


def test_a_folder_on_a_file_system_that_takes_nothing_is_refused() -> None:
    assert "WAYPOINT_DATA_DIR" in the_line(Path("/proc/waypoint"))


@as_user
def test_a_folder_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "Permission denied" in the_line(tmp_path / "var")


def test_a_folder_in_use_for_other_things_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "Documents").mkdir()
    tmp_path.chmod(0o755)
    assert "in use for other things" in the_line(tmp_path)
    assert mode(tmp_path) == 0o755
    assert [path.name for path in tmp_path.iterdir()] == ["Documents"]


def test_a_database_of_another_major_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pg").mkdir()
    (tmp_path / "pg" / "PG_VERSION").write_text("16\n")
    assert "PostgreSQL 16" in the_line(tmp_path)
    assert (tmp_path / "pg" / "PG_VERSION").read_text() == "16\n"


def test_a_cluster_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pg").mkdir()
    (tmp_path / "pg" / "holiday.jpg").touch()
    assert "something else" in the_line(tmp_path)


def test_a_broken_cluster_is_refused_with_the_servers_own_reason(tmp_path: Path) -> None:
    (tmp_path / "pg").mkdir(mode=0o700)
    (tmp_path / "pg" / "PG_VERSION").write_text("18\n")
    assert "postgresql.conf" in the_line(tmp_path)
