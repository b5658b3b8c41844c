/**
 * Streams of random numbers (`createRandom(seed, stream)`), one for each purpose: so that the same seed gives the
 * same requests, with the same work, whatever they meet (common random numbers: A. M. Law, Simulation Modeling and
 * Analysis, chapter on variance reduction). Each instance dies by a stream of its own, from `failures` on.
 */
export const streams = { arrivals: 0, work: 1, overhead: 2, balancing: 3, failures: 4 } as const
