"""The wheel. maturin makes it (pyproject.toml), from cargo's own build of the profile `dist`.

A program that was built elsewhere is wrapped here: a wheel is a zip of the program, METADATA, WHEEL and RECORD. It has no
list of dependencies inside, and its tag is the glibc that the program asks for. Both get the licences of the libraries.
"""

import base64
import hashlib
import sys
import tempfile
import zipfile
from pathlib import Path

from .project import ROOT, licences, package, run
from .stage import LICENCES
from .tools import tool


def make(binary, out):
    return [by_maturin(binary, out) if binary.build else wrap(binary, out)]


def by_maturin(binary, out):
    with tempfile.TemporaryDirectory() as folder:
        run(tool("maturin"), "build", "--locked", *binary.build.options, "--out", folder, cwd=ROOT, stdout=sys.stderr)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            files = [(one.filename, archive.read(one), one.external_attr >> 16) for one in archive.infolist()]
        info = f"{wheel.name.split('-')[0]}-{package()['version']}.dist-info"
        files = [file for file in files if file[0] != f"{info}/RECORD"]
        return write(out / wheel.name, info, files + [third_party(info, binary)])


def third_party(info, binary):
    return f"{info}/licenses/THIRD-PARTY-LICENSES", licences(binary.target).encode(), 0o644


def wrap(binary, out):
    facts = package()
    version, tag = facts["version"], binary.wheel_tag
    info = f"instaseed-{version}.dist-info"
    metadata = (
        "Metadata-Version: 2.4\nName: instaseed\n"
        f"Version: {version}\nSummary: {facts['description']}\n"
        f"License-Expression: {facts['license']}\nRequires-Python: >=3.8\n"
        "License-File: LICENSE-APACHE\nLicense-File: LICENSE-MIT\nLicense-File: THIRD-PARTY-LICENSES\n"
        "Description-Content-Type: text/markdown\n\n" + (ROOT / "README.md").read_text(encoding="utf-8")
    )
    wheel = f"Wheel-Version: 1.0\nGenerator: instaseed packaging\nRoot-Is-Purelib: false\nTag: {tag}\n"
    files = [(f"instaseed-{version}.data/scripts/instaseed", binary.bytes, 0o755)]
    for name in LICENCES:
        files.append((f"{info}/licenses/{name}", (ROOT / name).read_bytes(), 0o644))
    files += [(f"{info}/METADATA", metadata.encode(), 0o644), (f"{info}/WHEEL", wheel.encode(), 0o644)]
    return write(out / f"instaseed-{version}-{tag}.whl", info, [*files, third_party(info, binary)])


def write(path, info, files):
    """The zip of these files, each with its content and mode, and the RECORD of them."""
    record = "".join(f"{name},sha256={digest(content)},{len(content)}\n" for name, content, _ in files)
    files = [*files, (f"{info}/RECORD", f"{record}{info}/RECORD,,\n".encode(), 0o644)]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content, mode in files:
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = (0o100000 | mode) << 16
            archive.writestr(member, content)
    return path


def digest(content):
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
