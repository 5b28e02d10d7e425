"""Incoming referrals: a partner sends somebody to a centre, which answers by the same words and clocks as partners do."""
