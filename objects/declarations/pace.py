"""How much of a change is done before the request that asks for it is answered."""

AT_ONCE = 10_000
"""Records that a request goes through itself; with more of them there is a job."""

AT_ONCE_IF_NAMED = 200
"""The same where all of the request is one transaction, for which writers wait: a fifth
of a second, where each record takes a millisecond."""
