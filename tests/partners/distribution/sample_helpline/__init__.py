"""A helpline that reports in words of its own."""
