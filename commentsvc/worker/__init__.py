"""Background work: one loop, run by a thread of the server, by `commentsvc worker`, or by Celery."""
