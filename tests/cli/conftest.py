"""Results to be scored are built as the tests of the measures build them."""

from tests.evaluation.conftest import world

__all__ = ["world"]
