/** By lower-case name; on HTTP/2 with its pseudo-headers, such as `:authority`. What came twice is joined by a comma. */
export type WireHeaders = Readonly<Record<string, string | undefined>>;

/** A request with its whole body, whichever protocol it came by. */
export interface WireRequest {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly target: string;
  readonly headers: WireHeaders;
  readonly body: Buffer;
}

/** A whole answer. A body that is a string is ASCII: its length is its size in bytes. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer | string;
}

/** An answer that goes out piece by piece. Nothing is held back to be sent together with something later. */
export interface AnswerStream {
  /** False when the client does not read as fast as this: what comes next should wait for `onRoom`. */
  write(bytes: Buffer): boolean;
  end(): void;
}

export interface AnswerStreamEvents {
  onRoom(): void;
  /** Called once, when the stream has ended or the client has gone; at once, when it has gone already. */
  onClose(): void;
}

/** A request and the ways to answer it. One of `send`, `stream` and `drop` is called, once. */
export interface Exchange {
  readonly request: WireRequest;
  send(answer: Answer): void;
  stream(status: number, headers: Answer['headers'], events: AnswerStreamEvents): AnswerStream;
  /** Ends the connection without an answer, as a broken network would. */
  drop(): void;
}

export type Handler = (exchange: Exchange) => void;
