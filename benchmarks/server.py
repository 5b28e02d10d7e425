"""The PostgreSQL of a benchmark: one that is named, or Debian's, started for this run with the durable settings of production."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from tests import postgres

DURABLE = """
listen_addresses = '127.0.0.1'
fsync = on
full_page_writes = on
synchronous_commit = on
max_connections = 100
shared_buffers = 1GB
effective_cache_size = 4GB
work_mem = 16MB
maintenance_work_mem = 256MB
max_wal_size = 8GB
checkpoint_timeout = 30min
logging_collector = off
log_min_messages = fatal
timezone = 'Asia/Karachi'
"""


@contextmanager
def running() -> Iterator[postgres.Server]:
    """`MRC_BENCH_DATABASE_URL` is an administrator's URL, as `MRC_TEST_POSTGRES_URL` is for the tests. Raises NoPostgres."""
    run, given = secrets.token_hex(4), os.environ.get("MRC_BENCH_DATABASE_URL")
    if given:
        # The same passwords each time, so that two runs on one server do not lock each other out.
        server = postgres.Server(given, *(hashlib.sha256(f"{role} {given}".encode()).hexdigest() for role in ("owner", "app")), run)
    else:
        # The tests' own settings give durability up, which would flatter every write here.
        postgres.SETTINGS = DURABLE
        server = postgres.start(run)
        postgres.watch(server, os.getpid())
    try:
        postgres.enter(server)
        yield server
    finally:
        postgres.stop(server)
