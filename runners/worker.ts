import { type ConsumerReport, type ConsumerTask, consume } from './consumer.ts';
import { Producer } from './producer.ts';
import type { ProducerReport, ProducerTask } from './producer-task.ts';

export type WorkerTask =
  | { readonly role: 'producer'; readonly task: ProducerTask }
  | { readonly role: 'consumer'; readonly task: ConsumerTask };

export type WorkerReportMessage =
  | { readonly role: 'producer'; readonly report: ProducerReport }
  | { readonly role: 'consumer'; readonly report: ConsumerReport };

/** What a worker thread of the pool runs: one producer or one consumer, for the whole run. */
export function work({ role, task }: WorkerTask): WorkerReportMessage {
  return role === 'producer' ? { role, report: new Producer(task).run() } : { role, report: consume(task) };
}
