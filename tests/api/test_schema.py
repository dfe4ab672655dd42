"""The API describes itself."""

import io

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from openapi_spec_validator import validate


@pytest.fixture
def schema() -> dict[str, object]:
    out = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    described: dict[str, object] = yaml.safe_load(out.getvalue())
    return described


def test_the_schema_is_valid_openapi_without_warnings(
    schema: dict[str, object],
) -> None:
    validate(schema)


def test_every_address_is_described(schema: dict[str, dict[str, object]]) -> None:
    assert set(schema["paths"]) == {
        "/api/token/",
        "/api/studies/",
        "/api/studies/{slug}/",
        "/api/studies/{slug}/progress/",
        "/api/studies/{slug}/votes/",
        "/api/studies/{slug}/report/",
    }


@pytest.mark.django_db
def test_the_documentation_needs_no_other_site(admin_client: Client) -> None:
    page = admin_client.get("/api/docs/").content.decode()
    assert "https://" not in page
    assert admin_client.get("/api/schema/").status_code == 200
