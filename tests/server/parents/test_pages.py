"""The parents' own page: what it tells, what it takes, and what it never shows."""

import re
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from server.clock import SetClock
from server.consent.inviting import invite_by_letter
from server.consent.models import ConsentRecord
from server.crypto import group_code
from server.db import Database
from server.parents.wording import EN, NL, WORDS
from server.people.models import Participant
from server.people.throttle import MOST_FAILURES
from server.planning.rule_changes import save_rules
from server.studies.models import Study
from server.studies.versions import rules_in_force
from tests.cast import NOW, Cast
from tests.consent_factories import publish
from tests.databases import both_databases
from tests.factories import make_beep, make_response
from tests.young import ANNA, PIET, Young, ask_parents, fill_in, join_young, path_in, post_round, say_yes

CANARY = "canary-answer-7319"


@pytest.fixture
def noor(client: FlaskClient, database: Database, cast: Cast) -> Young:
    """Fourteen, has said yes herself; the garden wants one parent."""
    ask_parents(database, cast, 1)
    return join_young(client, database, cast)


@pytest.fixture
def asked(noor: Young, database: Database, clock: SetClock) -> str:
    """The path of Anna's link."""
    assert noor.invite(ANNA).status_code == 200
    return path_in(post_round(database, clock)[0])


def records(database: Database, young: Young, role: str = "parent1") -> list[tuple[str, bool, str, str]]:
    with database.reading() as session:
        rows = select(ConsentRecord).where(ConsentRecord.participant_id == young.id, ConsentRecord.role == role)
        found = session.scalars(rows.order_by(ConsentRecord.number)).all()
    return [(row.scope, row.given, row.method, row.language) for row in found]


def test_the_page_tells_what_it_is_about_and_whose_it_is(client: FlaskClient, noor: Young, asked: str) -> None:
    page = client.get(asked)
    assert page.status_code == 200
    for told in (NL["ask_title"], "Studie garden", "Tuin", "cleo@garden.example", noor.code, "Niemand kijkt mee"):
        assert told in page.text
    english = client.get(f"{asked}?language=en").text
    assert EN["ask_title"] in english
    assert "Nobody is watching" in english
    assert '<html lang="en">' in english


@both_databases
def test_a_yes_is_kept_with_its_words_and_clears_her(
    client: FlaskClient, noor: Young, asked: str, database: Database, clock: SetClock
) -> None:
    assert noor.waiting() == "parent"
    done = say_yes(client, asked, recontact="yes")
    assert (done.status_code, NL["agreed_title"] in done.text) == (200, True)
    assert noor.waiting() is None
    assert noor.states() == ["agreed"]
    assert records(database, noor) == [
        ("use", True, "mail", "nl"),
        ("research", True, "mail", "nl"),
        ("sharing", False, "mail", "nl"),
        ("recontact", True, "mail", "nl"),
    ]


def test_looking_uses_nothing_up_and_sending_does(client: FlaskClient, noor: Young, asked: str) -> None:
    form = fill_in(client.get(asked).text, choice="agree", authority="yes")
    assert client.get(asked).status_code == 200
    assert client.head(asked).status_code == 200
    assert client.post(asked, data=form).status_code == 200
    again = client.post(asked, data={**form, "choice": "refuse"})
    assert (again.status_code, NL["over_title"] in again.text) == (410, True)
    assert client.get(asked).status_code == 410
    assert noor.states() == ["agreed"]


def test_a_no_needs_no_authority_and_is_seen_in_the_app(
    client: FlaskClient, noor: Young, asked: str, database: Database, clock: SetClock
) -> None:
    page = client.get(asked).text
    done = client.post(asked, data=fill_in(page, choice="refuse", sharing="yes"))
    assert NL["refused_title"] in done.text
    assert (noor.states(), noor.waiting()) == (["refused"], "parent")
    assert {given for _, given, _, _ in records(database, noor)} == {False}
    assert post_round(database, clock) == []
    clock.move(timedelta(minutes=11))
    assert noor.invite(ANNA).status_code == 200
    assert say_yes(client, path_in(post_round(database, clock)[0])).status_code == 200
    assert noor.waiting() is None


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({}, "error_choice"),
        ({"choice": "maybe"}, "error_choice"),
        ({"choice": "agree"}, "error_authority"),
        ({"choice": "refuse", "version": "x"}, "error_text"),
        ({"choice": "refuse", "version": "9"}, "error_text"),
        ({"choice": "refuse", "sha256": "0" * 64}, "error_text"),
        ({"choice": "refuse", "language": "xx"}, "error_text"),
    ],
)
def test_what_is_missing_is_said_and_uses_nothing_up(
    client: FlaskClient, noor: Young, asked: str, said: dict[str, str], problem: str
) -> None:
    answer = client.post(asked, data={**fill_in(client.get(asked).text), **said})
    assert (answer.status_code, NL[problem] in answer.text) == (422, True)
    assert 'role="alert"' in answer.text
    assert noor.states() == ["waiting"]
    assert client.get(asked).status_code == 200


def test_a_text_that_changed_while_reading_is_shown_again(
    client: FlaskClient, noor: Young, asked: str, database: Database, cast: Cast
) -> None:
    form = fill_in(client.get(asked).text, choice="agree", authority="yes")
    with database.transaction() as session:
        publish(session, cast.study, institution="Tuin en Erf")
    answer = client.post(asked, data=form)
    assert (answer.status_code, NL["error_text"] in answer.text, "Tuin en Erf" in answer.text) == (422, True, True)
    assert noor.waiting() == "consent"  # the new text is hers to read as well
    assert say_yes(client, asked).status_code == 200


@both_databases
def test_a_yes_is_taken_back_with_the_link_that_follows_it_and_what_there_is_stays(
    client: FlaskClient, noor: Young, asked: str, database: Database, clock: SetClock
) -> None:
    say_yes(client, asked)
    (mail,) = post_round(database, clock)
    path = path_in(mail)
    page = client.get(path).text
    assert NL["withdraw_title"] in page
    assert client.post(path, data=fill_in(page)).status_code == 422
    assert client.post(path, data=fill_in(page, data="erase")).status_code == 422
    assert noor.waiting() is None
    done = client.post(path, data=fill_in(page, data="keep"))
    assert NL["withdrawn_kept"] in done.text
    assert (noor.waiting(), noor.states()) == ("parent", ["withdrawn"])
    assert {scope: given for scope, given, _, _ in records(database, noor)}["use"] is False
    assert client.post(path, data=fill_in(page, data="keep")).status_code == 410


@both_databases
def test_a_parent_may_have_everything_erased_with_the_withdrawal(
    client: FlaskClient, noor: Young, asked: str, database: Database, clock: SetClock, cast: Cast
) -> None:
    say_yes(client, asked)
    path = path_in(post_round(database, clock)[0])
    done = client.post(path, data=fill_in(client.get(path).text, data="erase", sure="yes"))
    assert NL["withdrawn_erased"] in done.text
    assert re.search(r"<strong class=\"code\">(\w{4}-){3}\w{4}</strong>", done.text)
    assert client.get("/api/v1/me", headers=noor.headers).status_code == 401
    assert client.get(path).status_code == 404
    assert client.get("/api/v1/me", headers=cast.noor.headers).status_code == 200
    with database.reading() as session:
        assert session.get(Participant, noor.id) is None


def test_the_link_for_asking_does_not_withdraw_nor_the_other_way_round(
    client: FlaskClient, noor: Young, asked: str, database: Database, clock: SetClock
) -> None:
    assert client.post(asked, data={"data": "erase", "sure": "yes"}).status_code == 422
    say_yes(client, asked)
    path = path_in(post_round(database, clock)[0])
    assert client.post(path, data={"choice": "refuse", "version": "1"}).status_code == 422
    assert noor.states() == ["agreed"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_yes_to_a_changed_text_is_thanked_for_as_what_it_is(
    client: FlaskClient, noor: Young, asked: str, database: Database, cast: Cast, clock: SetClock, language: str
) -> None:
    words = WORDS[language]
    first = say_yes(client, f"{asked}?language={language}")
    assert (words["agreed_title"] in first.text, words["renewed_title"] in first.text) == (True, False)
    post_round(database, clock)
    with database.transaction() as session:
        publish(session, cast.study, institution="Erf", now=clock.now())
    again = path_in(post_round(database, clock)[0])
    done = say_yes(client, f"{again}?language={language}")
    for name in ("title", "waits", "mail"):
        said = (words[f"renewed_{name}"] in done.text, words[f"agreed_{name}"] in done.text)
        assert said == (True, False), name


def test_with_two_parents_both_must_agree_and_one_can_end_it(
    client: FlaskClient, database: Database, clock: SetClock, cast: Cast
) -> None:
    ask_parents(database, cast, 2)
    noor = join_young(client, database, cast)
    noor.invite(ANNA)
    noor.invite(PIET)
    links = {mail.to: path_in(mail) for mail in post_round(database, clock)}
    assert NL["number"] in client.get(links[ANNA]).text
    say_yes(client, links[ANNA])
    assert (noor.waiting(), noor.states()) == ("parent", ["agreed", "waiting"])
    say_yes(client, links[PIET])
    assert noor.waiting() is None
    back = {mail.to: path_in(mail) for mail in post_round(database, clock)}
    client.post(back[PIET], data={"data": "keep"})
    assert (noor.waiting(), noor.states()) == ("parent", ["agreed", "withdrawn"])


def test_whoever_turned_sixteen_decides_without_the_link(
    client: FlaskClient, noor: Young, asked: str, database: Database
) -> None:
    with database.transaction() as session:
        session.get_one(Participant, noor.id).parents_until = date(2026, 3, 4)
    answer = client.get(asked)
    assert (answer.status_code, NL["grown_title"] in answer.text) == (410, True)
    assert client.post(asked, data={"choice": "refuse"}).status_code == 410


def test_a_letters_code_opens_the_page_and_its_own_way_back(
    client: FlaskClient, noor: Young, database: Database, clock: SetClock
) -> None:
    with database.transaction() as session:
        code = invite_by_letter(session, session.get_one(Participant, noor.id), 1, "nl", now=clock.now())
    typed = client.post("/parent", data={"code": f" {group_code(code).lower()} ", "shown_in": "en"})
    assert typed.status_code == 303
    path = typed.headers["Location"]
    assert EN["ask_title"] in client.get(path).text
    done = say_yes(client, path)
    assert post_round(database, clock) == []
    back = re.search(r"(\w{4}-){3}\w{4}", done.text)
    assert back is not None
    assert noor.waiting() is None
    assert {method for _, _, method, _ in records(database, noor)} == {"letter"}
    client.post(f"/parent/{back[0]}", data={"data": "keep"})
    assert noor.waiting() == "parent"


@pytest.mark.parametrize(
    ("address", "spoken", "said"),
    [
        ("/parent", "en-GB,en;q=0.9", "Code from a letter"),
        ("/parent", "nl-NL,nl;q=0.9,en;q=0.5", "Code uit een brief"),
        ("/parent", "fr", "Code uit een brief"),
        ("/parent?lang=nl", "en-GB", "Code uit een brief"),
        ("/parent?language=en", "nl", "Code from a letter"),
        ("/parent/ZZZZ-ZZZZ-ZZZZ-ZZZZ", "en", "do not know this link or code"),
    ],
)
def test_where_nobody_has_chosen_a_language_the_browsers_counts(
    client: FlaskClient, address: str, spoken: str, said: str
) -> None:
    assert said in client.get(address, headers={"Accept-Language": spoken}).text


def test_guesses_are_few(client: FlaskClient, noor: Young, asked: str) -> None:
    for number in range(MOST_FAILURES):
        assert client.get(f"/parent/{number:043}").status_code == 404
    answer = client.get(asked)
    assert (answer.status_code, NL["tries_title"] in answer.text) == (429, True)
    assert int(answer.headers["Retry-After"]) > 0


def test_no_page_shows_an_answer_or_anybody_elses_code(
    client: FlaskClient, noor: Young, asked: str, database: Database, clock: SetClock, cast: Cast
) -> None:
    with database.transaction() as session:
        person = session.get_one(Participant, noor.id)
        make_response(session, beep=make_beep(session, participant=person), answers={"note": CANARY})
    pages = [client.get(asked).text, say_yes(client, asked).text]
    mails = post_round(database, clock)
    path = path_in(mails[0])
    pages += [client.get(path).text, client.post(path, data={"data": "keep"}).text, *(mail.text for mail in mails)]
    for page in pages:
        assert CANARY not in page
        assert cast.noor.participant.code not in page
        assert ANNA not in page
        assert str(noor.id) not in page


def test_the_pages_run_no_script_refer_nowhere_and_are_not_kept(client: FlaskClient, asked: str) -> None:
    for path in ("/parent", asked, "/parent/unknown"):
        page = client.get(path)
        assert "<script" not in page.text
        assert not re.search(r"\son\w+=|style=", page.text)
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in page.headers
    with client.get("/parent/static/parents.css") as sheet:
        assert (sheet.status_code, sheet.mimetype) == (200, "text/css")


def test_a_post_from_another_site_changes_nothing(client: FlaskClient, noor: Young, asked: str) -> None:
    form = fill_in(client.get(asked).text, choice="refuse")
    assert client.post(asked, data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert noor.states() == ["waiting"]


class Outline(HTMLParser):
    """What assistive technology relies on."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.inputs: set[str] = set()
        self.labels: set[str] = set()
        self.ids: list[str] = []
        self.described: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "input" and given.get("type") != "hidden":
            self.inputs.add(given["id"])
        if tag == "label":
            self.labels.add(given["for"])
        for name in ("aria-describedby", "aria-labelledby"):
            self.described |= set(given.get(name, "").split())
        if given.get("href", "").startswith("#"):
            self.described.add(given["href"][1:])


def test_every_field_has_a_label_and_every_reference_a_target(
    client: FlaskClient, asked: str, database: Database, clock: SetClock
) -> None:
    pages = [client.get("/parent").text, client.post("/parent", data={"code": "?"}).text, client.get(asked).text]
    pages += [client.post(asked, data={"choice": "agree"}).text, client.get("/parent/unknown").text]
    say_yes(client, asked)
    back = path_in(post_round(database, clock)[0])
    pages += [client.get(back).text, client.post(back, data={"data": "erase"}).text, client.post(back).text]
    for page in pages:
        outline = Outline()
        outline.feed(page)
        assert outline.inputs == outline.labels
        assert len(outline.ids) == len(set(outline.ids))
        assert outline.described <= set(outline.ids)
        assert (outline.tags.count("h1"), outline.tags.count("main"), outline.tags.count("title")) == (1, 1, 1)
        assert re.search(r'<html lang="(nl|en)">', page)


def test_both_languages_say_everything() -> None:
    assert set(NL) == set(EN)
    assert all(text.strip() for words in WORDS.values() for text in words.values())


def test_a_study_of_one_language_offers_a_parent_no_other(
    client: FlaskClient, database: Database, cast: Cast, asked: str
) -> None:
    assert 'href="?language=en"' in client.get(asked).text
    with database.transaction() as session:
        study = session.get_one(Study, cast.study.id)
        rules = replace(rules_in_force(study), languages=("nl",))
        save_rules(session, study.id, rules, base=0, by="Cleo", why="one language", now=NOW)
    for path in (asked, f"{asked}?language=en"):
        page = client.get(path).text
        assert '<html lang="nl">' in page
        assert "language=en" not in page
