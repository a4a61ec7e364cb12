# One image for web, worker, migrate and backup, in two stages: the first has Node and pip, the second only what runs.
# Code is read-only and owned by root; the process is an ordinary user that writes to /data alone.

FROM node:22-bookworm-slim AS app
WORKDIR /src/server/pwa
COPY server/pwa/package.json server/pwa/package-lock.json server/pwa/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY server/pwa ./
COPY prompts/condition_vectors.json /src/prompts/
RUN npm run build

FROM python:3.11-slim-bookworm AS python
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/kiem
COPY requirements/export.txt /tmp/requirements.txt
RUN /opt/kiem/bin/pip install --use-pep517 --require-hashes -r /tmp/requirements.txt

FROM python:3.11-slim-bookworm
# pg_dump and pg_restore, for backups: Debian 12 has release 15, as the database in compose.yaml.
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*
ENV PATH=/opt/kiem/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 KIEM_DATA_DIR=/data
RUN useradd --system --uid 10001 --home-dir /data --create-home kiem && install -d -o kiem -m 700 /data /backups
WORKDIR /kiem
COPY --from=python /opt/kiem /opt/kiem
COPY pyproject.toml LICENSE ./
COPY migrations migrations
COPY prompts prompts
COPY challenges challenges
COPY server server
COPY --from=app /src/server/pwa/dist server/pwa/dist
RUN python -m compileall -q /opt/kiem /kiem
USER kiem
VOLUME ["/data", "/backups"]
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "server"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
