# The image has what serves a team too: the clients for PostgreSQL, Redis and MCP servers are small.
FROM python:3.11-slim AS build
COPY requirements.txt requirements-scale.txt requirements-mcp.txt requirements-otel.txt /tmp/
RUN python -m venv /opt/parley && /opt/parley/bin/pip install --no-cache-dir --disable-pip-version-check \
  -r /tmp/requirements-scale.txt -r /tmp/requirements-mcp.txt -r /tmp/requirements-otel.txt

FROM python:3.11-slim
RUN useradd --system --uid 10001 --create-home parley && install -d -o parley -g parley -m 0700 /data
COPY --from=build /opt/parley /opt/parley
WORKDIR /app
COPY . .
RUN /opt/parley/bin/python -m compileall -q .
ENV PATH=/opt/parley/bin:$PATH PYTHONUNBUFFERED=1 DATA_DIR=/data HOST=0.0.0.0 PORT=8000
USER parley
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/api/health', timeout=4)"]
CMD ["python", "manage.py", "serve"]
