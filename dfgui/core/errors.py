"""The one error that a user reads."""


class AnalysisError(Exception):
    """An expected problem. Its text is one sentence for the user that says what is wrong and, where there is one, what to do next."""
