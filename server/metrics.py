"""``/metrics`` for Prometheus: what is due, how late, what became of pushes and answers, how fresh rounds are.

Open only with ``Authorization: Bearer`` and the installation's KIEM_METRICS_TOKEN; without it there is no such
address. Every figure is read from the database, so whichever of several processes answers tells the same.
"""

from collections.abc import Callable, Iterator

import structlog
from flask import Blueprint, Flask, Response, current_app, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from server.context import Context, current, given_to, now
from server.crypto import same
from server.errors import NotFound, NotSignedIn
from server.monitoring.counters import ANSWERS, BACKUPS, PUSHES, Counting, add_counts
from server.monitoring.gauges import Gauges, read_gauges

log = structlog.get_logger()

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_COUNTING = "kiem_answers"  # where an application keeps what it has counted
ENDPOINTS = frozenset({"diary.put_response", "diary.put_event"})
_PUSH_LABELS = ("accepted", "gone", "refused", "busy", "unreachable", "too_late", "too_large", "invalid")
_ANSWER_LABELS = ("kept", "repeated", "refused", "broke")
_BACKUP_LABELS = ("made", "failed")

metrics = Blueprint("metrics", __name__)


@metrics.get("/metrics")
def get_metrics() -> Response:
    """Everything as text, for a monitor that knows the token."""
    token = current().settings.metrics_token
    if not token:
        raise NotFound
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not same(given.strip().encode(), token.encode()):
        raise NotSignedIn("Metrics need the monitor's own token.")
    if (counting := current_app.extensions.get(_COUNTING)) is not None:  # or the end of a burst waits for the next one
        _write(counting, current())
    with current().database.reading() as session:
        gauges = read_gauges(session, now=now())
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Told(gauges))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE)


def count_answers(app: Flask) -> Callable[[int], None]:
    """Count what becomes of answers, in this process and every ten seconds (or when a monitor asks) in the database.

    Flask's are counted as they leave; the function counts one, by its status, that ended before Flask.
    """
    counting = app.extensions[_COUNTING] = Counting()

    def count(status: int) -> None:
        context = given_to(app)
        if counting.count(ANSWERS, _answer_label(status), now=context.clock.now()):
            _write(counting, context)

    @app.after_request
    def _count(response: Response) -> Response:
        if request.endpoint in ENDPOINTS:
            count(response.status_code)
        return response

    return count


def write_last(app: Flask) -> None:
    """For a process that ends: write down what it has counted, and what it still counts as it counts it."""
    counting: Counting = app.extensions[_COUNTING]
    counting.end()
    _write(counting, given_to(app))


def _write(counting: Counting, context: Context) -> None:
    """Write down what was counted; where that cannot be done now it is kept for the next time."""
    taken = counting.take(now=context.clock.now())
    try:
        with context.database.transaction() as session:
            add_counts(session, taken)
    except SQLAlchemyError as error:  # a graph's count is not worth somebody's answer
        counting.put_back(taken)
        log.warning("counts were not written", action="metrics.later", error=type(error).__name__)


def _answer_label(status: int) -> str:
    if status >= 500:
        return "broke"
    return {201: "kept", 200: "repeated"}.get(status, "refused")


class _Told(Collector):
    """The gauges as Prometheus wants them; a label that never occurred is 0, so that its rate is not a gap."""

    def __init__(self, gauges: Gauges) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        gauges = self._gauges
        yield GaugeMetricFamily("kiem_due_beeps", "Beeps whose push is due and not taken", value=gauges.due)
        lag = gauges.queue_age_s["push"]
        yield GaugeMetricFamily("kiem_lag_seconds", "How late the oldest push that is due is", value=lag)
        ages = GaugeMetricFamily("kiem_queue_age_seconds", "How long the oldest entry waits", labels=["queue"])
        for queue, age in gauges.queue_age_s.items():
            ages.add_metric([queue], age)
        yield ages
        rounds = GaugeMetricFamily("kiem_round_age_seconds", "Since a round of the worker ended", labels=["round"])
        for name, age in sorted(gauges.round_age_s.items()):
            rounds.add_metric([name], age)
        yield rounds
        yield self._total("kiem_pushes", "Pushes by what the push service said", PUSHES, _PUSH_LABELS)
        yield self._total("kiem_answers", "Answers sent in, by what became of them", ANSWERS, _ANSWER_LABELS)
        yield self._total("kiem_backups", "Backups that were made or could not be", BACKUPS, _BACKUP_LABELS)

    def _total(self, name: str, text: str, counter: str, labels: tuple[str, ...]) -> Metric:
        family = CounterMetricFamily(name, text, labels=["outcome"])
        for label in labels:
            family.add_metric([label], self._gauges.totals.get((counter, label), 0))
        return family
