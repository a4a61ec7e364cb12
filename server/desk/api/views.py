"""Which addresses the desk's API has."""

from server.desk.api.account_views import account
from server.desk.api.board_views import board
from server.desk.api.care_views import care
from server.desk.api.challenge_views import challenges
from server.desk.api.export_views import exports
from server.desk.api.passkey_views import passkey_pages
from server.desk.api.people_views import people
from server.desk.api.session_views import sessions
from server.desk.api.staff_views import staff_api_pages
from server.desk.api.study_views import studies

API_BLUEPRINTS = (studies, people, board, challenges, staff_api_pages, exports, sessions, account, passkey_pages, care)
PREFIX = "/api/v1/desk"
