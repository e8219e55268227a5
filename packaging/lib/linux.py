"""Packages of Linux distributions, .deb and .rpm, by nfpm from packaging/nfpm.yaml."""

import json
import os
import shutil
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path
from string import Template

from . import stage
from .project import ROOT, Failed, epoch, package, run
from .tools import tool


def make_deb(binary, out):
    return make("deb", binary, out)


def make_rpm(binary, out):
    return make("rpm", binary, out)


def make(kind, binary, out):
    if not binary.is_linux:
        raise Failed(f"a .{kind} is for Linux, and {binary.path} is for {binary.target}")
    facts = package()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stage.fill(folder / "usr", binary, compress_manual=True)
        if kind == "deb":
            as_debian_wants(folder / "usr", facts)
        for path in (folder / "usr").rglob("*"):
            os.utime(path, (epoch(), epoch()))
        variables = {
            "VERSION": facts["version"],
            "ARCH": binary.deb_architecture,
            "DESCRIPTION": json.dumps(facts["description"]),
            "LICENSE": facts["license"],
            "HOMEPAGE": facts["repository"],
            "FOLDER": str(folder / "usr"),
            "GLIBC": ".".join(map(str, binary.glibc)) if binary.glibc else "",
            "TIME": datetime.fromtimestamp(epoch(), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        text = (ROOT / "packaging/nfpm.yaml").read_text(encoding="utf-8")
        if not binary.glibc:
            # a static program depends on nothing
            text = text[: text.index("overrides:")]
        text = Template(text).substitute(variables)
        config = folder / "nfpm.yaml"
        config.write_text(text, encoding="utf-8")
        words = [tool("nfpm"), "package", "--packager", kind, "--config", config, "--target", out.resolve()]
        run(*words, stdout=sys.stderr)
        names = {
            "deb": f"instaseed_{facts['version']}-1_{binary.deb_architecture}.deb",
            "rpm": f"instaseed-{facts['version']}-1.{binary.machine}.rpm",
        }
        return [out / names[kind]]


def as_debian_wants(usr, facts):
    """Debian's places: completions of zsh are the vendor's, and the licences are one file named copyright."""
    zsh = usr / stage.SHELLS["zsh"]
    vendor = usr / "share/zsh/vendor-completions"
    vendor.mkdir(parents=True)
    shutil.move(zsh, vendor / zsh.name)
    shutil.rmtree(usr / "share/zsh/site-functions")
    documents = usr / "share/doc/instaseed"
    texts = [(documents / name).read_text(encoding="utf-8") for name in stage.LICENCES]
    (documents / "copyright").write_text(
        f"instaseed is under either of two licences, at your option ({facts['license']}).\n"
        "THIRD-PARTY-LICENSES has those of the libraries in it.\n\n" + "\n\n".join(texts),
        encoding="utf-8",
    )
    for name in stage.LICENCES:
        (documents / name).unlink()
