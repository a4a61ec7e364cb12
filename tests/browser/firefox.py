"""Starts the machine's Firefox, headless and offline, with push going to a local service."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.browser.bidi import Bidi, BidiError, wait_for

PROGRAM = shutil.which("firefox-esr") or shutil.which("firefox")
_ALERT = "chrome://global/content/alerts/alert.xhtml"
_LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")


def _prefs(push_port: int) -> dict[str, bool | int | str]:
    return {
        # Without these there is no push at all: automation turns it off, and the service is neither Mozilla's nor TLS.
        "dom.push.serverURL": f"ws://127.0.0.1:{push_port}/",
        "dom.push.testing.allowInsecureServerURL": True,
        "dom.push.connection.enabled": True,
        "permissions.default.desktop-notification": 1,
        # A container has no D-Bus to show a notification with.
        "alerts.useSystemBackend": False,
        # From the fourth sticky notification on, showNotification would never settle.
        "dom.webnotifications.requireinteraction.count": 1000,
        "dom.push.retryBaseInterval": 200,
        # Messages for a site that was never visited are thrown away.
        "places.history.enabled": True,
        # Quiet: nothing to the world.
        "browser.shell.checkDefaultBrowser": False,
        "browser.startup.homepage_override.mstone": "ignore",
        "browser.startup.page": 0,
        "app.normandy.enabled": False,
        "app.update.enabled": False,
        "browser.region.network.url": "",
        "browser.safebrowsing.downloads.enabled": False,
        "browser.safebrowsing.malware.enabled": False,
        "browser.safebrowsing.phishing.enabled": False,
        "datareporting.policy.dataSubmissionEnabled": False,
        "extensions.getAddons.cache.enabled": False,
        "network.captive-portal-service.enabled": False,
        "network.connectivity-service.enabled": False,
        "services.settings.server": "http://127.0.0.1:9/",
        "toolkit.telemetry.enabled": False,
    }


class Firefox:
    """A running Firefox on a profile folder; the same folder again is the same browser after a restart."""

    def __init__(self, profile: Path, *, push_port: int) -> None:
        if PROGRAM is None:
            pytest.skip("Firefox is not installed (firefox-esr).")
        profile.mkdir(exist_ok=True)
        lines = [f"user_pref({_js(name)}, {_js(value)});" for name, value in _prefs(push_port).items()]
        (profile / "user.js").write_text("\n".join(lines))
        self._log = (profile.parent / f"{profile.name}.log").open("w+b")
        self._process = subprocess.Popen(
            [
                PROGRAM,
                "--headless",
                "--no-remote",
                "--profile",
                str(profile),
                "--remote-debugging-port",
                "0",
                "--remote-allow-system-access",
                "about:blank",
            ],
            stdout=self._log,
            stderr=self._log,
            env={**os.environ, "HOME": str(profile.parent), "MOZ_CRASHREPORTER_DISABLE": "1"},
            start_new_session=True,
        )
        try:
            self.bidi = Bidi(self._wait_for_address())
        except BaseException:
            self._kill()
            raise

    def close(self) -> None:
        """Shut down in order, so that the profile can be used again."""
        try:
            self.bidi.send("browser.close")
            self.bidi.close()
            self._process.wait(timeout=15)
        except (BidiError, OSError, EOFError, subprocess.TimeoutExpired):
            pass
        finally:
            self._kill()

    def new_phone(self) -> str:
        """A container with storage, permissions and subscriptions of its own: as good as another phone."""
        return str(self.bidi.send("browser.createUserContext")["userContext"])

    def end_phone(self, user_context: str, *, origin: str) -> None:
        """Unsubscribe and forget a container. A subscription left behind in a container that is gone would keep
        Firefox from telling the others when its push service loses them."""
        tab = self.bidi.open_tab(f"{origin}/", user_context=user_context)
        self.bidi.evaluate(
            tab,
            "navigator.serviceWorker.getRegistration()"
            ".then(it => it?.pushManager.getSubscription()).then(it => it?.unsubscribe())",
        )
        self.bidi.send("browser.removeUserContext", userContext=user_context)
        self.close_notifications()

    def notifications(self) -> dict[str, str]:
        """The notifications on the screen: title -> the window that Firefox draws it in."""
        found = {}
        for window in self.bidi.tabs(chrome=True):
            # One that replaces another may take its place between the question and the next.
            with contextlib.suppress(BidiError):
                if window["url"] != _ALERT:
                    continue
                title = self.bidi.evaluate(window["context"], "document.getElementById('alertTitleLabel')?.value")
                if title:  # Firefox opens the window first and fills it in a moment later
                    found[str(title)] = str(window["context"])
        return found

    def click_notification(self, title: str) -> None:
        """Click a notification as a person does; AssertionError if it does not come up."""
        window = wait_for(lambda: self.notifications().get(title), f"the notification {title!r} on the screen")
        self.bidi.evaluate(window, "void document.getElementById('alertBox').click()")

    def close_notifications(self) -> None:
        """Clear the screen."""
        for window in self.notifications().values():
            with contextlib.suppress(BidiError):
                self.bidi.evaluate(window, "void document.getElementById('alert-close').click()")

    def _wait_for_address(self) -> str:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            self._log.seek(0)
            text = self._log.read().decode(errors="replace")
            if found := _LISTENING.search(text):
                return found[1]
            if self._process.poll() is not None:
                raise AssertionError(f"Firefox ended with {self._process.returncode}: {text[-500:]}")
            time.sleep(0.05)
        raise AssertionError("Firefox did not start within 60 s.")

    def _kill(self) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._log.close()


def _js(value: bool | int | str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else f'"{value}"'
