"""The smallest programs of several processors: each ends at once with exit code 0, so that trying tells whether it can be run."""

import struct

# By architecture as image platforms name them: bits, byte order, number in ELF, flags in ELF, instructions that call exit(0).
MACHINES = {
    "386": (32, "<", 3, 0, bytes.fromhex("b801000000 31db cd80")),
    "amd64": (64, "<", 62, 0, bytes.fromhex("b83c000000 31ff 0f05")),
    "arm": (32, "<", 40, 0x05000400, struct.pack("<3I", 0xE3A00000, 0xE3A07001, 0xEF000000)),
    "arm64": (64, "<", 183, 0, struct.pack("<3I", 0xD2800000, 0xD2800BA8, 0xD4000001)),
    "ppc64le": (64, "<", 21, 2, struct.pack("<3I", 0x38600000, 0x38000001, 0x44000002)),
    "riscv64": (64, "<", 243, 0, struct.pack("<3I", 0x00000513, 0x05D00893, 0x00000073)),
    "s390x": (64, ">", 22, 0, bytes.fromhex("a7290000 0a01")),
}
BASE, PAGE = 0x400000, 0x10000
ET_EXEC, PT_LOAD, READ_AND_RUN = 2, 1, 5


def program(architecture):
    """The bytes of an ELF file; None where there is none for this architecture."""
    if architecture not in MACHINES:
        return None
    bits, order, machine, flags, code = MACHINES[architecture]
    word, sizes = ("Q", (64, 56)) if bits == 64 else ("I", (52, 32))
    start = sum(sizes)
    ident = b"\x7fELF" + bytes([2 if bits == 64 else 1, 1 if order == "<" else 2, 1]) + bytes(9)
    header = ident + struct.pack(
        f"{order}HHI{word}{word}{word}IHHHHHH",
        *(ET_EXEC, machine, 1, BASE + start, sizes[0], 0, flags, *sizes, 1, 0, 0, 0),
    )
    size = start + len(code)
    if bits == 64:
        segment = struct.pack(f"{order}II6Q", PT_LOAD, READ_AND_RUN, 0, BASE, BASE, size, size, PAGE)
    else:
        segment = struct.pack(f"{order}8I", PT_LOAD, 0, BASE, BASE, size, size, READ_AND_RUN, PAGE)
    return header + segment + code
