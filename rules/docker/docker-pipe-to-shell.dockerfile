FROM debian:12
# ruleid: docker-pipe-to-shell
RUN curl -fsSL https://example.org/install.sh | sh
# ruleid: docker-pipe-to-shell
RUN wget -qO- https://example.org/install.sh | sudo -E bash -
# ok: docker-pipe-to-shell
RUN curl -fsSLo tool.tgz https://example.org/tool.tgz && echo "abc tool.tgz" | sha256sum -c
# ok: docker-pipe-to-shell
RUN curl -s https://example.org/list | sort
# ruleid: docker-unverified-download
RUN curl -k https://example.org/tool -o tool
# ruleid: docker-unverified-download
RUN pip install --trusted-host pypi.example.org tool
# ok: docker-unverified-download
RUN curl -fsSL https://example.org/tool -o tool
# ok: docker-unverified-download
RUN apt-get install -y --no-install-recommends curl
