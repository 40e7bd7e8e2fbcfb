/** Waits for all of them and fails only then, with the first failure: nobody is to find any of them still at work. */
export async function allEnded(works: readonly Promise<void>[]): Promise<void> {
  for (const ended of await Promise.allSettled(works)) if (ended.status === 'rejected') throw ended.reason;
}
