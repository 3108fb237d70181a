"""One conversation: a message in, a stream of events out; plans, renders, stores.

- session.py: ChatSession, the whole sequence from message to reply
- jobs.py: render requests for an action; execution.py: runs them (retry, preview, sweep)
- transcript.py: which events are stored, errors as sentences
- upload_parameters.py: generation parameters of uploaded pictures (A1111 metadata)
"""
