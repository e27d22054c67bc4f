# SPDX-License-Identifier: Apache-2.0
"""Writes files as a C++ source of named texts: embed.py OUTPUT FILE..."""

import pathlib
import sys


def literal(data):
    """The bytes as string literals; compilers take them up to 64 KiB each."""
    escaped = []
    for byte in data:
        char = chr(byte)
        plain = 32 <= byte < 127 and char not in '"\\?'
        escaped.append("\\n" if char == "\n" else char if plain else f"\\{byte:03o}")
    rows = ["".join(escaped[i:i + 80]) for i in range(0, len(escaped), 80)]
    return "\n    ".join(f'"{row}"' for row in rows) or '""'


def main():
    output, *files = map(pathlib.Path, sys.argv[1:])
    text = '#include "service/embedded.h"\n\nnamespace vitals {\n\n'
    for file in files:
        name = file.name.replace(".", "_")
        data = file.read_bytes()
        text += (f"const std::string_view embedded_{name}(\n    {literal(data)},\n"
                 f"    {len(data)});\n\n")
    output.write_text(text + "}  // namespace vitals\n", encoding="ascii")


if __name__ == "__main__":
    main()
