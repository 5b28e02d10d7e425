"""The API: each route turns a request into one call and its result into an answer."""
