"""What we measure ourselves against: FastAPI and asyncpg on the same tables, JSON built by PostgreSQL, and none of our duties.

No sign-in, no scope, no encryption, no trail of reads, no idempotency. Sealed columns go out as they lie (base64); names come from a
plain side table, which our own service does not have.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import asyncpg
import uvicorn
from fastapi import FastAPI, Response
from pydantic import BaseModel

SIDE_TABLES = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
DROP TABLE IF EXISTS bench_name, bench_note, bench_audit;
CREATE TABLE bench_name (client_id uuid PRIMARY KEY REFERENCES client (id), name text NOT NULL, name_urdu text NOT NULL, said text
   NOT NULL);
CREATE TABLE bench_note (id uuid PRIMARY KEY, centre text NOT NULL, client_id uuid NOT NULL, case_id uuid NOT NULL REFERENCES "case" (id),
  text text NOT NULL, written_at timestamptz NOT NULL, written_by uuid NOT NULL);
CREATE INDEX ON bench_note (case_id);
CREATE TABLE bench_audit (id uuid PRIMARY KEY, at timestamptz NOT NULL, actor uuid NOT NULL, action text NOT NULL, subject uuid NOT NULL);
CREATE INDEX ON bench_audit (subject, id);
"""
AFTER_NAMES = "CREATE INDEX ON bench_name USING gin (said gin_trgm_ops)"

LIST = """
SELECT coalesce(json_agg(line), '[]')::text FROM (
  SELECT c.id, c.number, c.centre, c.client_id, p.number AS client_number, n.name, n.name_urdu, c.kind, c.risk, c.stage, c.sensitivity,
         c.counsellor_id, s.name AS counsellor, c.next_due, c.opened_at, c.touched_at, c.version
  FROM "case" c JOIN client p ON p.id = c.client_id JOIN bench_name n ON n.client_id = c.client_id LEFT JOIN staff s ON s.id =
     c.counsellor_id
  WHERE c.counsellor_id = $1 ORDER BY c.id DESC LIMIT $2) line
"""
SHEET = """
SELECT json_build_object(
  'case', (SELECT row_to_json(x) FROM (SELECT c.id, c.number, c.kind, c.risk, c.stage, c.counsellor_id, encode(c.summary,
     'base64') AS summary,
     c.opened_at, c.touched_at, c.next_due, c.outcome, c.closed_at, c.version) x),
  'client', (SELECT row_to_json(x) FROM (SELECT p.id, p.number, n.name, n.name_urdu, encode(p.particulars, 'base64') AS
     particulars, p.gender,
     p.migration_stage, p.district, p.birth_year, p.registered_at, p.version FROM client p JOIN bench_name n ON n.client_id = p.id
     WHERE p.id = c.client_id) x),
  'sessions', (SELECT coalesce(json_agg(x ORDER BY x.id DESC), '[]') FROM (SELECT id, channel, minutes, topics, encode(note,
     'base64') AS note, held_at, held_by,
     follow_up_on, version FROM session WHERE case_id = c.id) x),
  'notes', (SELECT coalesce(json_agg(x ORDER BY x.id DESC), '[]') FROM (SELECT id, encode(text, 'base64') AS text, written_at,
     written_by, version
     FROM note WHERE case_id = c.id) x),
  'screenings', (SELECT coalesce(json_agg(x ORDER BY x.id DESC), '[]') FROM (SELECT id, instrument, instrument_version,
     encode(result, 'base64') AS result,
     outcome, screened_at, encode(decision, 'base64') AS decision, decided_at, version FROM screening WHERE case_id = c.id) x),
  'referrals', (SELECT coalesce(json_agg(x ORDER BY x.id DESC), '[]') FROM (SELECT id, ref, partner_id, encode(reason, 'base64')
     AS reason, urgency,
     field_groups, state, encode(said, 'base64') AS said, made_at, sent_at, answer_by, version FROM referral WHERE case_id = c.id) x),
  'tasks', (SELECT coalesce(json_agg(x ORDER BY x.id DESC), '[]') FROM (SELECT id, encode(title, 'base64') AS title, due_on,
     assignee_id, done_at, version
     FROM task WHERE case_id = c.id) x),
  'consents', (SELECT coalesce(json_agg(x ORDER BY x.id DESC), '[]') FROM (SELECT id, purpose, partner_id, field_groups, form,
     language, given_at, valid_to,
     withdrawn_at, version FROM consent WHERE client_id = c.client_id) x))::text
FROM "case" c WHERE c.id = $1
"""
ADD_NOTE = """
INSERT INTO bench_note (id, centre, client_id, case_id, text, written_at, written_by)
SELECT $1, c.centre, c.client_id, c.id, $3, now(), $4 FROM "case" c WHERE c.id = $2
RETURNING row_to_json(bench_note)::text
"""
ADD_AUDIT = "INSERT INTO bench_audit (id, at, actor, action, subject) VALUES ($1, now(), $2, 'note_added', $3)"
BY_NUMBER = """
SELECT coalesce(json_agg(x), '[]')::text FROM (SELECT p.id, p.number, n.name, n.name_urdu, p.centre
FROM client p JOIN bench_name n ON n.client_id = p.id WHERE p.centre = $1 AND p.number = $2) x
"""
BY_NAME = """
SELECT coalesce(json_agg(x), '[]')::text FROM (SELECT p.id, p.number, n.name, n.name_urdu, p.centre, similarity(n.said, $1) AS score
FROM bench_name n JOIN client p ON p.id = n.client_id WHERE n.said % $1 ORDER BY score DESC LIMIT $2) x
"""
DASHBOARD = """
WITH own AS MATERIALIZED (SELECT counsellor_id, kind, risk, stage, next_due, opened_at, closed_at FROM "case" WHERE centre = $1)
SELECT json_build_object(
  'open', (SELECT count(*) FROM own WHERE stage <> 'closed'),
  'overdue', (SELECT count(*) FROM own WHERE stage <> 'closed' AND next_due < current_date),
  'by_stage', (SELECT json_object_agg(stage, n) FROM (SELECT stage, count(*) n FROM own GROUP BY 1) x),
  'by_risk', (SELECT json_object_agg(risk, n) FROM (SELECT risk, count(*) n FROM own WHERE stage <> 'closed' GROUP BY 1) x),
  'by_kind', (SELECT json_object_agg(kind, n) FROM (SELECT kind, count(*) n FROM own WHERE stage <> 'closed' GROUP BY 1) x),
  'counsellors', (SELECT json_agg(x) FROM (SELECT counsellor_id, count(*) n FROM own WHERE stage <> 'closed' GROUP BY 1) x),
  'opened', (SELECT json_agg(x) FROM (SELECT to_char(opened_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month, count(*) n FROM own
     WHERE opened_at > now() - interval '1 year' GROUP BY 1) x),
  'closed', (SELECT json_agg(x) FROM (SELECT to_char(closed_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month, count(*) n FROM own
     WHERE closed_at > now() - interval '1 year' GROUP BY 1) x))::text
"""


class Note(BaseModel):
    text: str


class Search(BaseModel):
    q: str
    limit: int = 20


@asynccontextmanager
async def opened(app: FastAPI) -> AsyncIterator[None]:
    app.state.pool = await asyncpg.create_pool(os.environ["BARE_DATABASE_URL"], min_size=10, max_size=10)
    yield
    await app.state.pool.close()


app = FastAPI(lifespan=opened, openapi_url=None)
WRITER = UUID(int=1)


def said(text: str | None, status: int = 200) -> Response:
    return Response(text if text is not None else "null", status if text is not None else 404, media_type="application/json")


@app.get("/cases")
async def cases(counsellor: UUID, limit: int = 50) -> Response:
    return said('{"items":%s}' % await app.state.pool.fetchval(LIST, counsellor, limit))


@app.get("/cases/{id}/sheet")
async def sheet(id: UUID) -> Response:
    return said(await app.state.pool.fetchval(SHEET, id))


@app.post("/cases/{id}/notes")
async def add_note(id: UUID, body: Note) -> Response:
    async with app.state.pool.acquire() as connection, connection.transaction():
        note = uuid4()
        made = await connection.fetchval(ADD_NOTE, note, id, body.text, WRITER)
        await connection.execute(ADD_AUDIT, uuid4(), WRITER, note)
    return said(made, 201)


@app.post("/clients/search")
async def search(body: Search) -> Response:
    pool = app.state.pool
    if "-C-" in body.q:
        return said('{"items":%s}' % await pool.fetchval(BY_NUMBER, body.q[:3], body.q))
    return said('{"items":%s}' % await pool.fetchval(BY_NAME, body.q, body.limit))


@app.get("/dashboards/caseload")
async def caseload(centre: str) -> Response:
    return said(await app.state.pool.fetchval(DASHBOARD, centre))


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ["BARE_PORT"]), access_log=False, log_level="warning")
