"""What the sample house holds, as plain data. It stands on all the rest of the domain; made-up people (`domain.demo`) stand below ports."""
