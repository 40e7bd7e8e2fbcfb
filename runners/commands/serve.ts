import { Engine } from '../../engine/engine.ts';
import type { RunningServer } from '../../engine/wire/running-server.ts';
import { ExitCode } from '../../errors/exit-code.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import { keepHeapSmall } from '../small-heap.ts';
import { outputHasFailed } from '../terminal/output-failure.ts';
import { defectReport } from './defect-report.ts';
import { watchInterrupts } from './interrupt.ts';
import type { ServeLine } from './serve-line.ts';
import { type ServeOptions, serveOptionsOf } from './serve-options.ts';

/** Serves the engine as a Kinesis endpoint until it is interrupted. */
export async function commandServe(line: ServeLine): Promise<ExitCode> {
  const options = await serveOptionsOf(line);
  keepHeapSmall();
  const engine = await opened(options);
  for (const { name, account, ...settings } of options.streams) {
    engine.createStream(name, { ...settings, accountId: account });
  }
  const server = await served(engine, options);
  const text = line.json === true ? jsonLine(engine, server) : greeting(engine, server, options);
  await new Promise<unknown>((resolve) => process.stdout.write(text, resolve));
  // The program that started this server reads the address from stdout, which it has closed.
  if (outputHasFailed()) {
    await ended(engine, options);
    return ExitCode.usage;
  }
  const interrupts = watchInterrupts(() => process.stderr.write('Ending. Interrupt again to end at once.\n'));
  if (!interrupts.signal.aborted) {
    await new Promise((resolve) => interrupts.signal.addEventListener('abort', resolve, { once: true }));
  }
  await ended(engine, options);
  interrupts.stop();
  return ExitCode.passed;
}

async function opened({ engine }: ServeOptions): Promise<Engine> {
  try {
    return await Engine.open(engine);
  } catch (cause) {
    throw failed('the engine could not be started', `--data-dir ${engine.dataDir ?? ''}`, cause);
  }
}

async function served(engine: Engine, { server }: ServeOptions): Promise<RunningServer> {
  const debug = (process.env.STREAMGAUGE_DEBUG ?? '') !== '';
  const onDefect = defectReport((text) => process.stderr.write(text), { debug });
  try {
    return await engine.serve({ onDefect, collectsGarbage: true, ...server });
  } catch (cause) {
    await engine.close();
    throw failed('the server could not be started', `${server.host}:${server.port}`, cause);
  }
}

async function ended(engine: Engine, { engine: { dataDir } }: ServeOptions): Promise<void> {
  try {
    await engine.close();
  } catch (cause) {
    const fix = 'Records that are not in the folder are lost. Free space on its disk before the next start.';
    throw failed('the last records could not be written', `--data-dir ${dataDir ?? ''}`, cause, fix);
  }
}

const ELSEWHERE = 'Choose another port, host or folder, or stop the program that uses it.';

function failed(what: string, where: string, cause: unknown, fix: string = ELSEWHERE): RunnerError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return runnerError('RUNNER_SERVE_FAILED', { what: `${what}: ${reason}`, where, fix, cause });
}

/** Streams with their shards. A region or an account is listed only if it differs from the command line. */
function streamsOf(engine: Engine) {
  const home = engine.account.options;
  return engine.accounts.all.flatMap(({ streams, options: { accountId, region } }) =>
    streams.map(({ state, openShards }) => ({
      name: state.name,
      shards: openShards.length,
      ...(region === home.region ? {} : { region }),
      ...(accountId === home.accountId ? {} : { account: accountId }),
    })),
  );
}

type ListedStream = ReturnType<typeof streamsOf>[number];

const textOf = ({ name, shards, region, account }: ListedStream): string => {
  const places = [region, account].filter((place) => place !== undefined);
  return `${name} (${[shards, ...places].join(', ')})`;
};

function jsonLine(engine: Engine, server: RunningServer): string {
  return `${JSON.stringify({ url: server.url, port: server.port, pid: process.pid, streams: streamsOf(engine) })}\n`;
}

const STREAMS_NAMED = 5;

function threadsText(threads: number, { server: { threads: asked } }: ServeOptions): string {
  if (threads > 1) return `${threads} for connections, 1 for the engine`;
  return asked === 1 ? '1' : '1, because this system cannot share a port among threads';
}

function greeting(engine: Engine, server: RunningServer, options: ServeOptions): string {
  const { engine: chosen } = options;
  const streams = streamsOf(engine);
  const named = streams.slice(0, STREAMS_NAMED).map(textOf);
  if (streams.length > STREAMS_NAMED) named.push(`and ${streams.length - STREAMS_NAMED} more`);
  const latency = typeof chosen.latency === 'string' ? chosen.latency : 'from a profile';
  const kept =
    chosen.dataDir === undefined ? 'in memory, lost at the end' : `kept in ${chosen.dataDir} (${chosen.durability})`;
  return [
    `streamgauge serves Kinesis on ${server.url}`,
    `  streams  ${named.length === 0 ? 'none yet' : named.join(', ')}`,
    `  limits   ${String(chosen.limits)}, latency ${latency}`,
    `  records  ${kept}`,
    ...(options.namesThreads ? [`  threads  ${threadsText(server.threads, options)}`] : []),
    `  also     ${server.url}/health and /metrics; Ctrl-C ends it`,
    '',
  ].join('\n');
}
