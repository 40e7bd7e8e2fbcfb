import { type ConsumerReport, type ConsumerTask, consume, consumeOnEventLoop } from '../consumer/consumer.ts';
import { Producer } from '../producer/producer.ts';
import type { ProducerReport, ProducerTask } from '../producer/producer-task.ts';

export type WorkerTask =
  | { readonly role: 'producer'; readonly task: ProducerTask }
  | { readonly role: 'consumer'; readonly task: ConsumerTask };

export type WorkerReportMessage =
  | { readonly role: 'producer'; readonly report: ProducerReport }
  | { readonly role: 'consumer'; readonly report: ConsumerReport };

/** What a worker thread of the pool runs: one producer or one consumer, for the whole run. */
export async function work({ role, task }: WorkerTask): Promise<WorkerReportMessage> {
  const blocks = task.waits === 'thread';
  if (role === 'consumer') return { role, report: blocks ? consume(task) : await consumeOnEventLoop(task) };
  const producer = new Producer(task);
  return { role, report: blocks ? producer.run() : await producer.runOnEventLoop() };
}
