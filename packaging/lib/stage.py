"""The files that are installed: the program, its manual, its completions, its licences."""

import gzip
import os
import subprocess

from .project import ROOT, Failed, licences

SHELLS = {
    "bash": "share/bash-completion/completions/instaseed",
    "zsh": "share/zsh/site-functions/_instaseed",
    "fish": "share/fish/vendor_completions.d/instaseed.fish",
}
LICENCES = ("LICENSE-APACHE", "LICENSE-MIT")


def fill(folder, binary, compress_manual=False):
    """Writes them below a prefix. The program itself, or one like it that runs here, makes the manual and the completions."""
    put(folder / "bin/instaseed", binary.bytes, 0o755)
    program = binary.native.resolve()
    manual = folder / "share/man/man1"
    ask(program, "man", manual)
    for page in sorted(manual.iterdir()):
        if compress_manual:
            put(page.with_name(page.name + ".gz"), gzip.compress(page.read_bytes(), mtime=0), 0o644)
            page.unlink()
        else:
            page.chmod(0o644)
    for shell, place in SHELLS.items():
        put(folder / place, ask(program, "completions", shell), 0o644)
    documents = folder / "share/doc/instaseed"
    for name in LICENCES:
        put(documents / name, (ROOT / name).read_bytes(), 0o644)
    put(documents / "THIRD-PARTY-LICENSES", licences(binary.target).encode(), 0o644)


def put(path, content, mode):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(mode)
    return path


def ask(program, *words):
    """What the program prints, with nothing of this machine's settings."""
    kept = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    try:
        done = subprocess.run([str(program), *map(str, words)], env=kept, capture_output=True)
    except OSError as error:
        raise Failed(f"{program} does not run here, and must write the manual; name one that does with --native: {error}") from error
    if done.returncode:
        raise Failed(f"{program} {words[0]}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
