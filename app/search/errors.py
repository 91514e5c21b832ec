"""What can be wrong with a query."""

from app.errors import LumitagError


class QueryError(LumitagError):
    """A query that cannot be understood.

    Attributes:
        message: One clear sentence.
        start: Where the trouble begins, as an index into the query, 0 to its length.
        end: Where it ends (exclusive); equal to ``start`` where something is missing.
    """

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
