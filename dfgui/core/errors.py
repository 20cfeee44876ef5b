"""The one error whose text is shown to the user."""


class AnalysisError(Exception):
    """An expected problem.

    Its text is one sentence for the user that says what is wrong and, if there is a remedy, what to
    do next.
    """
