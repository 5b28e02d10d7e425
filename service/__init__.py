"""The whole driving side: use cases and the edges that call them."""
