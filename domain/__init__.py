"""The trade's rules and words. Standard library and pure value libraries only."""
