FROM node:22
# ruleid: docker-secret
ENV DB_PASSWORD=hunter2
# ruleid: docker-secret
ARG API_KEY="abc123def"
# ok: docker-secret
ARG API_KEY
# ok: docker-secret
ENV PASSWORD_FILE=/run/secrets/password
# ruleid: docker-secret-copied
COPY .env /app/.env
# ruleid: docker-secret-copied
COPY keys/id_rsa /home/app/.ssh/id_rsa
# ok: docker-secret-copied
COPY .env.example /app/.env.example
# ok: docker-secret-copied
COPY package.json /app/
# ruleid: docker-secret-in-run
RUN git clone https://bot:s3cr3t@git.example.org/app.git
# ruleid: docker-secret-in-run
RUN echo "root:toor" | chpasswd
# ok: docker-secret-in-run
RUN git clone https://git.example.org/app.git
# ok: docker-secret-in-run
RUN --mount=type=secret,id=npm npm ci
