FROM node:22 AS build
# ok: docker-no-healthcheck
CMD ["build"]
FROM debian:12
# ok: docker-no-healthcheck
ENTRYPOINT ["run"]
# ruleid: docker-no-healthcheck
CMD ["serve"]
