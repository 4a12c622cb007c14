FROM python:3.12-slim AS build
# ok: docker-user-root
USER root
RUN make
FROM python:3.12-slim
# ok: docker-user-root
USER 1000:1000
RUN id
# ruleid: docker-user-root
USER 0:0
