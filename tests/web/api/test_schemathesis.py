"""Every operation of the OpenAPI document against the running service, with values that fit the document and values that do not."""

from collections.abc import Iterator

import orjson
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.result import Ok

from commentsvc.web.context import RUNTIME_EXTENSION
from tests.support.world import HELD
from tests.web.api.api_client import CHIEF, Api, a_gazette
from tests.web.api.openapi_file import PATH

DOCUMENT = orjson.loads(PATH.read_bytes())
OPERATIONS = sorted(f"{method.upper()} {path}" for path, item in DOCUMENT["paths"].items() for method in item if method != "parameters")
FEW, MANY = 3, 1000
PAYLOAD_TOO_LARGE = 413
# A site may want shorter comments than the document allows, and sites with any limit are made on the way.
OWN_LIMIT = "/problems/body-too-long"


def can_be_wrong(label):
    """Whether anything can be sent that does not fit the document: a body, a query, a header, or a number in the path."""
    method, _, path = label.partition(" ")
    operation = DOCUMENT["paths"][path][method.lower()]
    return "requestBody" in operation or "parameters" in operation or "{version}" in path


CASES = [(label, GenerationMode.POSITIVE) for label in OPERATIONS]
CASES += [(label, GenerationMode.NEGATIVE) for label in OPERATIONS if can_be_wrong(label)]
# Our own tokens are not the document's to make up: what each caller may do is the matrix of roles.
LEFT_OUT = {"ignored_auth", "use_after_free", "ensure_resource_availability", "missing_required_header"}


# Rules that JSON Schema cannot say: thresholds in order, either this or that, a time that lies ahead, a key that is one, a reason for each
# rejection, something to look for in each filter.
BEYOND_THE_DOCUMENT = (
    "/bulk",
    "/filters",
    "/policies",
    "/admin/sites",
    "/claims",
    "/decision",
    "/sanctions",
    "/tokens",
    "/accounts",
    "/admin/sites/{site}",
)


@pytest.fixture(scope="module")
def operations(shared_app) -> dict:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", shared_app)
    return {found.ok().label: found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)}


@pytest.fixture(scope="module")
def place(shared_app, make_session_url) -> Iterator[tuple[Api, dict]]:
    with a_gazette(make_session_url()) as world:
        world.runtime.scorer.warm()
        api = Api(shared_app, world)
        shared_app.extensions[RUNTIME_EXTENSION] = world.runtime
        yield api, real_places(api, world)


def real_places(api, world):
    """Something that is there for each name in a path."""
    published, held = api.comment("A civil comment."), api.comment(HELD)
    (item,) = world.open_items(held["id"])
    return {
        "site": "gazette",
        "comment_id": published["id"],
        "item_id": item.id,
        "author_id": world.comment(held["id"]).author_id,
        "account_id": world.moderator("target", site_id=world.site.id),
        "version": 1,
    }


def fuzz(operation, place, mode, examples):
    api, places = place
    api.app.extensions[RUNTIME_EXTENSION] = api.world.runtime
    is_account = any("apiToken" in way for way in DOCUMENT["paths"][operation.path][operation.method.lower()]["security"])
    headers = {"Authorization": f"Bearer {api.caller(CHIEF)}"} if is_account else {}

    left_out = [check for check in all_checks() if check.__name__ in LEFT_OUT]
    acceptance = [check for check in all_checks() if check.__name__ == "positive_data_acceptance"]
    if operation.path.endswith(BEYOND_THE_DOCUMENT) or "/polic" in operation.path or "decision" in operation.path:
        left_out += acceptance

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode), is_real=st.booleans())
    def check(case, is_real):
        if is_real and mode is GenerationMode.POSITIVE:
            for name in set(places) & set(case.path_parameters or {}):
                case.path_parameters[name] = places[name]
        answer = case.call(headers=headers)
        if answer.status_code == PAYLOAD_TOO_LARGE:
            return
        is_own_limit = answer.headers.get("content-type") == ["application/problem+json"] and answer.json()["type"] == OWN_LIMIT
        case.validate_response(answer, excluded_checks=left_out + acceptance * is_own_limit)

    check()


def all_checks():
    load_all_checks()
    return [CHECKS.get_one(name) for name in CHECKS.get_all_names()]


@pytest.mark.parametrize(("label", "mode"), CASES)
def test_the_service_keeps_to_its_document(operations, place, label, mode):
    fuzz(operations[label], place, mode, FEW)


@pytest.mark.slow
@pytest.mark.parametrize(("label", "mode"), CASES)
def test_the_service_keeps_to_its_document_a_thousand_times(operations, place, label, mode):
    fuzz(operations[label], place, mode, MANY)
