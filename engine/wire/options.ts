import type { Clock } from '../account/clock.ts';
import type { KinesisService } from '../account/kinesis-service.ts';
import type { CallScope } from '../account/service/accounts.ts';

export interface ServerOptions extends Partial<WireLimits> {
  /** Address to listen on; 127.0.0.1, which other machines cannot reach, when undefined. */
  readonly host?: string | undefined;
  /** 0, the default, takes any free port. */
  readonly port?: number | undefined;
  /** Speaks TLS, with a certificate made at start or with one of the caller's, both in PEM. */
  readonly tls?: 'self-signed' | { readonly cert: string; readonly key: string } | undefined;
  /** Whose signatures to accept. Without, a request must look signed, and any signature will do. */
  readonly credentials?: Credentials | undefined;
  /** The service of the account and region that a call is signed for; the server's one service when undefined. */
  readonly serviceOf?: ((scope: CallScope | undefined) => KinesisService) | undefined;
  /** Origins whose web pages may call Kinesis, such as `https://app.example.com`; `*` is any. None when undefined. */
  readonly cors?: readonly string[] | undefined;
  /** A fault of ours: something other than a KinesisError was thrown. The caller of the operation got InternalFailure. */
  readonly onDefect?: ((error: unknown, operation: string) => void) | undefined;
  /** Body of GET /metrics in Prometheus' text format. */
  readonly metricsText?: (() => string) | undefined;
  /** What POST /streamgauge/NAME does: JSON in, JSON out. */
  readonly control?: Readonly<Record<string, ControlCall>> | undefined;
  /** For the age of signatures. The machine's own, when undefined: clients sign by it, whatever time the engine lives in. */
  readonly clock?: Pick<Clock, 'nowMs'> | undefined;
}

export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
}

type ControlCall = (body: unknown) => unknown | Promise<unknown>;

/** What one client, and all together, may take of the server. */
export interface WireLimits {
  /** A PutRecords of 10 MiB in base64 is 13.4 MiB, and names and keys come on top. */
  readonly maxBodyBytes: number;
  /** Bodies of all requests that are being received or answered, and answers that their clients have not read. */
  readonly maxBodiesBytes: number;
  readonly maxHeaderBytes: number;
  readonly maxConnections: number;
  readonly maxConcurrentStreams: number;
  /** From the first byte to the end of the headers. */
  readonly headersTimeoutMs: number;
  /** From the first byte to the end of the body. */
  readonly requestTimeoutMs: number;
  /** Of a connection on which nothing is being asked. AWS SDKs keep theirs for some seconds to a minute. */
  readonly idleTimeoutMs: number;
}

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
