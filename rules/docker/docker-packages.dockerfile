FROM debian:12
# ruleid: docker-apt-lists
RUN apt-get update && apt-get install -y curl
# ruleid: docker-apt-lists
RUN apt-get install -y git
# ok: docker-apt-lists
RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
# ok: docker-apt-lists
RUN --mount=type=cache,target=/var/cache/apt apt-get install -y curl
# ruleid: docker-apt-upgrade
RUN apt-get update && apt-get -y upgrade
# ruleid: docker-apt-upgrade
RUN apk upgrade
# ok: docker-apt-upgrade
RUN apk add curl
# ok: docker-apt-upgrade
RUN pip install --upgrade pip==24.2
# ruleid: docker-packages-unpinned
RUN pip install requests
# ruleid: docker-packages-unpinned
RUN npm install -g typescript
# ok: docker-packages-unpinned
RUN pip install -r requirements.txt
# ok: docker-packages-unpinned
RUN pip install requests==2.32.3
# ok: docker-packages-unpinned
RUN npm install -g typescript@5.6.3
