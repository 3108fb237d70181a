"""One conversation: a message in, events out; the only place that knows the whole sequence."""
