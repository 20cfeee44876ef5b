"""The processes that touch evidence: one child per worker, messages in msgpack, nothing pickled."""
