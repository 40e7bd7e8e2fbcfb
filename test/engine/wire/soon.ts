import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until an expectation holds. It may take as long as the machine needs; the test's own limit ends it. */
export async function soon(expectation: () => unknown): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await expectation();
      return;
    } catch (error) {
      if (tries === 2000) throw error;
    }
    await sleep(5);
  }
}
