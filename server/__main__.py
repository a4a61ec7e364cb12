"""``python -m server COMMAND ...``: every command of `./run` under one name, for where there is no `./run`."""

import runpy
import sys

MODULES = {
    "server.cli": ("serve", "worker", "migrate", "import", "replay", "plan-preview", "content", "demo"),
    "server.study_cli": ("study",),
    "server.rights_cli": ("letter", "retention", "erase-replay", "rotate-keys"),
    "server.desk_cli": ("staff", "audit-log"),
    "server.backup_cli": ("backup", "restore"),
    "server.export_cli": ("export", "proof"),
    "server.assessment_cli": ("dpia", "register"),
}
COMMANDS = {command: module for module, commands in MODULES.items() for command in commands}


def main() -> None:
    """Run the program of the command that is named first; say which there are when there is no such one."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in COMMANDS:
        sys.exit(f"There is no command {name!r}; there are: {', '.join(sorted(COMMANDS))}.")
    runpy.run_module(COMMANDS[name], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
