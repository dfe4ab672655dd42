"""What a simulated rater's browser takes from a page."""

from studies.services.rehearsal.html import read_page

PAGE = """
<a href="/projects/3AB/tasks?x=1&amp;y=2">Preview</a><a>no address</a>
<form method="post" action="accept">
  <input type="hidden" name="csrf" value="t&quot;1"><input name="note">
  <input type="checkbox" name="off" value="1">
  <input type="checkbox" name="on" value="1" checked>
  <button name="go">Go</button>
</form>
<input name="outside" value="1">
<iframe id="other" src="/other"></iframe>
<iframe id="task-frame" src="http://localhost:9/rate/foley/?p=1&amp;hitId=3X"></iframe>
"""
URL = "http://127.0.0.1:8000/marketplace/hits/3AB/"


def test_links_and_forms_get_absolute_addresses() -> None:
    page = read_page(URL, PAGE)
    assert page.links == ("http://127.0.0.1:8000/projects/3AB/tasks?x=1&y=2",)
    assert page.forms[0].action == URL + "accept"
    assert page.forms[0].method == "POST"


def test_a_form_sends_what_a_browser_would_send_untouched() -> None:
    form = read_page(URL, PAGE).forms[0]
    assert form.fields == {"csrf": 't"1', "on": "1"}
    assert form.names == ["csrf", "note", "off", "on", "go"]


def test_forms_are_found_by_their_fields_or_their_address() -> None:
    page = read_page(URL, PAGE)
    assert page.form_with(["note"]) is page.forms[0]
    assert page.form_with(["note", "outside"]) is None
    assert page.form_to("/accept") is page.forms[0]
    assert page.form_to("/return") is None


def test_the_task_frame_is_told_from_others() -> None:
    assert read_page(URL, PAGE).frame == "http://localhost:9/rate/foley/?p=1&hitId=3X"
    assert read_page(URL, "<p>No HITs left</p>").frame == ""
