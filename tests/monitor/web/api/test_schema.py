"""The API against its own description: schemathesis makes up requests, right ones and wrong."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi import checks

from monitor.web.api.calls import Call
from monitor.web.api.openapi import document
from monitor.web.api.table import CALLS
from tests.monitor.web.api.callers import key_of
from tests.support.desks import Desk

pytestmark = pytest.mark.slow

load_all_checks()
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
WRONG = [*CHECKS, checks.negative_data_rejection]
EXAMPLES = 20


def name(call: Call) -> str:
    return call.name


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("call", CALLS, ids=name)
def test_every_answer_is_as_described(shared: Desk, call: Call, mode: GenerationMode) -> None:
    headers = {"authorization": f"Bearer {key_of(shared, 'system')}"}
    schema = schemathesis.openapi.from_dict(document("en"))
    schema.config.update(base_url=shared.origin)
    operation = schema.find_operation_by_label(label(call))
    assert operation is not None
    wanted = CHECKS if mode is GenerationMode.POSITIVE else WRONG

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Case) -> None:
        case.call_and_validate(headers=headers, checks=wanted)

    ask()


def label(call: Call) -> str:
    paths = document("en")["paths"]
    [path] = [
        path
        for path, methods in paths.items()
        for operation in methods.values()
        if operation["operationId"] == call.name
    ]
    return f"{call.method} {path}"
