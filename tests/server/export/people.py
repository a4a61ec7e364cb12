"""People with demographics, for tests of what may be told of them."""

import random
from collections.abc import Mapping, Sequence

from server.export.generalise import Demographic, Person, Value, categories, start_weekday, study_days, whole_number

AGE = whole_number("age", {"nl": "leeftijd", "en": "age"}, widths=(1, 2, 4, 8), origin=12)
GENDER = categories("gender", {"nl": "gender", "en": "gender"})
SCHOOL = categories(
    "school",
    {"nl": "school", "en": "school"},
    groupings=[{"vmbo": "lower", "havo": "upper", "vwo": "upper"}],
)
DIAGNOSIS = categories("diagnosis", {"nl": "diagnose", "en": "diagnosis"}, sensitive=True)

KNOWN: Mapping[str, Demographic] = {d.name: d for d in (AGE, GENDER, SCHOOL, DIAGNOSIS)}
SHOWN: Mapping[str, Demographic] = {d.name: d for d in (AGE, GENDER, start_weekday(), study_days())}


def people_of(rows: Sequence[Mapping[str, Value | None]]) -> list[Person]:
    return [Person(key=f"person-{number:05d}", facts=facts) for number, facts in enumerate(rows)]


def imagine(count: int, seed: int = 1) -> list[Person]:
    rng = random.Random(seed)
    return people_of(
        [
            {
                "age": rng.randint(12, 25),
                "gender": rng.choices(["f", "m", "x", None], [55, 40, 3, 2])[0],
                "school": rng.choice(["vmbo", "havo", "vwo", "mbo", None]),
                "diagnosis": rng.choices(["none", "low mood", "anxiety", None], [70, 12, 12, 6])[0],
                "start_weekday": rng.choice(["mon", "tue", "wed"]),
                "study_days": rng.choice([21, 21, 42]),
            }
            for _ in range(count)
        ]
    )
