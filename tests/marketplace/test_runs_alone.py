"""The marketplace alone: one command serves it, and everything is done from there."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.marketplace import shop
from tests.servers.alone import ROOT, Alone


@pytest.fixture
def market(tmp_path: Path) -> Alone:
    return Alone(tmp_path)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alone]:
    """One that was started with an empty folder, and is served while the tests run."""
    market = Alone(tmp_path_factory.mktemp("served"))
    with market.served():
        yield market


@pytest.fixture(scope="module")
def loaded(served: Alone, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alone]:
    """Another on the same port, empty at first: commands that are loaded once."""
    market = Alone(tmp_path_factory.mktemp("loaded"), served.port)
    with market.loaded():
        yield market


def test_a_first_start_says_all_that_a_newcomer_needs(served: Alone) -> None:
    said = served.said
    for place in ("/", "/api/", "/admin/"):
        assert f"{served.url}{place}\n" in said
    name, password = re.findall(r"First login: user (\S+), password (\S+)", said)[0]
    assert "marketplace key NAME --deposit" in said
    with httpx.Client(base_url=served.url, follow_redirects=True) as browser:
        page = browser.get("/admin/")
        token = re.findall(r'csrfmiddlewaretoken" value="(\w+)"', page.text)[0]
        login = {"username": name, "password": password, "csrfmiddlewaretoken": token}
        page = browser.post("/admin/login/?next=/admin/", data=login)
        assert "/admin/marketplace/requester/add/" in page.text
        assert "/admin/auth/user/" in page.text
        assert browser.get("/").status_code == 200
        for of_studies in ("/rate/", "/api/docs/", "/admin/studies/"):
            assert browser.get(of_studies).status_code == 404
    assert [path.name for path in served.folder.glob("*.sqlite3")] == [
        "marketplace.sqlite3"
    ]
    key, secret = served.key("Perception lab", "--deposit", "100.00")
    client = shop.mturk(f"{served.url}/api/", key=key, secret=secret)
    assert client.get_account_balance()["AvailableBalance"] == "100.00"
    url = client.create_hit(**shop.HIT_REQUEST)["HIT"]["HITId"]
    assert httpx.get(f"{served.url}/hits/{url}/").status_code == 200


def test_money_and_keys_need_no_browser(loaded: Alone) -> None:
    key, secret = loaded.key("Lab")
    assert (len(key), len(secret)) == (20, 40)
    assert loaded.run("deposit", "Lab", "50.5").stdout == (
        f"Lab   {key}   $50.50 free, $0.00 on hold\n"
    )
    refused = loaded.run("key", "Lab")
    assert "--renew gives a new key" in refused.stderr
    assert loaded.key("Lab", "--renew")[0] != key
    assert "$50.50 free" in loaded.run("requesters").stdout
    assert "User ada, password " in loaded.run("login", "ada").stdout


def test_keys_and_links_are_for_the_port_that_is_served(loaded: Alone) -> None:
    done = loaded.run("--port", "8765", "key", "Elsewhere")
    assert "AWS_ENDPOINT_URL_MTURK=http://127.0.0.1:8765/api/\n" in done.stdout
    done = loaded.run("key", "Elsewhere", "--renew")
    assert f"AWS_ENDPOINT_URL_MTURK={loaded.url}/api/\n" in done.stdout
    done = loaded.run("--port", "8765", "run", "invite_workers", "1")
    assert done.stdout.startswith("http://127.0.0.1:8765/sign-up/?invitation=")


def test_the_address_alone_gives_the_port(loaded: Alone) -> None:
    assert f"Port {loaded.port} is taken" in loaded.run().stderr


def test_wrong_words_are_refused_in_words(loaded: Alone) -> None:
    loaded.key("Shop")
    for words, said in (
        (("deposit", "Shop", "1,5"), "'1,5' is not an amount of dollars"),
        (("deposit", "Bal", "1.50"), "There is no requester of the name 'Bal'"),
        (("key", " "), "a name has 1 to 120 characters"),
        (("key", "x" * 121), "a name has 1 to 120 characters"),
        (("key", "New", "--deposit", "much"), "'much' is not an amount of dollars"),
    ):
        done = loaded.run(*words)
        assert done.returncode != 0
        assert said in done.stderr
        assert "Traceback" not in done.stderr
    assert "New" not in loaded.run("requesters").stdout


def test_a_taken_port_is_named(loaded: Alone) -> None:
    done = loaded.run("--port", str(loaded.port))
    assert f"Port {loaded.port} is taken" in done.stderr


def test_the_sites_settings_serve_no_marketplace_alone(market: Alone) -> None:
    done = subprocess.run(
        market.command(),
        env={**market.env(), "DJANGO_SETTINGS_MODULE": "evalsite.settings"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Unset DJANGO_SETTINGS_MODULE" in done.stderr


def test_nothing_of_studies_is_loaded(market: Alone) -> None:
    look = (
        "import sys, django; django.setup(); import evalsite.wsgi;"
        "from django.urls import get_resolver; get_resolver().url_patterns;"
        "print(sorted({name.partition('.')[0] for name in sys.modules}"
        " & {'studies', 'generation', 'analysis', 'rest_framework'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", look],
        env={**market.env(), "DJANGO_SETTINGS_MODULE": "evalsite.marketplace_alone"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"
