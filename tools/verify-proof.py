#!/usr/bin/env python3
"""Checks a proof written by `runward audit prove`: no log, no packages, no Runward needed.

    verify-proof.py PROOF VERIFIER_KEY [WITNESS_KEY ...]

VERIFIER_KEY is the log's public key (`name+hash+base64`, file log.pub) or a file that holds it. Every
WITNESS_KEY given must have cosigned. Prints OK and the record's place, or what is wrong (exit 1).
Formats: c2sp.org/tlog-proof, tlog-checkpoint, signed-note, tlog-cosignature; RFC 6962; RFC 8032."""
import base64, hashlib, os, sys  # noqa: E401
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
sha = lambda data: hashlib.sha256(data).digest()  # noqa: E731

def fail(what):
    sys.exit("NOT OK: " + what)
def b64(text, what):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = b""
    return data if base64.b64encode(data).decode() == text else fail(f"{what} is not base64")
def number(text):
    return int(text) if text.isascii() and text.isdigit() and str(int(text)) == text else fail("a number is malformed")
def point(data):  # RFC 8032, section 5.1.3, in extended coordinates
    y, sign = int.from_bytes(data, "little") & (1 << 255) - 1, data[31] >> 7
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if x * x % P != xx:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or x * x % P != xx or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)
def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0])
    c, d = 2 * p[3] * q[3] * D, 2 * p[2] * q[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)
def times(n, p):
    out = (0, 1, 1, 0)
    while n:
        out, p, n = add(out, p) if n & 1 else out, add(p, p), n >> 1
    return out
BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
def ed25519(key, message, signature):
    signature = signature if len(signature) == 64 else bytes(31) + b"\xff" * 33
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    u, v = times(s, BASE), add(r, times(h, a))
    return (u[0] * v[2] - v[0] * u[2]) % P == 0 and (u[1] * v[2] - v[1] * u[2]) % P == 0
def check_signature(vkey, body, lines):
    vkey = (open(vkey).read() if os.path.exists(vkey) else vkey).strip()
    name, _, rest = vkey.partition("+")
    material = b64(rest.partition("+")[2], "the key")
    key_id = sha(name.encode() + b"\n" + material)[:4]
    if len(material) != 33 or material[0] not in (1, 4) or key_id.hex() != rest[:8]:
        fail(f"`{vkey}` is not an Ed25519 key")
    for line in lines:
        signature = b64(line.split(" ")[2], "a signature") if line.startswith(f"— {name} ") else b""
        if signature[:4] == key_id:
            message, signature = body.encode(), signature[4:]
            if material[0] == 4:  # a cosignature begins with its time
                time, signature = int.from_bytes(signature[:8], "big"), signature[8:]
                message = f"cosignature/v1\ntime {time}\n".encode() + message
            return name if ed25519(material[1:], message, signature) else fail(f"the signature of `{name}` is wrong")
    fail(f"`{name}` did not sign the checkpoint")
def main(path, log_key, *witnesses):
    head, _, checkpoint = open(path, encoding="utf-8", newline="").read().partition("\n\n")
    body, _, signatures = checkpoint.partition("\n\n")
    lines, cp = head.split("\n"), body.split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1" or len(cp) < 3 or not signatures.endswith("\n"):
        fail("this is not a c2sp.org/tlog-proof@v1")
    entry = b64(lines.pop(0)[6:], "the record") if lines and lines[0].startswith("extra ") else b""
    index = number(lines.pop(0)[6:]) if lines and lines[0].startswith("index ") else fail("the index is missing")
    origin = check_signature(log_key, body + "\n", signatures.split("\n"))
    if cp[0] != origin:
        fail(f"the checkpoint is of log `{cp[0]}`, not of `{origin}`")
    seen = [check_signature(w, body + "\n", signatures.split("\n")) for w in witnesses]
    size, node = number(cp[1]), sha(b"\0" + entry)
    place, last = index, size - 1  # RFC 9162, section 2.1.3.2
    for line in lines:
        other = b64(line, "a hash")
        if last == 0 or len(other) != 32 or index >= size:
            fail("the path does not fit the tree")
        right = place & 1 or place == last
        node = sha(b"\1" + other + node) if right else sha(b"\1" + node + other)
        while right and place and not place & 1:
            place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
    if index >= size or last or node != b64(cp[2], "the root"):
        fail(f"record {index} is not in the tree of {size} records: the record or the proof was changed")
    print(f"OK record {index} of {size} in `{origin}`" + "".join(f", cosigned by `{w}`" for w in seen), flush=True)
    sys.stdout.buffer.write(entry + b"\n")
if __name__ == "__main__":
    try:
        main(*sys.argv[1:]) if len(sys.argv) >= 3 else sys.exit(__doc__)
    except (ValueError, OSError) as error:
        fail(str(error))
