import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The command `serve` in a process of its own. */
export interface ServeProcess {
  readonly url: string;
  readonly process: ChildProcess;
  /** Returns the text that it has written to standard error so far. */
  errors(): string;
  /** Calls an operation as an SDK does; throws the error of the response. */
  call<Output = Record<string, unknown>>(operation: string, input: object): Promise<Output>;
  /** Ends it as Ctrl-C does; resolves with its exit code. */
  stop(): Promise<number | null>;
  /** Ends it by another signal. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** Ends it as a power failure does. */
  kill(): Promise<void>;
}

const SIGNED =
  'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host;x-amz-date, Signature=00';

export async function startServe(...options: readonly string[]): Promise<ServeProcess> {
  const port = options.includes('--port') ? [] : ['--port', '0'];
  const child = spawn(process.execPath, ['runners/streamgauge.js', 'serve', '--json', ...port, ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  const exited = once(child, 'exit');
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line') as Promise<[string]>,
    exited.then(([code]) => {
      throw new Error(`serve ended with ${code}: ${errors.join('')}`);
    }),
  ]);
  const { url } = JSON.parse(line) as { readonly url: string };
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    const [code] = await exited;
    return code as number | null;
  };
  return {
    url,
    process: child,
    errors: () => errors.join(''),
    call: (operation, input) => call(url, operation, input),
    stop: () => end('SIGINT'),
    end,
    kill: async () => {
      await end('SIGKILL');
    },
  };
}

async function call<Output>(url: string, operation: string, input: object): Promise<Output> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `Kinesis_20131202.${operation}`,
      'x-amz-date': '20260101T000000Z',
      authorization: SIGNED,
    },
    body: JSON.stringify(input),
  });
  // Operations without output have an empty body.
  const output = JSON.parse((await response.text()) || '{}') as Output & {
    readonly __type?: string;
    readonly message?: string;
  };
  if (!response.ok) throw new Error(`${output.__type}: ${output.message}`);
  return output;
}
