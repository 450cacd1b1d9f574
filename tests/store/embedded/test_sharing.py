"""One server, several users: who attaches, who stops it."""

import threading
from pathlib import Path

from bot.store.embedded import EmbeddedDatabase
from bot.store.pgprocess import processes_of, server_of
from tests.store.embedded.servers import Other, keep, serves, words


def test_a_second_start_finds_what_was_kept(database: EmbeddedDatabase, data: Path) -> None:
    keep(database.start(), "one")
    database.stop()
    assert processes_of(data / "pg") == []
    again = database.start()
    assert again.started
    assert "one" in words(again)


def test_stopping_twice_or_without_a_start_does_nothing(data: Path) -> None:
    database = EmbeddedDatabase(data, durable=False)
    database.stop()
    database.start()
    database.stop()
    database.stop()
    assert server_of(data / "pg") is None


def test_a_command_beside_a_running_program_leaves_the_server_alone(
    database: EmbeddedDatabase, data: Path
) -> None:
    server = database.start()
    pid = server_of(data / "pg")
    other = Other(data)
    assert not other.started()
    other.go()
    assert server_of(data / "pg") == pid
    assert serves(server)


def test_the_server_is_not_stopped_under_somebody_who_attached(data: Path) -> None:
    first, second = EmbeddedDatabase(data, durable=False), EmbeddedDatabase(data, durable=False)
    first.start()
    attached = second.start()
    assert not attached.started
    first.stop()
    assert serves(attached)
    second.stop()
    assert server_of(data / "pg") is None


def test_of_two_commands_that_start_at_once_one_starts_the_server(data: Path) -> None:
    others = [Other(data), Other(data)]
    assert sorted(other.started() for other in others) == [False, True]
    for other in others:
        other.go()
    assert processes_of(data / "pg") == []


def test_a_command_that_comes_while_the_server_stops_gets_one(data: Path) -> None:
    leaving = EmbeddedDatabase(data, durable=False)
    coming = EmbeddedDatabase(data, durable=False)
    for _ in range(3):
        leaving.start()
        thread = threading.Thread(target=leaving.stop)
        thread.start()
        assert serves(coming.start())
        thread.join()
        assert server_of(data / "pg") is not None
        coming.stop()
