import re

# ruleid: pkg-wallet-address
re.compile(r"^(bc1|[13])[a-zA-HJ-NP-Z0-9]{25,39}$")
# ruleid: pkg-wallet-address
re.compile("0x[a-fA-F0-9]{40}")
# ok: pkg-wallet-address
re.compile("[0-9a-f]{40}")
# ok: pkg-wallet-address
re.compile("[a-z]{25,39}")
