import { Readable } from 'node:stream';
import { NodeHttp2Handler } from '@smithy/node-http-handler';

type Handle = NodeHttp2Handler['handle'];

/** The SDK's own handler of HTTP/2, which also keeps the bytes of each response. */
export class WireTap extends NodeHttp2Handler {
  readonly #chunks: Buffer[] = [];
  /** Content type of the latest response. */
  contentType = '';

  override async handle(...call: Parameters<Handle>): ReturnType<Handle> {
    const handled = await super.handle(...call);
    const { response } = handled;
    this.#chunks.length = 0;
    this.contentType = response.headers['content-type'] ?? '';
    response.body = Readable.from(this.#noting(response.body), { objectMode: false });
    return handled;
  }

  async *#noting(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of body) {
      this.#chunks.push(chunk);
      yield chunk;
    }
  }

  /** The bytes read so far of the body of the latest response. */
  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;

/** The payloads of whole messages in an event stream. */
export function eventPayloads(bytes: Buffer): unknown[] {
  const payloads: unknown[] = [];
  for (let at = 0; at + PRELUDE_BYTES <= bytes.length; ) {
    const [totalBytes, headerBytes] = [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)];
    if (at + totalBytes > bytes.length) break;
    const payload = bytes.subarray(at + PRELUDE_BYTES + headerBytes, at + totalBytes - CHECKSUM_BYTES);
    payloads.push(JSON.parse(payload.toString()));
    at += totalBytes;
  }
  return payloads;
}
