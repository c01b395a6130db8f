"""A function whose environment names an AWS_ENDPOINT_URL calls that one, as on AWS.

ministack replaces it by its own address.
"""

from __future__ import annotations

from typing import Any

from ministack.services import lambda_svc

from emulator import patching

_VARIABLE = "AWS_ENDPOINT_URL"


def install() -> None:
    """Wrap the function that makes the environment of a function's process."""
    patching.wrap(lambda_svc, "_provided_worker_env", keeping_its_own)


def keeping_its_own(original: patching.Function) -> patching.Function:
    """``original``, but for the endpoint of a function that has its own."""

    def environment(config: dict[str, Any], *arguments: Any) -> dict[str, str]:
        variables: dict[str, str] = original(config, *arguments)
        own = (config.get("Environment") or {}).get("Variables", {}).get(_VARIABLE)
        return {**variables, _VARIABLE: own} if own else variables

    return environment
