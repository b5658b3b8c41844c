"""What the machine gives to Python: processes that run the task in a loop and do nothing else.

Takes how many processes, the task's iterations, and for how many seconds; prints runs a second, of all together.
"""

import hashlib
import multiprocessing
import sys
import time


def hash_of(iterations):
    return hashlib.pbkdf2_hmac("sha256", b"unblock", b"bench", iterations, 32).hex()


def loop(start, rates, iterations, seconds):
    hash_of(iterations)
    # Those that start first would have the machine for themselves.
    start.wait()
    began = time.monotonic()
    runs = 0
    while time.monotonic() - began < seconds:
        hash_of(iterations)
        runs += 1
    rates.put(runs / (time.monotonic() - began))


if __name__ == "__main__":
    count, iterations = int(sys.argv[1]), int(sys.argv[2])
    seconds = float(sys.argv[3])
    start = multiprocessing.Barrier(count)
    rates = multiprocessing.SimpleQueue()
    processes = [
        multiprocessing.Process(target=loop, args=(start, rates, iterations, seconds))
        for _ in range(count)
    ]
    for process in processes:
        process.start()
    print(sum(rates.get() for _ in processes))
    for process in processes:
        process.join()
