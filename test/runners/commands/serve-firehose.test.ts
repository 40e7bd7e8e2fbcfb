import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { firehoseSourcesOf } from '../../../runners/commands/serve-firehose.ts';

const folder = mkdtempSync(join(tmpdir(), 'serve-firehose-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const MODULE = file('clean.js', 'export const handler = () => {};');
const COLUMNS = [{ Name: 'id', Type: 'bigint' }];
const KEYS = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };

const functionsOf = (text: string, env: NodeJS.ProcessEnv = {}) =>
  firehoseSourcesOf([text], [], 'eu-west-1', env).functions;
const tablesOf = (text: string) => firehoseSourcesOf([], [text], 'eu-west-1', {}).tables;

describe('a function for delivery streams', () => {
  test('is a module, with the name of its export behind a hash sign', () => {
    expect(functionsOf(`clean=${MODULE}`)).toEqual({ clean: { module: MODULE, handler: undefined } });
    expect(functionsOf(`clean=${MODULE}#other`)).toEqual({ clean: { module: MODULE, handler: 'other' } });
  });

  test('is an HTTP endpoint, or the API of Lambda with the credentials of the environment', () => {
    expect(functionsOf('clean=http://127.0.0.1:8080/a=b')).toEqual({ clean: { url: 'http://127.0.0.1:8080/a=b' } });
    expect(functionsOf('clean=lambda:http://127.0.0.1:4566', KEYS)).toEqual({
      clean: {
        endpoint: 'http://127.0.0.1:4566',
        region: 'eu-west-1',
        credentials: { accessKeyId: 'key', secretAccessKey: 'secret', sessionToken: undefined },
      },
    });
  });

  test.each([
    ['clean', /must be NAME=MODULE, NAME=URL or NAME=lambda:URL, got "clean"/],
    ['a b=x.js', /must be NAME=MODULE/],
    [`clean=${folder}/none.js`, /must have a file that can be read, got .*none\.js: ENOENT/],
    ['clean=lambda:http://127.0.0.1:1', /needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY/],
    ['clean=lambda:ftp://x', /must have a URL of HTTP/],
  ])('is rejected as %j', (text, message) => {
    expect(() => functionsOf(text)).toThrow(message);
  });
});

describe('a table for delivery streams', () => {
  test('is a file with columns, or with the response of Glue', () => {
    expect(tablesOf(`web.clicks=${file('columns.json', JSON.stringify(COLUMNS))}`)).toEqual({ 'web.clicks': COLUMNS });
    const table = { Table: { Name: 'clicks', StorageDescriptor: { Columns: COLUMNS } } };
    expect(tablesOf(`web.clicks=${file('glue.json', JSON.stringify(table))}`)).toEqual({ 'web.clicks': table });
  });

  test.each([
    ['clicks=x.json', /must be DATABASE\.TABLE=FILE, got "clicks=x\.json"/],
    [`web.clicks=${folder}/none.json`, /got .*none\.json: ENOENT/],
    [`web.clicks=${file('text.json', 'text')}`, /text\.json: .*JSON/],
    [
      `web.clicks=${file('type.json', '[{"Name":"a","Type":"text"}]')}`,
      /The type of column a is no type of Hive: text/,
    ],
    [`web.clicks=${file('form.json', '{"a":1}')}`, /must name a file with the columns of a table/],
  ])('is rejected as %j', (text, message) => {
    expect(() => tablesOf(text)).toThrow(message);
  });
});
