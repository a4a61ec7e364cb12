"""Puts the separation of duties into the database: roles with their grants, views over answers, and append-only rows.

Everything here may be run again at any time; ``./run migrate`` does so after the last migration. Views stand in the way
of changes to the tables under them, so `remove_duties` takes them out first.
"""

from sqlalchemy import Connection, inspect, text

from server.grants import ALL, IDENTITY, IDENTITY_SCHEMA, ROLES, VIEWERS, VIEWS, Grant, role_name

APPEND_ONLY = ("audit_entry",)
UNCHANGING = ("consent_record", "consent_text")  # they may go (erasing somebody), but never say something else


class RoleMissing(Exception):
    """The database lacks a role and this user may not make it; the message says what its administrator has to run."""


def install_duties(connection: Connection) -> None:
    """Make views, triggers, roles and grants anew. Raises `RoleMissing`. Does not commit."""
    remove_duties(connection)
    for name, query in VIEWS.items():
        connection.execute(text(f"CREATE VIEW {name} AS {query}"))
    guarded = _guarded(connection)
    if connection.dialect.name == "sqlite":
        for table in guarded:
            for change in ("UPDATE", "DELETE") if table in APPEND_ONLY else ("UPDATE",):
                connection.execute(
                    text(
                        f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                    )
                )
        return
    connection.execute(
        text(
            "CREATE OR REPLACE FUNCTION kiem_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
    )
    for table in guarded:
        changes = "UPDATE OR DELETE OR TRUNCATE" if table in APPEND_ONLY else "UPDATE"
        connection.execute(
            text(
                f"CREATE TRIGGER {table}_append_only BEFORE {changes} ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION kiem_append_only()"
            )
        )
    _make_schema(connection, IDENTITY_SCHEMA)
    _move(connection, "public", IDENTITY_SCHEMA)
    for role, grants in ROLES.items():
        _make_role(connection, role_name(role))
        _grant(connection, role, grants)


def remove_duties(connection: Connection) -> None:
    """Take out what stands in the way of a migration: views, triggers, and tables that are kept apart."""
    for name in VIEWS:
        connection.execute(text(f"DROP VIEW IF EXISTS {name}"))
    if connection.dialect.name == "postgresql":
        _move(connection, IDENTITY_SCHEMA, "public")
    for table in _guarded(connection):
        if connection.dialect.name == "sqlite":
            for change in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{change}"))
        else:
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}"))


def _guarded(connection: Connection) -> list[str]:
    """The tables with a trigger, those that are there."""
    return sorted(set(inspect(connection).get_table_names()).intersection((*APPEND_ONLY, *UNCHANGING)))


def _make_schema(connection: Connection, name: str) -> None:
    """A schema that the user of the connection owns."""
    if name in inspect(connection).get_schema_names():
        return
    user, database, able = connection.execute(
        text("SELECT current_user, current_database(), has_database_privilege(current_database(), 'CREATE')")
    ).one()
    if not able:
        raise RoleMissing(
            f"The schema {name}, where contact data lies apart, cannot be made by {user}. "
            f'Let a superuser of the server run in {database}: CREATE SCHEMA {name} AUTHORIZATION "{user}"; '
            "and migrate again."
        )
    connection.execute(text(f"CREATE SCHEMA {name}"))


def _move(connection: Connection, source: str, target: str) -> None:
    """Move the tables of `IDENTITY` from one schema to the other, those that are there."""
    there = inspect(connection).get_table_names(schema=source)
    for table in sorted(IDENTITY.keys() & set(there)):
        connection.execute(text(f"ALTER TABLE {source}.{table} SET SCHEMA {target}"))


def _make_role(connection: Connection, name: str) -> None:
    """A role nobody can log in as, which the user of the connection may take on."""
    user, able = connection.execute(
        text("SELECT current_user, rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
    ).one()
    there = connection.scalar(text("SELECT count(*) FROM pg_roles WHERE rolname = :name"), {"name": name})
    member = there and connection.scalar(text("SELECT pg_has_role(current_user, :name, 'MEMBER')"), {"name": name})
    if not able and not member:
        make = f"CREATE ROLE {name} NOLOGIN; " if not there else ""
        raise RoleMissing(
            f"The database role {name}, which keeps duties apart, cannot be set up by {user}. "
            f'Let a superuser of the server run: {make}GRANT {name} TO "{user}"; and migrate again.'
        )
    if not there:
        connection.execute(text(f"CREATE ROLE {name} NOLOGIN"))
    if not member:
        connection.execute(text(f"GRANT {name} TO CURRENT_USER"))


def _grant(connection: Connection, role: str, grants: dict[str, Grant]) -> None:
    name = role_name(role)
    there = inspect(connection)
    schema_of = {
        table: schema for schema in ("public", IDENTITY_SCHEMA) for table in there.get_table_names(schema=schema)
    }
    for schema in ("public", IDENTITY_SCHEMA):
        connection.execute(text(f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {name}"))
    connection.execute(text(f"REVOKE ALL ON SCHEMA {IDENTITY_SCHEMA} FROM {name}"))
    for table in sorted(schema_of.keys() & grants.keys()):
        granted = ", ".join(privileges(grants[table]))
        if schema_of[table] == IDENTITY_SCHEMA:  # what is public everybody may look into; tables are granted one by one
            connection.execute(text(f"GRANT USAGE ON SCHEMA {IDENTITY_SCHEMA} TO {name}"))
        connection.execute(text(f"GRANT {granted} ON {schema_of[table]}.{table} TO {name}"))
        if grants[table].insert:  # and the counters that number its rows
            for sequence in connection.scalars(_SEQUENCES, {"table": table}):
                connection.execute(text(f"GRANT USAGE ON SEQUENCE {sequence} TO {name}"))
    for view in VIEWS if role in VIEWERS else ():
        connection.execute(text(f"GRANT SELECT ON {view} TO {name}"))


_SEQUENCES = text(
    "SELECT s.relname FROM pg_class s JOIN pg_depend d ON d.objid = s.oid JOIN pg_class t ON t.oid = d.refobjid "
    "WHERE s.relkind = 'S' AND d.deptype = 'a' AND t.relname = :table"
)


def privileges(grant: Grant) -> list[str]:
    """A grant in PostgreSQL's words."""
    found = []
    for word, columns in (("SELECT", grant.select), ("UPDATE", grant.update)):
        if columns == ALL:
            found.append(word)
        elif columns:
            found.append(f"{word} ({', '.join(columns)})")
    if grant.insert:
        found.append("INSERT")
    if grant.delete:
        found.append("DELETE")
    return found
