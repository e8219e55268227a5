"""Archives: one folder to unpack, as .tar.gz. The same files give the same bytes."""

import gzip
import io
import tarfile
import tempfile
from pathlib import Path

from . import stage
from .project import ROOT, epoch, package


def make(binary, out):
    name = f"instaseed-{package()['version']}-{binary.target}"
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder) / name
        stage.fill(top, binary)
        stage.put(top / "README.md", (ROOT / "README.md").read_bytes(), 0o644)
        files = sorted(path for path in top.rglob("*") if path.is_file())
        entries = [(f"{name}/{path.relative_to(top).as_posix()}", path) for path in files]
        return [as_tar(entries, out / f"{name}.tar.gz")]


def as_tar(entries, path):
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, file in entries:
            member = tarfile.TarInfo(name)
            member.size = file.stat().st_size
            member.mode = 0o755 if "/bin/" in name else 0o644
            member.mtime = epoch()
            with file.open("rb") as content:
                tar.addfile(member, content)
    path.write_bytes(gzip.compress(plain.getvalue(), mtime=0))
    return path
