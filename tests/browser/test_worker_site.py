"""The worker site in a real browser: every page, at a desk and on phones."""

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from marketplace import clock, services
from marketplace.models import Assignment, HITType, Requester, Worker
from marketplace.services.messages import write_to
from tests.browser.desk import shot
from tests.marketplace import shop

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = {
    "list": "",
    "search": "?q=judge&reward=0.10&sort=reward",
    "search-empty": "?q=nothing-like-it&reward=x",
    "queue": "queue/",
    "dashboard": "dashboard/",
    "earnings": "earnings/",
    "qualifications": "qualifications/",
    "messages": "messages/",
    "account": "account/",
    "account-changed": "account/?done=password",
    "missing": "hits/3NOTHING/",
}
OUTSIDE = {
    "sign-in": "sign-in/",
    "sign-up": "sign-up/",
    "forgotten": "forgotten/",
    "visitor": "",
    "not-invited": "sign-up/?invitation=wrong",
}
WIDE = "document.documentElement.scrollWidth - window.innerWidth"
SMALL = """() => [...document.querySelectorAll(
    "button, input:not([type=hidden], [type=checkbox]), select, textarea, summary," +
    ".button, .bar a"
  )].filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 44)
  .map((e) => e.outerHTML.slice(0, 120))"""


@pytest.fixture
def home(live_server: Any, settings: Any) -> str:
    """A marketplace where alice has done this and that for the lab."""
    home = f"{live_server.url.replace('localhost', '127.0.0.1')}/marketplace"
    settings.MARKETPLACE_URL = home
    settings.ALLOWED_HOSTS = ["*"]
    lab = shop.requester()
    alice = shop.worker("alice")
    Worker.objects.update(email="alice@example.org")
    _history(lab, alice)
    for title in ("Real or fake?", "Which of the two sounds is the real one?"):
        for _ in range(2):
            shop.publish(lab, shop.Terms(title=title))
    return home


def _history(lab: Requester, alice: Worker) -> None:
    now = clock.now()
    done = [
        shop.submitted(shop.publish(lab, shop.Terms(title=title)), alice)
        for title in ("Drums", "Fireworks", "Snoring", "Rail transport")
    ]
    services.approve(done[0], now)
    services.approve(done[1], now - timedelta(days=2))
    services.reject(done[2], now, feedback="Every clip was judged within a second.")
    bonus = services.BonusDraft(
        worker_id=alice.worker_id,
        amount_cents=50,
        reason="Very careful work",
        token=None,
    )
    services.send_bonus(done[0], bonus, now)
    services.give_back(services.accept(alice, shop.publish(lab), now), now)
    services.accept(alice, shop.publish(lab, shop.Terms(title="Water flowing")), now)
    write_to(
        lab, alice, services.Letter("More clips", "Come again.\nThere are more."), now
    )
    letter = services.Letter("No sound", "The third clip has no sound.")
    services.contact(alice, lab, letter, now, about="Drums")


def sign_in(page: Page, home: str) -> None:
    page.goto(f"{home}/sign-in/")
    page.get_by_label("Name or WorkerId").fill("alice")
    page.get_by_label("Password").fill(shop.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#worker-id")).to_be_attached()


def faults(page: Page) -> list[str]:
    """Serious violations, controls too small for a thumb, and too wide a page."""
    found = Axe().run(page, options={"iframes": False}).response["violations"]
    faults = [
        f"{each['id']}: {each['nodes'][0]['html'][:160]}"
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]
    faults += [f"small: {html}" for html in page.evaluate(SMALL)]
    wide = page.evaluate(WIDE)
    return faults + ([f"{wide} px too wide"] if wide > 0 else [])


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_every_page_is_for_everybody(
    chromium: Browser, home: str, width: int, scheme: Any
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme
    )
    page = context.new_page()
    problems: dict[str, list[str]] = {}

    def look(name: str, path: str) -> None:
        page.goto(f"{home}/{path}")
        shot(page, f"worker-{width}-{name}")
        problems[name] = faults(page)

    for name, path in OUTSIDE.items():
        look(name, path)
    sign_in(page, home)
    lab = Requester.objects.get(access_key_id=shop.KEY)
    held, sent = (
        Assignment.objects.filter(status=status).first()
        for status in ("Accepted", "Submitted")
    )
    assert held is not None
    assert sent is not None
    more = {
        "contact": f"requesters/{lab.pk}/contact?sent=1",
        "work": f"assignments/{held.assignment_id}/",
        "submitted": f"assignments/{sent.assignment_id}/submitted",
    }
    for name, path in {**PAGES, **more}.items():
        look(name, path)
    page.goto(f"{home}/account/")
    for each in page.locator("summary").all():
        each.click()
    shot(page, f"worker-{width}-account-open")
    problems["account-open"] = faults(page)
    context.close()
    assert {name: found for name, found in problems.items() if found} == {}


def test_returning_asks_first(laptop: BrowserContext, home: str) -> None:
    page = laptop.new_page()
    sign_in(page, home)
    page.goto(f"{home}/queue/")
    yes = page.get_by_role("button", name="Yes, return Water flowing")
    expect(yes).to_be_hidden()
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(yes).to_be_visible()
    page.keyboard.press("Tab")
    expect(yes).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Returned")).to_be_visible()
    assert not Assignment.objects.filter(status="Accepted").exists()


def test_the_next_hit_is_accepted_by_itself_for_who_wants_it(
    laptop: BrowserContext, home: str
) -> None:
    page = laptop.new_page()
    page.clock.install()
    sign_in(page, home)
    mine = _sent_just_now("Real or fake?")
    page.goto(f"{home}/assignments/{mine}/submitted")
    page.get_by_role("button", name="Accept the next HIT automatically").click()
    word = page.locator("#going-on")
    expect(word).to_contain_text("accepted in 3 seconds")
    page.get_by_role("button", name="Stay here").click()
    page.clock.fast_forward(4_000)
    expect(word).to_contain_text("No further HIT was accepted")
    page.reload()
    page.clock.fast_forward(4_000)
    page.wait_for_url("**/assignments/*/")
    assert Worker.objects.get().accepts_next
    held = Assignment.objects.filter(status="Accepted")
    assert held.filter(hit__hit_type__title="Real or fake?").count() == 1


def _sent_just_now(title: str) -> str:
    now = clock.now()
    kind = HITType.objects.get(title=title)
    mine = services.accept_next(Worker.objects.get(), kind, now)
    services.submit(mine.assignment_id, {"a": "1"}, now)
    return mine.assignment_id
