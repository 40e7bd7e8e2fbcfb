import { Engine, type EngineOptions } from './engine.ts';

/** An engine with an endpoint, for the tests of a program that uses Kinesis. */
export interface TestEngine {
  readonly engine: Engine;
  /** `http://127.0.0.1:PORT`; HTTP/1.1 and HTTP/2. */
  readonly endpoint: string;
  /** Configuration of an AWS SDK client: `new KinesisClient(clientConfig)`. */
  readonly clientConfig: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  close(): Promise<void>;
  /** `await using` closes it at the end of the block. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts an engine and its endpoint on a free port of 127.0.0.1, in some tens of ms. Streams are ACTIVE at once, nothing is
 * limited by default, and nothing is left behind.
 */
export async function startTestEngine(options: EngineOptions = {}): Promise<TestEngine> {
  const engine = await Engine.open({ limits: 'none', ...options });
  const { url: endpoint } = await engine.serve({ port: 0 });
  const close = () => engine.close();
  return {
    engine,
    endpoint,
    clientConfig: {
      endpoint,
      region: engine.account.options.region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
