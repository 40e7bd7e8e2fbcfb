/** Waits for all of them, then throws the first failure, so that none of them still runs when the caller continues. */
export async function allEnded(works: readonly Promise<void>[]): Promise<void> {
  for (const ended of await Promise.allSettled(works)) if (ended.status === 'rejected') throw ended.reason;
}
