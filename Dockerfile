# The service alone: no compiler, no tests, no browser. Settings come from the environment (compose.yaml).
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    BOT_LISTEN=0.0.0.0:8080

WORKDIR /app

COPY requirements/base.txt requirements/base.txt
RUN python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/base.txt

COPY config config
COPY bot bot
COPY storage storage
COPY handlers handlers
RUN python -m compileall -q config bot storage handlers

# A fixed number, so that the owner of the volume is the same on every machine. The code stays root's.
RUN groupadd --gid 10001 bot \
    && useradd --uid 10001 --gid bot --no-create-home --shell /usr/sbin/nologin bot \
    && install --directory --owner=bot --group=bot --mode=0700 data
USER 10001:10001
VOLUME /app/data
EXPOSE 8080

HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]

CMD ["python", "-m", "bot", "serve"]
