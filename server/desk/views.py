"""Which pages the desk has."""

from flask import Blueprint

from server.desk.account_views import account
from server.desk.board_views import board
from server.desk.challenge_views import challenges
from server.desk.code_views import codes
from server.desk.consent_views import consent_pages
from server.desk.export_views import exports
from server.desk.openid_views import openid_pages
from server.desk.people_views import person
from server.desk.planning_proof_views import planning_proof
from server.desk.rules_views import rules
from server.desk.safety_views import safety_pages
from server.desk.schedule_views import schedule
from server.desk.session_views import desk
from server.desk.staff_views import staff_pages
from server.desk.study_views import studies

BLUEPRINTS: tuple[Blueprint, ...] = (
    desk,
    account,
    staff_pages,
    challenges,
    board,
    person,
    codes,
    schedule,
    studies,
    rules,
    exports,
    planning_proof,
    consent_pages,
    safety_pages,
    openid_pages,
)
