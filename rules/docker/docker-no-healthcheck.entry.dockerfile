FROM debian:12
# ok: docker-no-healthcheck
CMD ["--port", "8080"]
# ruleid: docker-no-healthcheck
ENTRYPOINT ["serve"]
