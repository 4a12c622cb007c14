FROM python:3.12-slim
COPY app.py /app.py
# ruleid: docker-no-user
ENTRYPOINT ["python"]
# ruleid: docker-no-user
CMD ["/app.py"]

FROM python:3.12-slim
RUN useradd app
USER app
# ok: docker-no-user
ENTRYPOINT ["python"]
# ok: docker-no-user
CMD ["/app.py"]
