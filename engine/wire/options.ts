import type { Clock } from '../account/clock.ts';
import type { KinesisService, OperationService } from '../account/kinesis-service.ts';
import type { CallScope } from '../account/service/accounts.ts';
import type { ColumnService } from '../account/service/column-service.ts';

/** Kinesis behind the wire. A service without columns gets the inputs of puts as objects. */
export type WireService = KinesisService & Partial<ColumnService>;

export interface ServerOptions extends Partial<WireLimits> {
  /** Address to listen on (default 127.0.0.1, which other machines cannot reach). */
  readonly host?: string | undefined;
  /** Port (default 0: any free port). */
  readonly port?: number | undefined;
  /** Use TLS, with a new certificate or with one of the caller's, both in PEM. */
  readonly tls?: 'self-signed' | { readonly cert: string; readonly key: string } | undefined;
  /** Credentials whose signatures are accepted. Default: a request must look signed, and any signature is accepted. */
  readonly credentials?: Credentials | undefined;
  /** Service of the account and region that a call is signed for (default: the server's one service). */
  readonly serviceOf?: ((scope: CallScope | undefined) => WireService) | undefined;
  /** Firehose in the account and region that a call is signed for (default: no operation of Firehose is known). */
  readonly firehoseOf?: ((scope: CallScope | undefined) => OperationService) | undefined;
  /** Origins whose web pages may call Kinesis, for example `https://app.example.com`, or `*` for any (default: none). */
  readonly cors?: readonly string[] | undefined;
  /** Called for a bug: something other than a KinesisError was thrown. The caller of the operation got InternalFailure. */
  readonly onDefect?: ((error: unknown, operation: string) => void) | undefined;
  /** Body of GET /metrics in Prometheus' text format. */
  readonly metricsText?: (() => string | Promise<string>) | undefined;
  /** Resolves when the engine responds; GET /health waits for it. Default: the engine runs on this thread. */
  readonly whenWell?: (() => Promise<void>) | undefined;
  /** Calls behind POST /streamgauge/NAME: JSON in, JSON out. */
  readonly control?: Readonly<Record<string, ControlCall>> | undefined;
  /**
   * Threads that serve connections (default 1: the calling thread). With more, each is a worker thread, and the engine has the calling
   * thread to itself.
   */
  readonly threads?: number | undefined;
  /**
   * Collect garbage when large bodies were released and no more of them come, so that their memory returns to the system (default
   * false: that pauses the whole program, which may be more than the server).
   */
  readonly collectsGarbage?: boolean | undefined;
  /** Clock for the age of signatures. Default: the machine's, by which clients sign, whatever the engine's time. */
  readonly clock?: Pick<Clock, 'nowMs'> | undefined;
}

export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
}

type ControlCall = (body: unknown) => unknown | Promise<unknown>;

/** Limits of one client and of all clients together. */
export interface WireLimits {
  /** A PutRecords of 10 MiB in base64 is 13.4 MiB, plus names and keys. */
  readonly maxBodyBytes: number;
  /** Bodies of all requests that are being received or handled, and responses that their clients have not read. */
  readonly maxBodiesBytes: number;
  readonly maxHeaderBytes: number;
  readonly maxConnections: number;
  readonly maxConcurrentStreams: number;
  /** Time from the first byte to the end of the headers. */
  readonly headersTimeoutMs: number;
  /** Time from the first byte to the end of the body. */
  readonly requestTimeoutMs: number;
  /** Time after which an idle connection is closed. AWS SDKs keep theirs for some seconds to a minute. */
  readonly idleTimeoutMs: number;
}

export const DEFAULT_HOST = '127.0.0.1';

export const DEFAULT_LIMITS: WireLimits = {
  maxBodyBytes: 16 * 1024 * 1024,
  maxBodiesBytes: 256 * 1024 * 1024,
  maxHeaderBytes: 32 * 1024,
  maxConnections: 10_000,
  maxConcurrentStreams: 256,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  idleTimeoutMs: 75_000,
};
