FROM alpine:3.20
# ruleid: docker-add-url
ADD https://example.org/tool /usr/bin/tool
# ruleid: docker-add-url
ADD --chmod=755 https://example.org/tool /usr/bin/tool
# ok: docker-add-url
ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.org/tool /usr/bin/tool
# ok: docker-add-url
COPY tool /usr/bin/tool
# ruleid: docker-add-local
ADD app /app
# ruleid: docker-add-local
ADD config.json /etc/config.json
# ok: docker-add-local
ADD rootfs.tar.xz /
# ok: docker-add-local
COPY app /app
