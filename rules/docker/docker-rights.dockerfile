FROM debian:12
# ruleid: docker-chmod-777
RUN chmod -R 777 /app
# ruleid: docker-chmod-777
RUN chmod a+rwx /app
# ok: docker-chmod-777
RUN chmod 755 /app
# ok: docker-chmod-777
RUN chmod +x /app/run
# ruleid: docker-sudo
RUN sudo make install
# ruleid: docker-sudo
RUN echo "app ALL=(ALL) NOPASSWD: ALL" > /etc/sudoers.d/app
# ok: docker-sudo
RUN make install
# ok: docker-sudo
RUN echo pseudo
# ruleid: docker-insecure-build
RUN --security=insecure make test
# ruleid: docker-insecure-build
RUN --network=host npm ci
# ok: docker-insecure-build
RUN --network=none make
# ok: docker-insecure-build
RUN --mount=type=cache,target=/home/node/.npm npm ci
