import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { PutColumns } from '../../account/records/put-columns.ts';
import { startHttpServer } from '../http-server.ts';
import type { ServerOptions } from '../options.ts';
import { SharedCounts } from '../shared-counts.ts';
import { EngineLink } from './engine-link.ts';
import type { CloseThread, ThreadData, ThreadStart } from './messages.ts';

/**
 * A worker thread with connections of its own: it does everything of a call except the work of the engine, whose outcome comes over
 * the link.
 */
const { data, port } = workerData as { readonly data: ThreadData; readonly port: MessagePort };
const { operations, firehoseOperations, controlNames } = data;
const counts = new SharedCounts(data.counts);
const link = new EngineLink(port, counts.bodies);
/** One for the thread: a put copies it into its message at once. */
const columns = data.hasColumns ? new PutColumns() : undefined;
const control = Object.fromEntries(controlNames.map((name) => [name, (body: unknown) => link.control(name, body)]));
const firehoseOf: ServerOptions['firehoseOf'] =
  firehoseOperations === undefined ? undefined : (scope) => link.operationsOf('firehose', firehoseOperations, scope);

const send = (start: ThreadStart) => parentPort!.postMessage(start);

try {
  const server = await startHttpServer(
    link.kinesis(operations, columns, undefined),
    {
      ...data.options,
      tls: data.certificate,
      serviceOf: (scope) => link.kinesis(operations, columns, scope),
      firehoseOf,
      onDefect: (error, operation) => link.reportDefect(error, operation),
      metricsText: () => link.metricsText(),
      whenWell: () => link.whenWell(),
      control,
    },
    counts,
  );
  parentPort!.on('message', async ({ graceMs }: CloseThread) => {
    await server.close({ graceMs });
    link.close();
  });
  send({ kind: 'listening', port: server.port });
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  send({ kind: 'failed', code, message });
}
