"""Evidence that leaves the house: what was asked for, how it is made so that it shows nobody, and what was released to whom."""
