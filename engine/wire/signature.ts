import type { Clock } from '../clock.ts';
import type { WireRequest } from './exchange.ts';
import type { Credentials } from './options.ts';

/** @throws KinesisError when a request is not signed as it must be. */
export type SignatureCheck = (request: WireRequest) => void;

export function createSignatureCheck(
  _credentials: Credentials | undefined,
  _clock: Pick<Clock, 'nowMs'>,
): SignatureCheck {
  return () => {};
}
