import { printable } from '../../reports/text/render-lines.ts';
import type { PushReceiver, PushRequest } from './push-receiver.ts';

/** Maximum bytes read of a response; the rest is not needed. */
const RESPONSE_BYTES_MAX = 64 * 1024;
const SHOWN_CHARACTERS_MAX = 160;

/**
 * Sends one push. It never throws, takes no longer than `timeoutMs`, and reads no more than 64 KiB of the response.
 * @returns the problem, in half a sentence without secrets, or undefined.
 */
export async function send(
  receiver: PushReceiver,
  request: PushRequest,
  timeoutMs: number,
): Promise<string | undefined> {
  try {
    const { url, method, headers, body } = request;
    const response = await fetch(url, {
      method,
      headers,
      body,
      // A followed redirect would forward credentials, or become a GET that looks like success.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await startOf(response);
    if (response.ok) return withoutSecrets(receiver.complaint(text), receiver.secrets);
    const reason = firstLine(text);
    return withoutSecrets(`HTTP ${response.status}${reason === '' ? '' : `: ${reason}`}`, receiver.secrets);
  } catch (error) {
    return withoutSecrets(reasonOf(error, timeoutMs), receiver.secrets);
  }
}

async function startOf({ body }: Response): Promise<string> {
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = body.getReader();
  while (bytes < RESPONSE_BYTES_MAX) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks).toString();
    chunks.push(value);
    bytes += value.length;
  }
  await reader.cancel();
  return Buffer.concat(chunks).subarray(0, RESPONSE_BYTES_MAX).toString();
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no response within ${timeoutMs / 1e3} s`;
  const { cause } = error;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error.message;
}

function firstLine(text: string): string {
  const line = printable(text.trim().split(/[\r\n]/, 1)[0] ?? '');
  return [...line].slice(0, SHOWN_CHARACTERS_MAX).join('');
}

/** Removes secrets, because a receiver may repeat its input. */
function withoutSecrets(text: string | undefined, secrets: readonly string[]): string | undefined {
  return secrets.reduce((clean, secret) => clean?.replaceAll(secret, '***'), text);
}
