"""Settings are read once, complained about all at once, and explained."""

import re
from pathlib import Path

import pytest

from server.config import NAMES, PREFIX, SettingsError, read_settings

EXAMPLE = Path(__file__).resolve().parents[2] / ".env.example"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(PREFIX + name, raising=False)


def test_the_example_names_every_setting_and_no_other() -> None:
    explained = re.findall(r"^KIEM_(\w+)=", EXAMPLE.read_text(), flags=re.MULTILINE)
    assert sorted(explained) == sorted(NAMES)


def test_the_example_as_it_stands_gives_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    defaults = read_settings()
    for name, value in re.findall(r"^(KIEM_\w+)=(.*)$", EXAMPLE.read_text(), flags=re.MULTILINE):
        monkeypatch.setenv(name, value)
    assert read_settings() == defaults


def test_every_fault_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"LEASE_S": "soon", "PUSH_GATEWAY": "pigeon", "PUBLIC_URL": "kiem", "LOG_LEVEL": "loud"}.items():
        monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert {line.split(":")[0] for line in str(caught.value).splitlines()} == {
        "KIEM_LEASE_S",
        "KIEM_PUSH_GATEWAY",
        "KIEM_PUBLIC_URL",
        "KIEM_LOG_LEVEL",
    }


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://kiem@db/kiem\n")
    monkeypatch.setenv(f"{PREFIX}DATABASE_URL_FILE", str(tmp_path / "url"))
    (tmp_path / "word").write_text("a-word-for-the-monitor\n")
    monkeypatch.setenv(f"{PREFIX}METRICS_TOKEN_FILE", str(tmp_path / "word"))
    settings = read_settings()
    assert settings.database_url == "postgresql://kiem@db/kiem"
    assert settings.metrics_token == "a-word-for-the-monitor"


def test_files_that_cannot_be_read_are_all_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(f"{PREFIX}DATABASE_URL_FILE", str(tmp_path / "nowhere"))
    monkeypatch.setenv(f"{PREFIX}SMTP_PASSWORD_FILE", str(tmp_path))
    with pytest.raises(SettingsError) as caught:
        read_settings()
    named = [line.split(":")[0] for line in str(caught.value).splitlines()]
    assert named == ["KIEM_DATABASE_URL_FILE", "KIEM_SMTP_PASSWORD_FILE"]


def test_https_needs_somebody_whom_push_services_can_write_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}PUBLIC_URL", "https://kiem.example.org")
    with pytest.raises(SettingsError, match="KIEM_VAPID_SUBJECT"):
        read_settings()
    monkeypatch.setenv(f"{PREFIX}VAPID_SUBJECT", "mailto:research@example.org")
    assert read_settings().secure
