"""The policy log: what was observed, with the figure that shows it, what is advised to whom, and what became of the advice."""
