"""Figures of this process for Prometheus; other modules and apps add gauges of their own."""

import logging
from collections.abc import Callable, Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

REGISTRY: Final = CollectorRegistry(auto_describe=False)
REQUESTS: Final = Histogram(
    "majung_request_seconds",
    "Time to answer a request, by route name, method and status.",
    ["route", "method", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)

Gauge = Callable[[], float]
_gauges: dict[str, tuple[str, Gauge]] = {}
logger = logging.getLogger("majung.measures")


def gauge(name: str, text: str) -> Callable[[Gauge], Gauge]:
    """Register a function as the gauge ``name`` (Prometheus form), asked at each scrape."""

    def register(function: Gauge) -> Gauge:
        _gauges[name] = (text, function)
        return function

    return register


def forget(name: str) -> None:
    """Take a gauge away again."""
    _gauges.pop(name, None)


class _Gauges(Collector):
    def collect(self) -> Iterator[Metric]:
        for name, (text, function) in sorted(_gauges.items()):
            try:
                value = float(function())
            except Exception:
                # One broken figure must not blind the operator to the others.
                logger.exception("gauge %s could not be read", name)
                continue
            family = GaugeMetricFamily(name, text)
            family.add_metric([], value)
            yield family


REGISTRY.register(_Gauges())
