"""Referrals, the heart: the steps (`steps`), the record and its rules (`record`), what leaves (`packet`), and its doors (`doors`)."""
