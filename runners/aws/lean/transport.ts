import { type Connection, proxyOf } from '../client.ts';
import { isLoopback } from '../endpoint.ts';
import type { AwsService } from '../service.ts';
import type { Connections, Exchange } from './exchange.ts';
import { Http1Connections } from './http1-connections.ts';
import { Http2Connections } from './http2-connections.ts';
import { type CallSink, LeanCall } from './lean-call.ts';
import { amzDate, CanonicalRequest, RequestSigner, type SigningIdentity, sha256Hex } from './request-signature.ts';
import { errorOfResponse, isClockError } from './response-errors.ts';
import { ServerClock } from './server-clock.ts';
import { addressOf, type BuiltCommand, type ConfiguredClient, type ServiceAddress } from './service-address.ts';
import { SigningIdentities } from './signing-identities.ts';

/** Format of calls. Source: the Java SDK; AWS accepts it for every operation of Kinesis but subscriptions. */
const CBOR_TYPE = 'application/x-amz-cbor-1.1';
/** Format of subscriptions, in which every SDK sends them. The Java SDK, which sends CBOR otherwise, has a client of JSON for them. */
const JSON_TYPE = 'application/x-amz-json-1.1';

interface TransportUse {
  readonly service: AwsService;
  readonly connection: Connection;
  /** Connections that HTTP/1.1 may open at once: as many as there are calls under way. */
  readonly sockets: number;
}

interface TransportOptions extends TransportUse {
  readonly address: ServiceAddress;
  readonly credentials: ConfiguredClient['config']['credentials'];
}

/**
 * Opens a transport to the address to which the SDK's client would send a command, with its credentials. Rejects if there are
 * none.
 */
export async function openTransport(
  client: ConfiguredClient,
  command: BuiltCommand,
  use: TransportUse,
): Promise<LeanTransport> {
  const address = await addressOf(client, command, use.service.hostLabel);
  const transport = new LeanTransport({ ...use, address, credentials: client.config.credentials });
  await transport.authorize();
  return transport;
}

/** A request on its way, with what a second attempt needs. */
interface Sending {
  readonly operation: string;
  readonly body: Buffer;
  readonly sink: CallSink;
  readonly onChunk?: ((bytes: Buffer) => void) | undefined;
  /** Undefined for a stream, which may be silent for minutes after its head. */
  timer?: NodeJS.Timeout | undefined;
  exchange?: Exchange | undefined;
  isOver: boolean;
  isRetried: boolean;
}

/**
 * Calls of a service in CBOR, signed, over connections that stay open. Nothing is retried, except once a call that the service
 * rejected because of this machine's clock. Errors are as `faultOf` reads them.
 */
export class LeanTransport {
  readonly #options: TransportOptions;
  readonly #connections: Connections;
  readonly #signer: RequestSigner;
  readonly #identities: SigningIdentities;
  readonly #clock = new ServerClock();
  readonly #canonical = new Map<string, CanonicalRequest>();
  readonly #timeoutMs: number;
  #dateSecond = Number.NaN;
  #date = '';

  constructor(options: TransportOptions) {
    const { service, address, connection, credentials, sockets } = options;
    const { region, signingName } = address;
    this.#options = options;
    this.#timeoutMs = Math.max(1, Math.ceil(connection.timeoutNs / 1e6));
    this.#signer = new RequestSigner({ region, service: signingName });
    this.#identities = new SigningIdentities(credentials);
    const proxy = proxyOf(service, connection);
    const route = { address, proxy, isLocal: isLoopback(connection.endpoint), timeoutMs: this.#timeoutMs };
    // Proxies are spoken to over HTTP/1.1.
    const isHttp2 = connection.protocol === 'http2' && proxy === undefined;
    this.#connections = isHttp2 ? new Http2Connections(route) : new Http1Connections(route, sockets);
  }

  /** Reads the credentials, so that the first call does not wait for them. */
  async authorize(): Promise<void> {
    await this.#identities.renewed();
  }

  /** Time of the service's last response in epoch ms, in whole seconds; NaN before the first. */
  get serverTimeMs(): number {
    return this.#clock.seenMs;
  }

  /**
   * Calls an operation. @param body CBOR; must not change before the sink has the outcome.
   * @returns a function that abandons the call: its sink is not called any more.
   */
  send(operation: string, body: Buffer, sink: CallSink): () => void {
    return this.#start({ operation, body, sink, isOver: false, isRetried: false });
  }

  /**
   * Calls an operation and reads its response.
   * @param read is called with a body that is valid only until it returns.
   * @throws an error as `faultOf` reads it, what `read` throws, or the signal's reason.
   */
  call<T>(
    operation: string,
    body: Buffer,
    read: (body: Buffer, contentType: string) => T,
    signal?: AbortSignal,
  ): Promise<T> {
    return promised(signal, (resolve, reject) => {
      const onResponse = (response: Buffer, contentType: string) => {
        try {
          resolve(read(response, contentType));
        } catch (error) {
          reject(error);
        }
      };
      return this.send(operation, body, { onResponse, onFault: reject });
    });
  }

  /**
   * Calls an operation whose response is a stream, such as SubscribeToShard. Resolves when the service ends it.
   * @param body JSON; must not change before the outcome.
   * @param onChunk is called with bytes that are valid only until it returns; it must not throw.
   * @throws an error as `faultOf` reads it, or the signal's reason.
   */
  stream(operation: string, body: Buffer, onChunk: (bytes: Buffer) => void, signal?: AbortSignal): Promise<void> {
    return promised(signal, (resolve, reject) => {
      const sink = { onResponse: () => resolve(), onFault: reject };
      return this.#start({ operation, body, sink, onChunk, isOver: false, isRetried: false });
    });
  }

  /** Closes every connection. Calls that are under way have no outcome. */
  close(): void {
    this.#connections.close();
  }

  #start(sending: Sending): () => void {
    sending.timer = setTimeout(() => this.#timeOut(sending), this.#timeoutMs);
    this.#sign(sending);
    return () => this.#abandon(sending);
  }

  #sign(sending: Sending): void {
    const identity = this.#identities.at(Date.now());
    if (identity !== undefined) {
      this.#transmit(sending, identity);
      return;
    }
    this.#identities.renewed().then(
      (renewed) => this.#transmit(sending, renewed),
      (error: Error) => this.#fail(sending, error),
    );
  }

  #transmit(sending: Sending, identity: SigningIdentity): void {
    if (sending.isOver) return;
    const { operation, body, onChunk } = sending;
    const target = `${this.#options.address.targetPrefix}${operation}`;
    const date = this.#dateNow();
    const contentType = onChunk === undefined ? CBOR_TYPE : JSON_TYPE;
    const request = this.#canonicalOf(target, contentType);
    const authorization = this.#signer.authorization(request, identity, date, sha256Hex(body));
    const headers = { target, contentType, date, token: identity.sessionToken, authorization };
    const done = (call: LeanCall, error: Error | undefined) => this.#done(sending, call, error);
    const onFirst = onChunk && ((bytes: Buffer) => this.#pass(sending, bytes));
    sending.exchange = new LeanCall(headers, body, done, onFirst);
    this.#connections.send(sending.exchange);
  }

  /** The service has begun to respond, so that the timeout of the call no longer counts. */
  #pass(sending: Sending, bytes: Buffer): void {
    clearTimeout(sending.timer);
    sending.onChunk!(bytes);
  }

  #done(sending: Sending, call: LeanCall, lost: Error | undefined): void {
    if (sending.isOver) return;
    if (lost !== undefined) {
      this.#fail(sending, lost);
      return;
    }
    const { head, response } = call;
    const isCorrected = this.#clock.see(head.date);
    const error = errorOfResponse(head, response, call.headers.target, this.#options.service);
    if (error !== undefined && isCorrected && isClockError(error) && !sending.isRetried) {
      sending.isRetried = true;
      this.#dateSecond = Number.NaN;
      this.#sign(sending);
    } else if (error !== undefined) this.#fail(sending, error);
    else {
      this.#end(sending);
      sending.sink.onResponse(response, head.contentType);
      call.release();
    }
  }

  #timeOut(sending: Sending): void {
    if (sending.isOver) return;
    this.#abandon(sending);
    const error = new Error(`no response after ${this.#timeoutMs} ms`);
    error.name = 'TimeoutError';
    sending.sink.onFault(error);
  }

  #abandon(sending: Sending): void {
    if (sending.isOver) return;
    this.#end(sending);
    if (sending.exchange !== undefined) this.#connections.abandon(sending.exchange);
  }

  #fail(sending: Sending, error: Error): void {
    if (sending.isOver) return;
    this.#end(sending);
    sending.sink.onFault(error);
  }

  #end(sending: Sending): void {
    sending.isOver = true;
    clearTimeout(sending.timer);
  }

  /** The date changes once a second; writing it takes as long as the signature. */
  #dateNow(): string {
    const nowMs = this.#clock.nowMs();
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#dateSecond) {
      this.#dateSecond = second;
      this.#date = amzDate(nowMs);
    }
    return this.#date;
  }

  #canonicalOf(target: string, contentType: string): CanonicalRequest {
    const known = this.#canonical.get(target);
    if (known !== undefined) return known;
    const { path, authority } = this.#options.address;
    const headers = { 'content-type': contentType, host: authority, 'x-amz-target': target };
    const request = new CanonicalRequest({ method: 'POST', path, headers });
    this.#canonical.set(target, request);
    return request;
  }
}

/** A promise that a signal rejects. @param start returns a function that abandons it. */
function promised<T>(
  signal: AbortSignal | undefined,
  start: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason);
      return;
    }
    const abort = () => {
      giveUp();
      reject(signal!.reason);
    };
    const forget = () => signal?.removeEventListener('abort', abort);
    const giveUp = start(
      (value) => {
        forget();
        resolve(value);
      },
      (error) => {
        forget();
        reject(error);
      },
    );
    signal?.addEventListener('abort', abort, { once: true });
  });
}
