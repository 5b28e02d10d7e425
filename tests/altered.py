"""What chance made, made wrong."""


def altered(secret: str) -> str:
    """The same but for its last digit. To write a fixed one there would change nothing whenever chance had made that very one."""
    return secret[:-1] + ("0" if secret[-1] != "0" else "1")
