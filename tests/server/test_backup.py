"""Claims about backups: what comes back is what was there, and whoever was erased since is not among it."""

import json
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, func, inspect, make_url, select, text

from server.backup import BackupFailed, back_up, read_manifest, restore
from server.backup_cli import TRY_AGAIN_S, cli, keep_making
from server.backup_rhythm import MANIFEST, STAMP, forget_old, hold, until_next
from server.clock import SystemClock
from server.config import read_settings
from server.db import Database
from server.diary.models import Response
from server.installation import open_installation
from server.monitoring.counters import BACKUPS
from server.monitoring.models import Counter
from server.people.models import Participant
from server.rights.erasing import Keeper, erase
from server.rights.keeping import keeper_of
from server.schema import differences, migrate, newest_revision
from tests.cast import NOW, make_cast
from tests.factories import make_beep, make_response

Make = Callable[[], Database]


both = pytest.mark.parametrize(
    "make_empty", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture
def make_empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    """Makes databases without a single table."""
    with ExitStack() as stack:
        names = iter(range(10))

        def make() -> Database:
            name = f"backup_{next(names)}"
            if getattr(request, "param", "sqlite") == "sqlite":
                url = f"sqlite:///{tmp_path / name}.sqlite3"
            else:
                server = make_url(request.getfixturevalue("postgres_url")).set(drivername="postgresql+psycopg")
                admin = create_engine(server, isolation_level="AUTOCOMMIT")
                with admin.connect() as connection:
                    connection.execute(text(f"CREATE DATABASE {name}"))
                admin.dispose()
                stack.callback(_drop, server, name)
                url = server.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
            database = Database(url)
            stack.callback(database.dispose)
            return database

        yield make


def _drop(server: object, name: str) -> None:
    admin = create_engine(server, isolation_level="AUTOCOMMIT")  # type: ignore[call-overload]
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def lived_in(make_empty: Make) -> Database:
    """A database with the cast, beeps and answers in it."""
    database = make_empty()
    migrate(database.engine)
    with database.transaction() as session:
        cast = make_cast(session)
        for slot in range(1, 6):
            beep = make_beep(session, participant=cast.noor.participant, slot=slot)
            make_response(session, beep=beep, answers={"pa_cheerful": slot, "note": "één zonnige dag ☀"})
    return database


@both
def test_everything_comes_back_into_an_empty_database(make_empty: Make, tmp_path: Path) -> None:
    before, after = lived_in(make_empty), make_empty()
    made = back_up(before, tmp_path / "backups", now=NOW)
    restored = restore(after, made)
    migrate(after.engine)
    assert restored.tables["participant"].rows == 3
    assert restored.tables["response"].rows == 5
    assert differences(after.engine) == []
    with before.reading() as was, after.reading() as now:
        for read in (select(Response.answers), select(Participant.code)):
            assert sorted(map(str, was.scalars(read))) == sorted(map(str, now.scalars(read)))
    assert read_manifest(back_up(after, tmp_path / "again", now=NOW)).tables == restored.tables


def test_a_row_that_changed_on_the_way_is_noticed(make_empty: Make, tmp_path: Path) -> None:
    made = back_up(lived_in(make_empty), tmp_path, now=NOW)
    manifest = json.loads((made / MANIFEST).read_text())
    manifest["tables"]["response"]["sum"] = str(int(manifest["tables"]["response"]["sum"]) + 1)
    (made / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(BackupFailed, match="not as they were: response"):
        restore(make_empty(), made)


def test_a_damaged_file_is_not_put_back(make_empty: Make, tmp_path: Path) -> None:
    made = back_up(lived_in(make_empty), tmp_path, now=NOW)
    dump = made / read_manifest(made).file
    raw = bytearray(dump.read_bytes())
    raw[len(raw) // 2] ^= 1
    dump.write_bytes(raw)
    empty = make_empty()
    with pytest.raises(BackupFailed, match="not the file"):
        restore(empty, made)
    with empty.engine.connect() as connection:
        assert inspect(connection).get_table_names() == []


def test_nothing_is_put_over_a_database_in_use(make_empty: Make, tmp_path: Path) -> None:
    database = lived_in(make_empty)
    made = back_up(database, tmp_path, now=NOW)
    with pytest.raises(BackupFailed, match="not empty"):
        restore(database, made)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Participant)) == 3


def test_only_the_newest_backups_stay_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'one.sqlite3'}")
    migrate(database.engine)
    made = [back_up(database, tmp_path / "kept", now=NOW + timedelta(hours=hour)) for hour in range(3)]
    assert forget_old(tmp_path / "kept", keep=2) == made[:1]
    assert sorted((tmp_path / "kept").iterdir()) == made[1:]
    assert stat.S_IMODE(made[1].stat().st_mode) == 0o700
    assert stat.S_IMODE((made[1] / "kiem.sqlite3").stat().st_mode) == 0o600
    database.dispose()


def test_who_was_erased_since_the_backup_does_not_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIEM_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("KIEM_PUSH_GATEWAY", "recording")
    installation = open_installation(read_settings())
    migrate(installation.database.engine)
    with installation.database.transaction() as session:
        cast = make_cast(session)
    command = CliRunner().invoke(cli, ["backup", str(tmp_path / "backups")])
    assert command.exit_code == 0, command.output
    (made,) = (tmp_path / "backups").iterdir()
    _erase(installation.database, keeper_of(installation.context), cast.noor.participant)
    installation.database.dispose()
    for key in ("secret.key", "contact.key", "vapid.pem"):
        secret = (tmp_path / "data" / key).read_bytes().strip()
        assert all(secret not in file.read_bytes() for file in made.iterdir())

    for path in (tmp_path / "data").glob("kiem.sqlite3*"):
        path.unlink()
    command = CliRunner().invoke(cli, ["restore", str(made)])
    assert command.exit_code == 0, command.output
    assert "1 had come back and are erased again" in command.output
    back = Database(f"sqlite:///{tmp_path / 'data' / 'kiem.sqlite3'}")
    with back.reading() as session:
        assert set(session.scalars(select(Participant.code))) == {"SMSM234", "ZAZA234"}
    back.dispose()


def test_without_the_list_of_the_erased_the_operator_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIEM_DATA_DIR", str(tmp_path / "data"))
    database = Database(f"sqlite:///{tmp_path / 'one.sqlite3'}")
    migrate(database.engine)
    made = back_up(database, tmp_path / "backups", now=SystemClock().now())
    database.dispose()
    command = CliRunner().invoke(cli, ["restore", str(made)])
    assert command.exit_code == 0, command.output
    assert "./run erase-replay" in command.output


def test_a_backup_of_a_newer_release_is_refused_before_a_row_is_put_back(make_empty: Make, tmp_path: Path) -> None:
    made, empty = back_up(lived_in(make_empty), tmp_path, now=NOW), make_empty()
    manifest = json.loads((made / MANIFEST).read_text())
    assert manifest["revision"] == newest_revision()
    (made / MANIFEST).write_text(json.dumps(manifest | {"revision": "9999"}))
    with pytest.raises(BackupFailed, match=r"9999, of a newer Kiem"):
        restore(empty, made)
    with empty.engine.connect() as connection:
        assert inspect(connection).get_table_names() == []


def test_what_a_killed_backup_left_is_cleared_away_and_one_under_way_is_not(make_empty: Make, tmp_path: Path) -> None:
    killed, under_way = tmp_path / "kiem-20260301T020000Z.part", tmp_path / "kiem-20260301T030000Z.part"
    for part in (killed, under_way):
        part.mkdir()
        (part / "database.dump").write_bytes(b"half of it")
    with hold(under_way):
        made = back_up(lived_in(make_empty), tmp_path, now=NOW)
    assert sorted(tmp_path.glob("kiem-*")) == sorted([under_way, made])


@pytest.mark.parametrize(("hours", "waits_h"), [(0, 24), (23, 1), (24, 0), (30, 0), (-5, 24)])
def test_whoever_starts_anew_makes_the_next_backup_when_it_is_due(tmp_path: Path, hours: int, waits_h: int) -> None:
    assert until_next(tmp_path / "none", every=timedelta(hours=24), now=NOW) == timedelta()
    for at in (NOW - timedelta(days=2), NOW):
        (tmp_path / at.strftime(STAMP)).mkdir()
        (tmp_path / at.strftime(STAMP) / MANIFEST).write_text("{}")
    (tmp_path / (NOW + timedelta(hours=1)).strftime(STAMP)).mkdir()  # not whole: it has no manifest
    wait = until_next(tmp_path, every=timedelta(hours=24), now=NOW + timedelta(hours=hours))
    assert wait == timedelta(hours=waits_h)


def test_what_keeps_a_backup_from_being_made_ends_no_service_and_is_tried_again_soon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KIEM_DATA_DIR", str(tmp_path))
    settings = read_settings()
    place, waits = tmp_path / "backups", list[float]()
    place.write_text("in the way of the folder, as a full disk would be")

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            place.unlink()
        if len(waits) == 3:
            raise KeyboardInterrupt  # now it would sleep for a day

    database = Database(settings.database_url)
    migrate(database.engine)
    with pytest.raises(KeyboardInterrupt):
        keep_making(settings, place, 3, every=timedelta(hours=24), wait=wait)
    told = capsys.readouterr()
    assert waits[:2] == [TRY_AGAIN_S, TRY_AGAIN_S]
    assert waits[2] == pytest.approx(24 * 3600, abs=60)
    assert told.err.count("No backup was made.") == 2
    assert len(list(place.glob(f"kiem-*/{MANIFEST}"))) == 1
    with database.reading() as session:  # whoever watches sees both
        counted = session.execute(select(Counter.label, Counter.total).where(Counter.name == BACKUPS)).all()
    assert {(label, total) for label, total in counted} == {("made", 1), ("failed", 2)}
    database.dispose()


def test_whoever_restores_without_the_keys_is_told_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIEM_DATA_DIR", str(tmp_path / "data"))
    database = Database(f"sqlite:///{tmp_path / 'one.sqlite3'}")
    migrate(database.engine)
    made = back_up(database, tmp_path / "backups", now=SystemClock().now())
    database.dispose()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "erasures.jsonl").write_text("a list that the lost key has sealed\n")
    command = CliRunner().invoke(cli, ["restore", str(made)])
    assert command.exit_code == 1
    assert "nobody was erased again yet" in command.output
    for key in ("contact.key", "secret.key", "vapid.pem"):
        assert f"There is no {tmp_path / 'data' / key}" in command.output
        assert not (tmp_path / "data" / key).exists()  # a new one would hide that the old one is missing


@pytest.mark.postgres
@pytest.mark.parametrize("make_empty", ["postgres"], indirect=True)
def test_whoever_is_stopped_after_the_rows_are_back_hears_that_the_erased_are_too(
    make_empty: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, empty = back_up(lived_in(make_empty), tmp_path / "backups", now=NOW), make_empty()
    url = empty.engine.url.set(drivername="postgresql")
    with empty.engine.begin() as connection:
        connection.execute(text("CREATE ROLE plain LOGIN"))
        connection.execute(text(f'GRANT ALL ON DATABASE "{url.database}" TO plain'))
        connection.execute(text("GRANT ALL ON SCHEMA public TO plain"))
    monkeypatch.setenv("KIEM_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("KIEM_DATABASE_URL", url.set(username="plain").render_as_string(hide_password=False))
    command = CliRunner().invoke(cli, ["restore", str(made)])
    with empty.engine.begin() as connection:
        connection.execute(text("DROP OWNED BY plain"))
        connection.execute(text("DROP ROLE plain"))
    assert command.exit_code == 1, command.output
    assert "Let a superuser of the server run" in command.output
    assert "nobody was erased again yet" in command.output


def _erase(database: Database, keeper: Keeper, participant: Participant) -> None:
    with database.transaction() as session:
        erase(session, participant.id, why="self", keeper=keeper, now=NOW)


def test_backups_of_one_second_stand_beside_each_other(make_empty: Make, tmp_path: Path) -> None:
    database = lived_in(make_empty)
    folder = tmp_path / "backups"
    with ThreadPoolExecutor(3) as pool:
        made = list(pool.map(lambda _one: back_up(database, folder, now=NOW), range(3)))
    made.append(back_up(database, folder, now=NOW))
    names = [(NOW + timedelta(seconds=later)).strftime(STAMP) for later in range(4)]
    assert sorted(path.name for path in made) == sorted(path.name for path in folder.iterdir()) == names
    assert len({read_manifest(path).sha256 for path in made}) == 1
