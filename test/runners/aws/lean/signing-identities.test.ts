import { afterEach, expect, test, vi } from 'vitest';
import { SigningIdentities } from '../../../../runners/aws/lean/signing-identities.ts';

const MINUTE_MS = 60_000;
afterEach(() => {
  vi.useRealTimers();
});

/** A provider whose credentials are valid for some minutes. */
function provider(minutes: number) {
  const state = { calls: 0, fails: false };
  const credentials = async () => {
    state.calls += 1;
    if (state.fails) throw new Error('no token');
    const expiration = new Date(Date.now() + minutes * MINUTE_MS);
    return { accessKeyId: `key-${state.calls}`, secretAccessKey: 'secret', expiration };
  };
  return { state, credentials };
}

test('credentials sign until they expire, and are renewed five minutes before', async () => {
  vi.useFakeTimers();
  const { state, credentials } = provider(60);
  const identities = new SigningIdentities(credentials);
  expect(identities.at(Date.now())).toBeUndefined();
  await identities.renewed();
  vi.advanceTimersByTime(54 * MINUTE_MS);
  expect(identities.at(Date.now())?.accessKeyId).toBe('key-1');
  expect(state.calls).toBe(1);
  vi.advanceTimersByTime(2 * MINUTE_MS);
  expect(identities.at(Date.now())?.accessKeyId).toBe('key-1');
  await vi.advanceTimersByTimeAsync(1);
  expect(identities.at(Date.now())?.accessKeyId).toBe('key-2');
  expect(state.calls).toBe(2);
});

test('a failed renewal is tried again after some seconds, and reported when the credentials have expired', async () => {
  vi.useFakeTimers();
  const { state, credentials } = provider(60);
  const identities = new SigningIdentities(credentials);
  await identities.renewed();
  state.fails = true;
  vi.advanceTimersByTime(56 * MINUTE_MS);
  for (let i = 0; i < 10; i++) {
    expect(identities.at(Date.now())?.accessKeyId).toBe('key-1');
    await vi.advanceTimersByTimeAsync(1);
  }
  expect(state.calls).toBe(2);
  await vi.advanceTimersByTimeAsync(6000);
  identities.at(Date.now());
  expect(state.calls).toBe(3);
  await vi.advanceTimersByTimeAsync(5 * MINUTE_MS);
  expect(identities.at(Date.now())).toBeUndefined();
  await expect(identities.renewed()).rejects.toThrow('no token');
});

test('credentials without an end are read once', async () => {
  const { state, credentials } = provider(60);
  const identities = new SigningIdentities(async () => ({ ...(await credentials()), expiration: undefined }));
  await identities.renewed();
  expect(identities.at(Date.now() + 1e12)?.accessKeyId).toBe('key-1');
  expect(state.calls).toBe(1);
});
