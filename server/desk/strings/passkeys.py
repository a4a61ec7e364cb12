TEXTS: dict[str, tuple[str, str]] = {
    "passkey.title": ("Toegangssleutels", "Passkeys"),
    "passkey.text": (
        "Met een toegangssleutel meld je je aan met vingerafdruk, gezicht of pincode, zonder wachtwoord en code.",
        "With a passkey you sign in by finger, face or PIN, without password and code.",
    ),
    "passkey.since": ("sinds {at}", "since {at}"),
    "passkey.new": ("Toegangssleutel toevoegen", "Add a passkey"),
    "passkey.why": (
        "Je browser vraagt zo waar de sleutel moet komen: op dit apparaat, op een telefoon of op een beveiligingssleutel.",  # noqa: E501
        "Your browser asks in a moment where the key is to live: on this device, on a phone or on a security key.",
    ),
    "passkey.name": ("Hoe noem je hem?", "What do you call it?"),
    "passkey.name_hint": ("Bijvoorbeeld: laptop van het werk.", "For instance: laptop at work."),
    "passkey.make": ("Maak de sleutel", "Make the key"),
    "passkey.scripts": ("Hiervoor moeten scripts aan staan.", "This needs scripts to be on."),
    "passkey.remove": ("Verwijder", "Remove"),
    "passkey.removed": ("De toegangssleutel opent niets meer.", "The passkey opens nothing any more."),
    "passkey.sign_in": ("Verder met een toegangssleutel", "Continue with a passkey"),
    "passkey.failed": (
        "Dat is niet gelukt. Probeer het nog eens, of gebruik wachtwoord en code.",
        "That did not work. Try again, or use password and code.",
    ),
    "sign_in.with": ("Aanmelden met {name}", "Sign in with {name}"),
    "error.oidc-refused": (
        "Aanmelden bij je organisatie is niet gelukt. Begin opnieuw.",
        "Signing in with your organisation did not work. Begin again.",
    ),
    "error.oidc-unknown": (
        "Hier is geen account voor jou. Vraag eerst om een uitnodiging, op het adres dat je organisatie kent.",
        "There is no account for you here. Ask for an invitation first, to the address that your organisation knows.",
    ),
    "error.oidc-unavailable": (
        "Je organisatie is niet te bereiken. Probeer het later nog eens.",
        "Your organisation cannot be reached. Try again later.",
    ),
    "did.staff.oidc-bound": ("koppelde het account aan de organisatie", "bound the account to the organisation"),
    "fact.by": ("met", "with"),
    "error.passkey-unknown": ("Deze toegangssleutel is er niet.", "There is no such passkey."),
    "error.no-passkeys-here": (
        "Toegangssleutels werken alleen op een adres met een naam.",
        "Passkeys work only on an address with a name.",
    ),
    "did.staff.passkey-added": ("maakte een toegangssleutel", "made a passkey"),
    "did.staff.passkey-removed": ("verwijderde een toegangssleutel", "removed a passkey"),
}
