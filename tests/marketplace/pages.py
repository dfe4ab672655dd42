"""HTMLQuestions for the tests."""

HEAD = (
    '<HTMLQuestion xmlns="http://mechanicalturk.amazonaws.com/'
    'AWSMechanicalTurkDataSchemas/2011-11-11/HTMLQuestion.xsd">'
)


def keep(html: str, *, height: int = 0) -> str:
    """The document of a page that the marketplace is to keep."""
    return (
        f"{HEAD}<HTMLContent><![CDATA[{html}]]></HTMLContent>"
        f"<FrameHeight>{height}</FrameHeight></HTMLQuestion>"
    )


PLAIN = keep("<!DOCTYPE html><html><body><p>Hello</p></body></html>", height=450)
