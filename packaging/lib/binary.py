"""What a binary says of itself: for which system it was built, and which C library it needs.

A package gets its name and its architecture from the file that it carries, so that the two cannot differ.
"""

import re
import struct
from pathlib import Path


class Unknown(Exception):
    """The file is no program of a system that there are packages for."""


MACHINES = {62: "x86_64", 183: "aarch64"}  # e_machine of ELF
MACH_O = {0x01000007: "x86_64", 0x0100000C: "aarch64"}


class Binary:
    def __init__(self, path, native=None, build=None):
        self.path = Path(path)
        # one of the same version that runs on this machine
        self.native = Path(native or path)
        # how it was just built, if it was: maturin can then make the wheel
        self.build = build
        self.bytes = self.path.read_bytes()
        self.glibc = None
        start = self.bytes[:4]
        if start == b"\x7fELF":
            self._read_elf()
        elif start == b"\xcf\xfa\xed\xfe":
            self.system = "macos"
            self.machine = self._machine(MACH_O, struct.unpack_from("<I", self.bytes, 4)[0])
        else:
            raise Unknown(f"{path} is no program for Linux or macOS")

    def _machine(self, names, number):
        if number not in names:
            raise Unknown(f"{self.path} is for a processor that there are no packages for")
        return names[number]

    def _read_elf(self):
        if self.bytes[4:6] != b"\x02\x01":
            raise Unknown(f"{self.path} is not a 64-bit little-endian program")
        self.machine = self._machine(MACHINES, struct.unpack_from("<H", self.bytes, 18)[0])
        interpreter = self._interpreter()
        if b"ld-linux" in interpreter:
            self.system = "gnu"
            wanted = re.findall(rb"GLIBC_2\.(\d+)\0", self.bytes)
            self.glibc = (2, max((int(minor) for minor in wanted), default=17))
        else:
            # a static program needs no C library; ours are linked with musl
            self.system = "musl"

    def _interpreter(self):
        """The path of the dynamic loader; empty for a static program."""
        headers = struct.unpack_from("<Q", self.bytes, 32)[0]
        size, count = struct.unpack_from("<HH", self.bytes, 54)
        for number in range(count):
            kind, _, offset, _, _, length = struct.unpack_from("<IIQQQQ", self.bytes, headers + number * size)
            if kind == 3:
                return self.bytes[offset : offset + length]
        return b""

    @property
    def is_linux(self):
        return self.system in ("gnu", "musl")

    @property
    def target(self):
        """The name of the archive, as compilers write it."""
        rest = {
            "gnu": "unknown-linux-gnu",
            "musl": "unknown-linux-musl",
            "macos": "apple-darwin",
        }
        return f"{self.machine}-{rest[self.system]}"

    @property
    def wheel_tag(self):
        if self.system == "gnu":
            return f"py3-none-manylinux_{self.glibc[0]}_{self.glibc[1]}_{self.machine}"
        if self.system == "musl":
            return f"py3-none-musllinux_1_2_{self.machine}"
        raise Unknown("wheels for macOS are made by maturin: leave out --binary")

    @property
    def deb_architecture(self):
        return {"x86_64": "amd64", "aarch64": "arm64"}[self.machine]

    @property
    def npm_platform(self):
        """The end of the package's name, and its fields os, cpu and libc."""
        cpu = {"x86_64": "x64", "aarch64": "arm64"}[self.machine]
        if self.is_linux:
            libc = {"gnu": "glibc", "musl": "musl"}[self.system]
            return f"linux-{cpu}-{self.system}", {"os": ["linux"], "cpu": [cpu], "libc": [libc]}
        return f"darwin-{cpu}", {"os": ["darwin"], "cpu": [cpu]}
