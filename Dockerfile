# One image, three verbs: `serve`, `work`, `migrate` (and every other command of mrc).
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/mrc
WORKDIR /src
COPY requirements/run.txt requirements/run.txt
RUN /opt/mrc/bin/pip install --require-hashes -r requirements/run.txt
COPY . .
RUN /opt/mrc/bin/pip install --no-deps --no-build-isolation . \
 && /opt/mrc/bin/pip uninstall --yes hatchling editables \
 && /opt/mrc/bin/pip check

FROM python:3.11-slim-bookworm
# For papers as PDF: the shaper, and a Latin face beside our Naskh.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
 && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 mrc \
 && useradd --uid 10001 --gid mrc --no-create-home --home-dir /var/lib/mrc --shell /usr/sbin/nologin mrc \
 && install --directory --owner mrc --group mrc --mode 0700 /var/lib/mrc /var/lib/mrc/data /var/lib/mrc/keys
COPY --from=build /opt/mrc /opt/mrc
ENV PATH=/opt/mrc/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MRC_ENV=production \
    MRC_DATA_DIR=/var/lib/mrc/data
USER 10001:10001
WORKDIR /var/lib/mrc
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=4s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
ENTRYPOINT ["mrc"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
