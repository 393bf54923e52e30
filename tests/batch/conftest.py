"""Share the database server of the tests of stores."""

from tests.exchange.conftest import server, url

__all__ = ["server", "url"]
