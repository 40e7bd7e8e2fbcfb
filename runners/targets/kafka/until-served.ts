import { setTimeout as sleep } from 'node:timers/promises';
import { kafkaFaultOf } from './kafka-faults.ts';

const READY_MS_MAX = 60_000;
const RETRY_MS = 50;

/**
 * Repeats a request while brokers respond that they are not ready for it: a new topic has no leader that serves it for some
 * hundred ms, and a coordinator that just started loads its log.
 * @throws the client's error if it is another one, or if it lasts for a minute.
 */
export async function untilServed<T>(request: () => Promise<T>): Promise<T> {
  const untilMs = performance.now() + READY_MS_MAX;
  for (;;) {
    try {
      return await request();
    } catch (error) {
      if (kafkaFaultOf(error).kind !== 'transient' || performance.now() > untilMs) throw error;
      await sleep(RETRY_MS);
    }
  }
}
