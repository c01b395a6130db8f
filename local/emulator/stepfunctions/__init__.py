"""Step Functions: the parts of Amazon States Language and of the API in which ministack is laxer than AWS."""

from __future__ import annotations

from emulator.stepfunctions import (
    callbacks,
    execution,
    expressions,
    history,
    http_task,
    integrations,
    limits,
    logs,
    paths,
    query_language,
    resources,
    retry,
    start,
    task,
    throttle,
)


def install() -> None:
    """Install every module of this package; ``limits`` last, because it wraps the state handlers of the others."""
    for module in (
        paths,
        query_language,
        expressions,
        retry,
        callbacks,
        task,
        execution,
        start,
        logs,
        history,
        resources,
        throttle,
    ):
        module.install()
    for integration in (integrations, http_task):
        integration.install()
    limits.install()
