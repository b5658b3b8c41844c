# The tasks, and Celery as it comes. REDIS_SOCKET: the socket of Redis, for the queue and for results.
import hashlib
import os

from celery import Celery

redis = "redis+socket://" + os.environ["REDIS_SOCKET"]
celery = Celery("tasks", broker=redis, backend=redis)


def hash_of(iterations):
    """The same 32 bytes, as hex digits, as bench/tasks/_hash.ts."""
    return hashlib.pbkdf2_hmac("sha256", b"unblock", b"bench", iterations, 32).hex()


@celery.task(name="empty")
def empty():
    return 0


@celery.task(name="hash")
def hash_task(iterations):
    return hash_of(int(iterations))
