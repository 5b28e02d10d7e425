"""Our service against a bare programme on the same tables: see docs/performance.md."""
