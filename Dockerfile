# One image for every role: `run` serves all, `run --role web|telegram|worker` one of them.
FROM python:3.11-slim AS build
WORKDIR /app
COPY requirements.txt ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.11-slim
RUN useradd --system --uid 10001 --create-home --home-dir /data waypoint
COPY --from=build /venv /venv
WORKDIR /app
COPY bot ./bot
COPY handlers ./handlers
COPY locales ./locales
COPY knowledge ./knowledge
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 \
    WAYPOINT_DATA_DIR=/data/var WAYPOINT_HOST=0.0.0.0 WAYPOINT_PORT=8080
USER waypoint
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
