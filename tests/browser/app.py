"""What a person does in the app, as JavaScript that any browser's driver can run."""

import json

# The one button that leads on from each step of joining; the rhythm of the day and the name in the team are left out.
# Each is pressed once, but for the notifications: there the first press asks for them and the next one goes on. Of
# years and months the last is chosen: somebody who is old enough to decide alone.
_ON = {
    "code": "form button[type=submit]",
    "another": ".button.big",
    "about": ".button.big",
    "age": ".button.big",
    "consent": ".button.big",
    "recovery": ".button.big",
    "install": ".quiet-button",
    "notify": ".button.big",
    "rhythm": ".join-body > .button.soft",
    "look": ".join-body > .button.soft",
    "done": ".button.big",
}


def press_on_in_joining() -> str:
    """Press the button of whatever step of joining is on the screen; true once joining is over."""
    return f"""(() => {{
        const step = document.querySelector("main.join")?.className.match(/step-(\\w+)/)?.[1];
        for (const cells of document.querySelectorAll("main.join .years, main.join .months")) {{
            if (!cells.querySelector("[aria-pressed=true]")) return void cells.lastElementChild.click();
        }}
        const button = step && document.querySelector("main.join " + {json.dumps(_ON)}[step]);
        if (button && !button.disabled && (step === "notify" || globalThis.pressed !== step)) {{
            globalThis.pressed = step;
            button.click();
        }}
        return location.pathname === "/" && !step;
    }})()"""


def press(selector: str) -> str:
    """Press what ``selector`` finds; true if there was something to press."""
    return f"(e => e && !e.disabled ? (e.click(), true) : false)(document.querySelector({json.dumps(selector)}))"


RATHER_NOT = press("main.ask .ask-foot .quiet-button")
NEXT = press("main.ask .ask-foot .next")
QUESTION = "document.querySelector('main.ask h1')?.textContent ?? null"
THANKED = "document.querySelector('main.thanks') !== null"
