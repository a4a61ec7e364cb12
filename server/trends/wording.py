"""The words of the sentences, in plain Dutch and English for a fifteen-year-old.

Rules: compare her only with herself; tell what went together, never why; no diagnosis and no judgement; the nicer side
of a difference is the one that is told ("when you were alone" rather than "less with friends"); how sure it is always
comes along. A test reads every text for words that break them.
"""

from collections.abc import Mapping
from types import MappingProxyType

Text = Mapping[str, str]


def _text(nl: str, en: str) -> Text:
    return MappingProxyType({"nl": nl, "en": en})


# Each measure as it stands inside a sentence.
MEASURE_WORDS: Mapping[str, Text] = MappingProxyType(
    {
        "mood": _text("je stemming", "your mood"),
        "sleep": _text("hoe je sliep", "how you slept"),
        "time_asleep": _text("hoe lang je sliep", "how long you slept"),
        "social_contact": _text("je tijd samen met anderen", "your time together with people"),
        "movement": _text("hoeveel je bewoog", "how much you moved"),
        "stress": _text("je stress", "your stress"),
    }
)

PART_WORDS: Mapping[str, Text] = MappingProxyType(
    {
        "morning": _text("'s ochtends", "in the morning"),
        "midday": _text("tussen de middag", "around midday"),
        "afternoon": _text("'s middags", "in the afternoon"),
        "evening": _text("'s avonds", "in the evening"),
    }
)

# The side of a contrast on which mood was higher.
SIDE_WORDS: Mapping[str, Text] = MappingProxyType(
    {
        "with_friends": _text("Als je met vrienden was", "When you were with friends"),
        "in_company": _text("Als er iemand bij je was", "When somebody was with you"),
        "alone": _text("Als je alleen was", "When you were alone"),
        "moved_more": _text(
            "Als je meer had bewogen dan je meestal doet", "When you had moved more than you mostly do"
        ),
        "moved_less": _text("Als je rustig aan had gedaan", "When you had taken it easy"),
        "more_contact": _text(
            "Op dagen waarop je langer samen was met anderen dan je meestal bent",
            "On days when you spent more time together with people than you mostly do",
        ),
        "less_contact": _text(
            "Op dagen waarop je meer tijd voor jezelf had", "On days when you had more time to yourself"
        ),
    }
)

SURENESS_WORDS: Mapping[str, Text] = MappingProxyType(
    {
        "maybe": _text("Dit kan toeval zijn.", "This could be chance."),
        "likely": _text("Dit is waarschijnlijk geen toeval.", "This is probably not chance."),
        "clear": _text("Dit zie je duidelijk terug in je antwoorden.", "This shows clearly in your answers."),
        "rough": _text("Dat is een ruwe schatting ({n}).", "That is a rough estimate ({n})."),
        "fair": _text("Dat is een redelijke schatting ({n}).", "That is a fair estimate ({n})."),
        "good": _text("Dat is een goede schatting ({n}).", "That is a good estimate ({n})."),
    }
)

# One and many, for counting down to what is not shown yet.
COUNT_WORDS: Mapping[str, tuple[Text, Text]] = MappingProxyType(
    {
        "answers": (_text("nog {n} antwoord", "{n} more answer"), _text("nog {n} antwoorden", "{n} more answers")),
        "days": (_text("nog {n} dag", "{n} more day"), _text("nog {n} dagen", "{n} more days")),
        "span_days": (
            _text("nog {n} dag verder", "{n} day further on"),
            _text("nog {n} dagen verder", "{n} days further on"),
        ),
        "pairs": (_text("nog {n} nacht", "{n} more night"), _text("nog {n} nachten", "{n} more nights")),
    }
)

SENTENCES: Mapping[str, Text] = MappingProxyType(
    {
        "start": _text(
            "Hier groeit een beeld van jou. Het begint bij je eerste antwoord.",
            "A picture of you will grow here. It starts with your first answer.",
        ),
        "more.week": _text("Je week zie je na: {wait}.", "You will see your week after: {wait}."),
        "more.profile": _text(
            "Hoe je dag verloopt zie je na: {wait}.", "You will see how your day goes after: {wait}."
        ),
        "more.trend": _text(
            "Je lijn over de weken zie je na: {wait}.", "You will see your line over the weeks after: {wait}."
        ),
        "more.sleep_mood": _text(
            "Of je slaap en je stemming samengaan zie je na: {wait}.",
            "You will see whether your sleep and your mood go together after: {wait}.",
        ),
        "week.points": _text(
            "Van {from} tot en met {to} kwam {measure} gemiddeld uit op {mean} van de 100. {sure}",
            "From {from} to {to} {measure} came to {mean} out of 100 on average. {sure}",
        ),
        "week.minutes": _text(
            "Van {from} tot en met {to} sliep je gemiddeld {hours} uur en {minutes} minuten. {sure}",
            "From {from} to {to} you slept {hours} hours and {minutes} minutes on average. {sure}",
        ),
        "profile.higher": _text(
            "{part} kwam {measure} hoger uit dan op je andere momenten. {sure}",
            "{part} {measure} came out higher than at your other moments. {sure}",
        ),
        "profile.lower": _text(
            "{part} kwam {measure} lager uit dan op je andere momenten. {sure}",
            "{part} {measure} came out lower than at your other moments. {sure}",
        ),
        "trend.up": _text(
            "Tussen {from} en {to} ging {measure} langzaam omhoog. {sure}",
            "Between {from} and {to} {measure} slowly went up. {sure}",
        ),
        "trend.down": _text(
            "Tussen {from} en {to} ging {measure} langzaam omlaag. {sure}",
            "Between {from} and {to} {measure} slowly went down. {sure}",
        ),
        "trend.unclear": _text(
            "Tussen {from} en {to} gaat {measure} niet duidelijk omhoog of omlaag.",
            "Between {from} and {to} {measure} does not clearly go up or down.",
        ),
        "variability.even": _text(
            "Je stemming bleef meestal dicht bij je eigen gemiddelde. {sure}",
            "Your mood mostly stayed close to your own average. {sure}",
        ),
        "variability.some": _text(
            "Je stemming ging af en toe op en neer. {sure}", "Your mood went up and down now and then. {sure}"
        ),
        "variability.much": _text(
            "Je stemming ging flink op en neer. {sure}", "Your mood went up and down quite a bit. {sure}"
        ),
        **dict.fromkeys(
            ("contrast.friends", "contrast.company", "contrast.movement", "contrast.contact"),
            _text("{side}, voelde je je vaker vrolijk. {sure}", "{side}, you more often felt cheerful. {sure}"),
        ),
        "sleep_mood.together": _text(
            "Op dagen na een nacht waarin je beter sliep voelde je je vaker vrolijk. {sure}",
            "On days after a night of better sleep you more often felt cheerful. {sure}",
        ),
        "sleep_mood.opposite": _text(
            "Ook op dagen na een slechtere nacht voelde je je vaker vrolijk. {sure}",
            "On days after a night of poorer sleep you more often felt cheerful too. {sure}",
        ),
        "sleep_mood.unclear": _text(
            "Tot nu toe laten je antwoorden geen verband zien tussen je slaap en je stemming.",
            "So far your answers show no link between your sleep and your mood.",
        ),
    }
)

MONTHS: Text = _text(
    "januari februari maart april mei juni juli augustus september oktober november december",
    "January February March April May June July August September October November December",
)
