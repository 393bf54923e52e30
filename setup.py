"""Put the default county and the scenarios, which stand at the top of the repository, into the wheel."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent
TARGET = Path("planning", "shipped_files")
FOLDERS = (Path("data/geo"), Path("scenarios"))


class BuildWithCounty(build_py):
    """Build the modules, then copy the county beside them; an editable install reads it from the checkout."""

    def run(self) -> None:
        """Build as usual and add the files."""
        super().run()
        if self.editable_mode:
            return
        for folder in FOLDERS:
            shutil.copytree(HERE / folder, Path(self.build_lib, TARGET, folder), dirs_exist_ok=True)

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        """Return what was built, with the files."""
        added = [
            str(Path(self.build_lib, TARGET, file.relative_to(HERE)))
            for folder in FOLDERS
            for file in (HERE / folder).rglob("*")
            if file.is_file()
        ]
        return super().get_outputs(include_bytecode) + added


setup(cmdclass={"build_py": BuildWithCounty})
