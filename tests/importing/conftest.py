"""Share the tiny county with the tests of importing."""

from tests.district.conftest import edit, folder, tiny, written

__all__ = ["edit", "folder", "tiny", "written"]
