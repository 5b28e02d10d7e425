"""Exports of cases, clients and referrals: what may leave, by whose word, and for how long."""
