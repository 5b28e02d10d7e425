"""The transfer of a client between centres: asked for by the centre that has them, answered by the one that is to take them."""
