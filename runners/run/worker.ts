import { type ErrorData, StreamgaugeError } from '../../errors/streamgauge-error.ts';
import { type ConsumerReport, type ConsumerTask, consume, consumeOnEventLoop } from '../consumer/consumer.ts';
import { Producer } from '../producer/producer.ts';
import type { ProducerReport, ProducerTask } from '../producer/producer-task.ts';
import { loadDriver } from '../targets/targets.ts';

export type WorkerTask =
  | { readonly role: 'producer'; readonly task: ProducerTask }
  | { readonly role: 'consumer'; readonly task: ConsumerTask };

export type WorkerReportMessage =
  | { readonly role: 'producer'; readonly report: ProducerReport }
  | { readonly role: 'consumer'; readonly report: ConsumerReport }
  /** An error as data, because a thread's thrown error reaches the main thread with its message only. */
  | { readonly role: 'failed'; readonly error: ErrorData };

/** Runs one producer or one consumer on a worker thread, for the whole run. */
export async function work(task: WorkerTask): Promise<WorkerReportMessage> {
  try {
    return await reportOf(task);
  } catch (error) {
    if (error instanceof StreamgaugeError) return { role: 'failed', error: error.toData() };
    throw error;
  }
}

async function reportOf({ role, task }: WorkerTask): Promise<WorkerReportMessage> {
  const blocks = task.waits === 'thread';
  const driver = await loadDriver(task.target);
  if (role === 'consumer') {
    return { role, report: blocks ? consume(task, driver) : await consumeOnEventLoop(task, driver) };
  }
  const producer = new Producer(task, driver);
  return { role, report: blocks ? producer.run() : await producer.runOnEventLoop() };
}
