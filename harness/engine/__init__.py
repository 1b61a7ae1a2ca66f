"""Plan, safety policy and runner; emits a stream of events and prints nothing."""
