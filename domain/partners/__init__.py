"""Partners: who they are (`directory`), and what is said between us (`exchange`, all that an adapter's author needs)."""
