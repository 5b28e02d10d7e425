"""The pages: an edge like the API, over the same use cases."""
