FROM python:3.12-slim
# ok: docker-user-root
USER root
RUN apt-get update
# ok: docker-user-root
USER app
RUN id
# ruleid: docker-user-root
USER root
CMD ["python", "/app.py"]
