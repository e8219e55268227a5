"""What all packages share: the version and the texts of Cargo.toml, and the licences of everything that is compiled in."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Failed(Exception):
    """A package cannot be made; the text says why."""


class Missing(Failed):
    """A tool cannot be had here."""


def run(*words, **options):
    done = subprocess.run([str(word) for word in words], **options)
    if done.returncode:
        raise Failed(f"{words[0]} ended with {done.returncode}")
    return done.stdout


def metadata(*options):
    words = ["cargo", "metadata", "--locked", "--format-version", "1", *options]
    return json.loads(run(*words, cwd=ROOT, stdout=subprocess.PIPE))


def package():
    """Name, version, description and the like, from Cargo.toml."""
    return metadata("--no-deps")["packages"][0]


def epoch():
    """The time that files in packages get: that of the commit, so that the same source gives the same bytes."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    log = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True)
    return int(log.stdout.strip() or 315532800)


class Build:
    """How the program is built: for this machine, or for a target; with zig as the linker, for an old C library too."""

    def __init__(self, target=None, zig=None):
        self.target, self.zig = target, zig

    @property
    def options(self):
        """Those of maturin."""
        target = ["--target", self.target] if self.target else []
        return target + (["--zig", "--compatibility", self.zig] if self.zig else [])

    def run(self, maturin):
        """Builds the program and returns where it is. Cargo finds it built when maturin asks for it again."""
        if self.zig:
            with tempfile.TemporaryDirectory() as folder:
                run(maturin(), "build", "--locked", *self.options, "--out", folder, cwd=ROOT, stdout=sys.stderr)
        else:
            target = ["--target", self.target] if self.target else []
            run("cargo", "build", "--locked", "--profile", "dist", *target, cwd=ROOT)
        return Path(metadata("--no-deps")["target_directory"]) / (self.target or "") / "dist/instaseed"


def licences(target):
    """The licence texts of every crate that is linked in, each text once: their licences ask for that."""
    facts = metadata("--filter-platform", target)
    packages = {one["id"]: one for one in facts["packages"]}
    nodes = {node["id"]: node for node in facts["resolve"]["nodes"]}
    root = facts["resolve"]["root"]
    seen, open_ids = set(), [root]
    while open_ids:
        for dependency in nodes[open_ids.pop()]["deps"]:
            linked = any(kind["kind"] is None for kind in dependency["dep_kinds"])
            if linked and dependency["pkg"] not in seen:
                seen.add(dependency["pkg"])
                open_ids.append(dependency["pkg"])
    names, texts = [], {}
    for one in sorted((packages[id] for id in seen), key=lambda one: (one["name"], one["version"])):
        label = f"{one['name']} {one['version']}"
        names.append(f"{label}: {one['license'] or 'see its text below'}")
        folder = Path(one["manifest_path"]).parent
        for file in sorted(folder.iterdir()):
            word = file.name.upper()
            if file.is_file() and word.startswith(("LICENSE", "LICENCE", "COPYING", "NOTICE", "COPYRIGHT")):
                text = file.read_text(encoding="utf-8", errors="replace").strip()
                texts.setdefault(text, []).append(label)
    parts = ["instaseed contains these libraries. Their licences follow.", "\n".join(names)]
    for text, of in texts.items():
        parts.append("=" * 100 + "\n" + ", ".join(of) + "\n" + "-" * 100 + "\n" + text)
    return "\n\n".join(parts) + "\n"
