import { expect, test } from 'vitest';
import { endpointUrlProblem, headerProblem } from '../../../../engine/firehose/destinations/option-problems.ts';

test.each([
  'https://example.com',
  'https://example.com:8088/path?key=value',
  'http://127.0.0.1:8080/in',
  'http://127.8.9.1/',
  'http://localhost:1/',
  'http://[::1]:9/',
])('accepts the endpoint %s', (url) => {
  expect(endpointUrlProblem('Url', url)).toBeUndefined();
});

test.each([
  'http://example.com',
  'http://10.0.0.1/',
  'http://127.0.0.1.example.com/',
  'https://user:50%@example.com',
  'ftp://127.0.0.1/',
  'file:///etc',
  'x',
])('rejects the endpoint %s', (url) => {
  expect(endpointUrlProblem('Url', url)).toMatch(/^Url must /);
});

test('rejects secrets that are too long or that no header can carry, without repeating them', () => {
  expect(headerProblem('AccessKey', 'ü'.repeat(2048), 4096)).toBeUndefined();
  expect(headerProblem('AccessKey', 'ü'.repeat(2049), 4096)).toBe('AccessKey must have at most 4096 bytes.');
  for (const secret of ['secret\n', 'secret€', 'secret\0'])
    expect(headerProblem('AccessKey', secret, 4096)).toBe(
      'AccessKey must have only characters that an HTTP header can carry.',
    );
});
