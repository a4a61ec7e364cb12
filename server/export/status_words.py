"""What every code of the column ``status`` means exactly, as `server.export.rows` gives it. Pure."""

from collections.abc import Mapping

STATUS_NOTE: Mapping[str, str] = {
    "nl": "De eerste die klopt van: 1 een invulling waarin elke getoonde vraag is beantwoord of met „liever niet” "
    "overgeslagen; 2 een invulling waarin minstens een getoonde vraag zonder meer leeg bleef; 5 geen invulling, wel "
    "werd de melding of de vragenlijst geopend; 3 geen invulling en niets geopend, wel nam de pushdienst een "
    "melding aan; 6 geen melding, want de deelnemer had een pauze; 7 geen melding, want er was geen telefoon die "
    "meldingen toelaat; 4 geen melding, om een andere reden: pogingen mislukten of zijn niet gedaan.",
    "en": "The first that holds of: 1 an entry in which every item shown was answered or passed over with "
    '"rather not"; 2 an entry in which at least one item shown was simply left empty; 5 no entry, but the push or '
    "the questionnaire was opened; 3 no entry and nothing opened, but the push service accepted a push; 6 no push, "
    "for the participant had a pause; 7 no push, for there was no phone that takes notifications; 4 no push for "
    "another reason: attempts failed, or none was made.",
}
EVENT_STATUS_NOTE: Mapping[str, str] = {
    "nl": "1 elke getoonde vraag is beantwoord of met „liever niet” overgeslagen; 2 minstens een getoonde vraag bleef "
    "zonder meer leeg.",
    "en": '1 every item shown was answered or passed over with "rather not"; 2 at least one item shown was simply left '
    "empty.",
}
