"""What can go wrong in a study, one class per decision that a caller makes."""

from collections.abc import Sequence


class StudyError(Exception):
    """Something that the person at the keyboard can mend; the text says how."""


class FaultsError(StudyError):
    """Many faults found in one pass, one line each.

    `storable` is how much could be stored without what is faulty.
    """

    def __init__(
        self, summary: str, faults: Sequence[str], *, storable: int = 0
    ) -> None:
        super().__init__("\n".join([summary, *(f"  {fault}" for fault in faults)]))
        self.summary = summary
        self.faults = tuple(faults)
        self.storable = storable


class WrongStateError(StudyError):
    """The study is not in a state in which this can be done."""


class RefusedError(StudyError):
    """A rater cannot take part; `code` chooses the text on the page."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class RecruiterError(StudyError):
    """A recruiter refused or did not answer.

    `permanent` decides the retry: False for a network fault or a throttle.
    `uncertain` says that the call may have taken effect all the same.
    """

    def __init__(
        self, message: str, *, permanent: bool, uncertain: bool = False, code: str = ""
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.uncertain = uncertain
        self.code = code
