"""Facts with times: what happened on an association and what a service saw."""
