"""How somebody fares after their return: the reviews (reviews), and how they are shown and counted (doors)."""
