"""Constructs of our questionnaires in Dutch; their files, which are released, name them in English. Pure."""

from collections.abc import Mapping

from server.export.generalise import Text

DUTCH: Mapping[str, str] = {
    "activity": "activiteit",
    "anticipation": "vooruitkijken",
    "appraisal of being alone": "beleving van alleen zijn",
    "appraisal of company": "beleving van gezelschap",
    "appraisal of the activity": "beleving van de activiteit",
    "appraisal of the main event": "beleving van de belangrijkste gebeurtenis",
    "belonging": "erbij horen",
    "challenge acceptability": "aanvaardbaarheid van de challenge",
    "challenge adherence": "uitvoering van de challenge",
    "challenge utility": "nut van de challenge",
    "contact online": "online contact",
    "contact with friends, in person": "contact met vrienden, in het echt",
    "coping": "omgaan met moeilijke dingen (coping)",
    "coping efficacy": "baat van het omgaan met moeilijke dingen",
    "covid-19": "covid-19",
    "daily stressor": "dagelijkse stressor",
    "day satisfaction": "tevredenheid over de dag",
    "fatigue": "vermoeidheid",
    "final awakening": "tijdstip van wakker worden",
    "home": "thuis zijn",
    "hunger": "honger",
    "kind of day": "soort dag",
    "loneliness": "eenzaamheid",
    "moderate to vigorous physical activity": "matig tot zwaar intensieve lichamelijke activiteit",
    "momentary stress": "stress op dit moment",
    "music": "muziek",
    "negative affect": "negatief affect",
    "negative affect, anger": "negatief affect, boosheid",
    "negative affect, high arousal": "negatief affect, hoge activatie",
    "negative affect, low arousal": "negatief affect, lage activatie",
    "number of awakenings": "aantal keren wakker",
    "outdoors": "buiten zijn",
    "positive affect, calmness": "positief affect, kalmte",
    "positive affect, energy": "positief affect, energie",
    "positive affect, high arousal": "positief affect, hoge activatie",
    "positive affect, pleasantness": "positief affect, aangenaamheid",
    "procrastination": "uitstelgedrag",
    "recent physical activity": "recente lichamelijke activiteit",
    "restedness": "uitgerust zijn",
    "savouring": "genieten (savouring)",
    "sleep onset latency": "inslaaptijd",
    "sleep quality": "slaapkwaliteit",
    "social company": "gezelschap",
    "social contact": "sociaal contact",
    "social media": "sociale media",
    "state loneliness": "eenzaamheid op dit moment",
    "time into bed": "tijdstip van naar bed gaan",
    "time of trying to sleep": "tijdstip van proberen te slapen",
    "time out of bed": "tijdstip van opstaan",
    "time outdoors": "tijd buiten",
    "uplifts": "kleine prettige gebeurtenissen",
    "wake after sleep onset": "wakker in de nacht",
    "wish for company": "wens naar gezelschap",
    "wish for help": "wens om hulp",
    "wish to be alone": "wens om alleen te zijn",
    "worry": "piekeren",
}


def word_construct(construct: str) -> Text | None:
    """A construct in both languages; as its author wrote it where it is none of ours; None where there is none."""
    return {"nl": DUTCH.get(construct, construct), "en": construct} if construct else None
