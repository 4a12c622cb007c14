FROM debian:12
# ruleid: docker-login-port
EXPOSE 22
# ruleid: docker-login-port
EXPOSE 23/tcp
# ok: docker-login-port
EXPOSE 8080
# ok: docker-login-port
EXPOSE 2222
# ruleid: docker-privileged-port
EXPOSE 80
# ruleid: docker-privileged-port
EXPOSE 443/tcp
# ok: docker-privileged-port
EXPOSE 8443
# ok: docker-privileged-port
EXPOSE ${PORT}
CMD ["serve"]
