"""The npm packages: one with the program for each platform, and `instaseed` with the launcher, which asks for all of them as
optional dependencies. npm installs the one that fits; no script runs at installation."""

import json
import shutil
import sys
import tempfile
from pathlib import Path

from . import stage
from .project import ROOT, licences, package, run

# Each is a target of the release workflow.
PLATFORMS = ("linux-x64-gnu", "linux-x64-musl", "linux-arm64-gnu", "linux-arm64-musl", "darwin-x64", "darwin-arm64")


def make(binary, out):
    return [platform_package(binary, out), launcher(out)]


def about():
    facts = package()
    return {
        "version": facts["version"],
        "license": facts["license"],
        "repository": {"type": "git", "url": facts["repository"]},
    }


def platform_package(binary, out):
    platform, fields = binary.npm_platform
    manifest = {"name": f"@instaseed/{platform}", "description": f"The program of instaseed for {platform}"}
    manifest.update(about(), **fields, files=["bin", "THIRD-PARTY-LICENSES", "LICENSE-*"], preferUnplugged=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stage.put(folder / "bin/instaseed", binary.bytes, 0o755)
        stage.put(folder / "THIRD-PARTY-LICENSES", licences(binary.target).encode(), 0o644)
        text = f"# @instaseed/{platform}\n\nThe program of `instaseed` for {platform}. Install the package `instaseed` instead.\n"
        stage.put(folder / "README.md", text.encode(), 0o644)
        return pack(folder, manifest, out)


def launcher(out):
    facts = package()
    manifest = {
        "name": "instaseed",
        "description": facts["description"],
        "keywords": facts["keywords"],
        **about(),
        "bin": {"instaseed": "bin/instaseed.js"},
        "files": ["bin", "LICENSE-*"],
        "engines": {"node": ">=18"},
        "optionalDependencies": {f"@instaseed/{platform}": facts["version"] for platform in PLATFORMS},
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script = (ROOT / "packaging/npm/instaseed.js").read_bytes()
        stage.put(folder / "bin/instaseed.js", script, 0o755)
        stage.put(folder / "README.md", (ROOT / "README.md").read_bytes(), 0o644)
        return pack(folder, manifest, out)


def pack(folder, manifest, out):
    for name in stage.LICENCES:
        shutil.copy(ROOT / name, folder)
    stage.put(folder / "package.json", (json.dumps(manifest, indent=2) + "\n").encode(), 0o644)
    npm = shutil.which("npm") or "npm"
    run(npm, "pack", "--silent", "--pack-destination", out.resolve(), cwd=folder, stdout=sys.stderr)
    return out / f"{manifest['name'].lstrip('@').replace('/', '-')}-{manifest['version']}.tgz"
