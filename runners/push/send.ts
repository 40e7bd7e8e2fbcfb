import { printable } from '../../reports/text/render-lines.ts';
import type { PushReceiver, PushRequest } from './push-receiver.ts';

/** How much of an answer is read. A receiver that answers more is of no interest beyond it. */
const MOST_ANSWER_BYTES = 64 * 1024;
const MOST_SHOWN_CHARACTERS = 160;

/**
 * Sends one push. It never throws, takes no longer than `timeoutMs`, and reads no more than 64 KiB of the answer.
 * @returns what went wrong, in half a sentence without anything secret, or undefined.
 */
export async function send(
  receiver: PushReceiver,
  request: PushRequest,
  timeoutMs: number,
): Promise<string | undefined> {
  try {
    const { url, method, headers, body } = request;
    const answer = await fetch(url, {
      method,
      headers,
      body,
      // Followed, it would carry credentials on, or end as a GET that looks like success.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await startOf(answer);
    if (answer.ok) return withoutSecrets(receiver.complaint(text), receiver.secrets);
    const said = firstLine(text);
    return withoutSecrets(`HTTP ${answer.status}${said === '' ? '' : `: ${said}`}`, receiver.secrets);
  } catch (error) {
    return withoutSecrets(reasonOf(error, timeoutMs), receiver.secrets);
  }
}

async function startOf({ body }: Response): Promise<string> {
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = body.getReader();
  while (bytes < MOST_ANSWER_BYTES) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks).toString();
    chunks.push(value);
    bytes += value.length;
  }
  await reader.cancel();
  return Buffer.concat(chunks).subarray(0, MOST_ANSWER_BYTES).toString();
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1e3} s`;
  const { cause } = error;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error.message;
}

function firstLine(text: string): string {
  const line = printable(text.trim().split(/[\r\n]/, 1)[0] ?? '');
  return [...line].slice(0, MOST_SHOWN_CHARACTERS).join('');
}

/** A receiver may repeat what it was sent. */
function withoutSecrets(text: string | undefined, secrets: readonly string[]): string | undefined {
  return secrets.reduce((clean, secret) => clean?.replaceAll(secret, '***'), text);
}
