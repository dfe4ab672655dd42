"""GetFileUploadURL, as it answers since questions can't ask for files."""

from collections.abc import Mapping
from typing import Any

from marketplace.errors import assignment_state, invalid
from marketplace.models import Assignment
from marketplace.operations.records import own_assignment
from marketplace.operations.registry import Call, operation


@operation("GetFileUploadURL", writes=False)
def get_file_upload_url(call: Call) -> Mapping[str, Any]:
    """No answer holds a file: FileUploadAnswer ended on 2017-12-12.

    AWS API reference, GetFileUploadURL. A question with such an answer is refused when
    it is published, so here nothing was ever uploaded.
    """
    found = own_assignment(call)
    if found.status not in Assignment.FINISHED:
        raise assignment_state("Reviewable,Approved,Rejected")
    question = call.parameters["QuestionIdentifier"]
    raise invalid(
        f"Parameter QuestionIdentifier: assignment {found.assignment_id} has no file"
        f" for {question[:100]!r}. No question has asked for files since 2017-12-12:"
        " let your page upload them to a server of yours."
    )
