TEXTS: dict[str, tuple[str, str]] = {
    "proof.title": ("Bewijs van de planning", "Proof of the planning"),
    "proof.lead": (
        "Beeps vallen door het lot, niet omdat iemand ze koos. Dat is na te rekenen: uit het lot van de studie volgt "
        "elk gepland moment.",
        "Beeps fall by lot, not because somebody chose them. That can be checked: every planned moment follows from "
        "the study's seed.",
    ),
    "proof.verdict": ("Nagerekend", "Drawn again"),
    "proof.holds": ("klopt", "holds"),
    "proof.differs": ("wijkt af", "differs"),
    "proof.slot": ("plaats {slot}", "slot {slot}"),
    "proof.why.other-time": ("staat op een ander moment dan geloot", "is at another time than drawn"),
    "proof.why.missing": ("is geloot en niet gepland", "was drawn and not planned"),
    "proof.why.extra": ("is gepland en niet geloot", "was planned and not drawn"),
    "proof.why.unknown-protocol": ("volgt een onbekend protocol", "follows an unknown protocol"),
    "proof.why.other-algorithm": ("komt uit een andere manier van loten", "comes from another way of drawing"),
    "proof.too_many.one": (
        "{count} beep: reken die na op de server met",
        "{count} beep: draw it again on the server with",
    ),
    "proof.too_many.many": (
        "{count} beeps zijn te veel voor een bladzijde. Reken ze na op de server met",
        "{count} beeps are too many for a page. Draw them again on the server with",
    ),
    "proof.seed": ("Het lot", "The seed"),
    "proof.seed_text": (
        "Dit is de vingerafdruk (SHA-256) van het lot. Wie haar vooraf vastlegt, kan later zien dat het hetzelfde is.",
        "This is the fingerprint (SHA-256) of the seed. Whoever notes it beforehand can see later that it was not "
        "changed.",
    ),
    "proof.released": ("Het lot is vrijgegeven op {when}.", "The seed was released on {when}."),
    "proof.released_now": ("Het lot is vrijgegeven.", "The seed has been released."),
    "proof.fetch": ("Haal het bewijsbestand op", "Fetch the proof file"),
    "proof.fetch_hint": (
        "Met echte datums en interne codes, zonder antwoorden. Alleen voor een controleur. Nareken met:",
        "With true dates and internal ids, without answers. For an auditor only. Check it with:",
    ),
    "proof.running.one": (
        "Het lot kan vrij als ieders dagboek af is; van {count} deelnemer loopt het nog.",
        "The seed can be released when every diary is over; {count} still runs.",
    ),
    "proof.running.many": (
        "Het lot kan vrij als ieders dagboek af is; van {count} deelnemers loopt het nog.",
        "The seed can be released when every diary is over; {count} still run.",
    ),
    "proof.owner_releases": ("Een eigenaar kan het lot vrijgeven.", "An owner can release the seed."),
    "proof.release": ("Geef het lot vrij", "Release the seed"),
    "proof.release_text": (
        "Wie het lot en de interne codes heeft, kan elk gepland moment narekenen. Vrijgeven kan niet ongedaan gemaakt "
        "worden en komt in het logboek en in het risicorapport van latere exports.",
        "Whoever has the seed and the internal ids can work out every planned moment. Releasing cannot be undone; it "
        "goes into the log and into the risk report of later exports.",
    ),
    "error.study-still-running": (
        "Er lopen nog dagboeken. Met het lot zou iemand de momenten kunnen voorspellen die nog komen.",
        "Diaries still run. With the seed somebody could tell the moments to come.",
    ),
    "did.study.seed-released": ("gaf het lot vrij", "released the seed"),
    "did.study.proof": ("haalde het bewijs van de planning op", "fetched the proof of the planning"),
}
