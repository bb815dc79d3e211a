# The service in a container: built from this checkout and its lock file, run without root. `compose.yaml` shows it at work.
FROM python:3.11-slim AS build
WORKDIR /src
COPY . .
# As `make install` does it: uv by its hash, everything else by the hashes of the lock.
RUN python -m venv /opt/commentsvc \
    && sed -n '/^uv==/,/[^\\]$/p' requirements.lock > /tmp/uv.lock \
    && pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/uv.lock \
    && uv pip install --no-cache -p /opt/commentsvc/bin/python --constraint requirements.lock --build-constraint requirements.lock '.[postgres,celery]'

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/commentsvc --create-home commentsvc
COPY --from=build /opt/commentsvc /opt/commentsvc
ENV PATH=/opt/commentsvc/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    COMMENTSVC_SERVER_HOST=0.0.0.0 \
    COMMENTSVC_DATABASE_URL=sqlite:////var/lib/commentsvc/commentsvc.db \
    COMMENTSVC_SECRETS_KEY_FILE=/var/lib/commentsvc/secret.key \
    COMMENTSVC_LOG_FORMAT=json
USER 10001
WORKDIR /var/lib/commentsvc
VOLUME /var/lib/commentsvc
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/health/ready', timeout=2)"]
ENTRYPOINT ["commentsvc"]
CMD ["serve", "--migrate"]
