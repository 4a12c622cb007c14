import os

# ruleid: pkg-credential-path
os.path.expanduser("~/.ssh/id_rsa")
# ruleid: pkg-credential-path
open("/home/x/.aws/credentials")
# ok: pkg-credential-path
os.path.expanduser("~/.cache/x")
# ok: pkg-credential-path
open("identity.py")
# ruleid: pkg-wallet-path
open("Exodus/exodus.wallet")
# ruleid: pkg-wallet-path
open("wallet.dat")
# ok: pkg-wallet-path
open("wallets.md")
# ok: pkg-wallet-path
open("solana.md")
