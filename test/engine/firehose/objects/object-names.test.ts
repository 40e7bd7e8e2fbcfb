import { expect, test } from 'vitest';
import { type NamedObject, objectNames } from '../../../../engine/firehose/objects/object-names.ts';

const ID = '6f1ed002-ab59-4d3b-8a0c-1d2e3f405162';
const OBJECT: NamedObject = { id: ID, version: 3, oldestArrivedAtMs: Date.parse('2026-07-13T14:05:09.250Z') };
const SUFFIX = `clicks-3-2026-07-13-14-05-09-${ID}`;

const nameOf = (settings: object, object: NamedObject = OBJECT, ending = '') =>
  objectNames({ streamName: 'clicks', ...settings }).nameOf(object, ending);
const errorNameOf = (settings: object) =>
  objectNames({ streamName: 'clicks', ...settings }).errorNameOf(OBJECT, 'processing-failed');

test.each([
  [undefined, `2026/07/13/14/${SUFFIX}`],
  ['', `2026/07/13/14/${SUFFIX}`],
  ['logs/', `logs/2026/07/13/14/${SUFFIX}`],
  ['legacy', `legacy2026/07/13/14/${SUFFIX}`],
  ['day=!{timestamp:yyyy-MM-dd}/', `day=2026-07-13/${SUFFIX}`],
  ["!{timestamp:'year='yyyy}/month=!{timestamp:MM}/", `year=2026/month=07/${SUFFIX}`],
])('puts the prefix %j before the name of the object', (prefix, expected) => {
  expect(nameOf({ prefix })).toBe(expected);
});

test('uses the time of the oldest record in the custom zone for the default prefix, expressions and the suffix', () => {
  const atEdge = { ...OBJECT, oldestArrivedAtMs: Date.parse('2026-12-31T18:30:00Z') };
  const timeZone = 'Asia/Kolkata';
  expect(nameOf({ timeZone }, atEdge)).toBe(`2027/01/01/00/clicks-3-2027-01-01-00-00-00-${ID}`);
  expect(nameOf({ timeZone, prefix: '!{timestamp:YYYY}-!{timestamp:yyyy}/' }, atEdge)).toBe(
    `2027-2027/clicks-3-2027-01-01-00-00-00-${ID}`,
  );
  expect(nameOf({}, atEdge)).toBe(`2026/12/31/18/clicks-3-2026-12-31-18-30-00-${ID}`);
  expect(nameOf({ prefix: '!{timestamp:YYYY}-!{timestamp:yyyy}/' }, atEdge)).toMatch(/^2027-2026\//);
});

test('names two hours of the same clock alike when daylight saving time ends', () => {
  const at = (time: string) =>
    nameOf(
      { timeZone: 'America/New_York', prefix: '!{timestamp:HHZ}/' },
      { ...OBJECT, oldestArrivedAtMs: Date.parse(time) },
    );
  expect(at('2026-11-01T05:30:00Z')).toMatch(/^01-0400\/clicks-3-2026-11-01-01-30-00-/);
  expect(at('2026-11-01T06:30:00Z')).toMatch(/^01-0500\/clicks-3-2026-11-01-01-30-00-/);
});

test('writes no fraction of a second', () => {
  expect(nameOf({ prefix: '!{timestamp:ss.SSS}/' })).toMatch(/^09\.000\//);
});

test('makes 11 random characters for each use, the same at each try of an object', () => {
  const prefix = '!{firehose:random-string}/!{firehose:random-string}/';
  const name = nameOf({ prefix });
  const [first, second] = name.split('/');
  expect([first, second]).toEqual([
    expect.stringMatching(/^[A-Za-z0-9]{11}$/),
    expect.stringMatching(/^[A-Za-z0-9]{11}$/),
  ]);
  expect(first).not.toBe(second);
  expect(nameOf({ prefix })).toBe(name);
  expect(nameOf({ prefix }, { ...OBJECT, id: '00000000-ab59-4d3b-8a0c-1d2e3f405162' })).not.toContain(first);
});

test('appends dates to a prefix with expressions but without a timestamp, unless it has partition keys', () => {
  expect(nameOf({ prefix: '!{firehose:random-string}/' })).toMatch(/^\w{11}\/2026\/07\/13\/14\/clicks-3-/);
  const partitionKeys = { fromQuery: { customer: '42' }, fromLambda: { region: 'eu' } };
  const prefix = 'customer=!{partitionKeyFromQuery:customer}/!{partitionKeyFromLambda:region}/';
  expect(nameOf({ prefix }, { ...OBJECT, partitionKeys })).toBe(`customer=42/eu/${SUFFIX}`);
});

test('ends with the ending of the format, or with FileExtension', () => {
  expect(nameOf({}, OBJECT, '.gz')).toMatch(/1d2e3f405162\.gz$/);
  expect(nameOf({ fileExtension: '.log.z' }, OBJECT, '.gz')).toMatch(/1d2e3f405162\.log\.z$/);
  expect(nameOf({ fileExtension: '' }, OBJECT, '.gz')).toMatch(/1d2e3f405162\.gz$/);
});

test.each([
  [{}, `processing-failed/2026/07/13/14/${SUFFIX}`],
  [{ prefix: 'logs/' }, `logs/processing-failed/2026/07/13/14/${SUFFIX}`],
  [{ prefix: 'logs/', errorOutputPrefix: 'bad/' }, `bad/processing-failed/2026/07/13/14/${SUFFIX}`],
  [{ errorOutputPrefix: 'bad/!{firehose:error-output-type}/' }, `bad/processing-failed/${SUFFIX}`],
  [{ errorOutputPrefix: '!{firehose:error-output-type}/!{timestamp:yyyy}-' }, `processing-failed/2026-${SUFFIX}`],
  [{ fileExtension: '.json', errorOutputPrefix: 'x!{firehose:error-output-type}' }, `xprocessing-failed${SUFFIX}`],
])('names objects of failed records by %j', (settings, expected) => {
  expect(errorNameOf(settings)).toBe(expected);
});
