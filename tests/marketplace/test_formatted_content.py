"""FormattedContent: XHTML's allowed tags, written anew."""

import pytest

from marketplace.errors import RequestError
from marketplace.forms.xhtml import clean


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("plain &amp; &lt;simple&gt;", "plain &amp; &lt;simple&gt;"),
        ("<p>a <b><i>b</i></b> c</p>", "<p>a <b><i>b</i></b> c</p>"),
        ("1 &lt; 2&nbsp;&eacute;", "1 &lt; 2\u00a0\u00e9"),
        ("a<br/>b<hr />", "a<br>b<hr>"),
        ("<!-- not shown -->x", "x"),
        ("<h1>Rules</h1><h5>Small</h5>", "<h3>Rules</h3><h6>Small</h6>"),
        ('<ol start="3" type="a"><li>x</li></ol>',) * 2,
        (
            '<table border="1"><tr><td align="center" colspan="4">It</td></tr></table>',
            '<table border="1"><tr><td align="center" colspan="4">It</td></tr></table>',
        ),
        (
            '<img src="https://a.example/b.png" alt="A &quot;b&quot;"/>',
            (
                '<img alt="A &quot;b&quot;" referrerpolicy="no-referrer"'
                ' src="https://a.example/b.png">'
            ),
        ),
        (
            '<a href="http://a.example/?b=1&amp;c=2" target="_top" name="forms">x</a>',
            (
                '<a href="http://a.example/?b=1&amp;c=2"'
                ' rel="noopener noreferrer nofollow" target="_blank">x</a>'
            ),
        ),
        (
            (
                '<map name="m"><area alt="b" href="https://a.example/"/></map>'
                '<img usemap="#m" src="https://a.example/b.png" alt=""/>'
            ),
            (
                '<map name="content-m"><area alt="b" href="https://a.example/"'
                ' rel="noopener noreferrer nofollow" target="_blank"></map>'
                '<img alt="" referrerpolicy="no-referrer" src="https://a.example/b.png"'
                ' usemap="#content-m">'
            ),
        ),
    ],
)
def test_what_is_allowed_is_written_anew(source: str, written: str) -> None:
    assert clean(source) == written


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("<b><i>wrong</b></i>", "mismatched"),
        ("<p>open", "mismatched"),
        ("a & b", "not well-formed"),
        ("&unknown;", "undefined entity"),
        ("<div>x</div>", "'div'"),
        ("<B>x</B>", "'B'"),
        ('<p class="x">x</p>', "'class'"),
        ('<img src="https://a.example/b.png"/>', "alt"),
        ('<img alt="b"/>', "src"),
        ("<map/>", "name"),
        ("<br>x</br>", "br holds something"),
    ],
)
def test_what_is_not_allowed_is_named(source: str, named: str) -> None:
    with pytest.raises(RequestError) as caught:
        clean(source)
    assert caught.value.code == "AWS.MechanicalTurk.XHTMLParseError"
    assert named in caught.value.message
