"""QuestionForms: read from a document, shown on a page, answered by a worker.

A HIT's question and a qualification's test are both such forms.
"""

from marketplace.forms.answering import FaultyAnswersError, Posted, read_answers
from marketplace.forms.reading import read_question_form
from marketplace.forms.records import QuestionForm
from marketplace.forms.sheet import lay_out

__all__ = [
    "FaultyAnswersError",
    "Posted",
    "QuestionForm",
    "lay_out",
    "read_answers",
    "read_question_form",
]
