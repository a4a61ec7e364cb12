"""A login for web processes and workers that owns nothing: what the owner of the tables gives it, and no more.

With one login for everything (the usual on a laptop) the process that answers the internet could drop a table or switch
off the trigger that guards the audit log. With two, the owner's address is known to migrations and backups alone:

* the log of what staff did, consent texts, consents and tombstones can be added to and read, not changed;
* people, answers and consents are only taken away under the role ``rights``, addresses only touched under ``identity``;
* no table, function, trigger or role can be made, altered or dropped; months come and go by `server.partitions`.
"""

from sqlalchemy import URL, Connection, Engine, inspect, text

from server.duties import RoleMissing, privileges
from server.grants import EVERYTHING, ROLES, SERVING, VIEWS, role_name
from server.partitions import FUNCTIONS, is_partition
from server.schema import current_revision, newest_revision

_ABOUT = text("SELECT rolsuper, rolcreaterole, rolinherit FROM pg_roles WHERE rolname = :name")


def let_serve(engine: Engine, serving: URL | None) -> None:
    """`install_serving`, where another login than the owner's is to serve and the schema is this code's."""
    if serving is not None and current_revision(engine) == newest_revision():
        with engine.begin() as connection:
            install_serving(connection, serving)


def install_serving(connection: Connection, serving: URL) -> None:
    """Give the login of ``serving`` what a web process and a worker need; make it if the owner may. Does not commit.

    Run by the owner after `server.duties.install_duties`. Raises `RoleMissing` with what a superuser has to run.
    """
    login = serving.username or ""
    _make_login(connection, login, serving.password)
    name = _quote(connection, login)
    for role in ROLES:
        connection.execute(text(f"GRANT {role_name(role)} TO {name}"))
    connection.execute(text(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}"))
    for table in sorted(inspect(connection).get_table_names(schema="public")):
        if not is_partition(table):
            granted = ", ".join(privileges(SERVING.get(table, EVERYTHING)))
            connection.execute(text(f"GRANT {granted} ON public.{table} TO {name}"))
    for view in VIEWS:
        connection.execute(text(f"GRANT SELECT ON {view} TO {name}"))
    connection.execute(text(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}"))
    for function in FUNCTIONS:
        connection.execute(text(f"GRANT EXECUTE ON FUNCTION {function} TO {name}"))
    _keep_from_making(connection, login)


def _make_login(connection: Connection, login: str, password: str | None) -> None:
    """A login that has no role's rights before it takes that role on, and is neither the owner nor stronger."""
    owner = connection.scalar(text("SELECT current_user"))
    able = any(connection.execute(_ABOUT, {"name": owner}).one()[:2])
    name, found = _quote(connection, login), connection.execute(_ABOUT, {"name": login}).one_or_none()
    if found is None:
        if not able:
            raise RoleMissing(
                f"The login {login} of KIEM_DATABASE_URL is not there, and {owner} may not make it. Let a superuser of "
                f"the server run: CREATE ROLE {name} LOGIN NOINHERIT PASSWORD '...'; and migrate again."
            )
        secret = connection.scalar(text("SELECT quote_literal(:password)"), {"password": password or ""})
        statement = f"CREATE ROLE {name} LOGIN NOINHERIT" + (f" PASSWORD {secret}" if password else "")
        connection.exec_driver_sql(statement.replace("%", "%%"))
        return
    strong, makes, inherits = found
    if (
        strong
        or makes
        or connection.scalar(text("SELECT pg_has_role(:login, current_user, 'MEMBER')"), {"login": login})
    ):
        raise RoleMissing(
            f"The login {login} of KIEM_DATABASE_URL is as strong as the owner {owner}, so it would protect nothing. "
            f"Let a superuser of the server run: ALTER ROLE {name} NOSUPERUSER NOCREATEROLE; take it out of the role "
            f"{owner}; and migrate again."
        )
    if inherits:
        if not able:
            raise RoleMissing(
                f"The login {login} would have the rights of every role at once. Let a superuser of the server run: "
                f"ALTER ROLE {name} NOINHERIT; and migrate again."
            )
        connection.execute(text(f"ALTER ROLE {name} NOINHERIT"))


def _keep_from_making(connection: Connection, login: str) -> None:
    """Nothing of its own in the schema of the tables: until PostgreSQL 15 everybody could."""
    may = text("SELECT has_schema_privilege(:login, 'public', 'CREATE')")
    if not connection.scalar(may, {"login": login}):
        return
    connection.execute(text("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
    if connection.scalar(may, {"login": login}):
        raise RoleMissing(
            f"The login {login} can make tables in the schema public. Let a superuser of the server run: "
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC; and migrate again."
        )


def _quote(connection: Connection, name: str) -> str:
    return str(connection.scalar(text("SELECT quote_ident(:name)"), {"name": name}))
