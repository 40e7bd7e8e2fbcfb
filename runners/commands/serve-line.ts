import type { Argv } from 'yargs';
import { chosen, DURATION, FILE, FLAG, FOLDER, PORT, REPEATABLE, SIZE, valued, WHOLE_NUMBER } from './option-kinds.ts';

/** The options of `streamgauge serve`. */
export function serveLine(command: Argv) {
  return limitsLine(accountLine(firehoseLine(serverLine(command))))
    .option('seed', { ...WHOLE_NUMBER, default: '0', describe: 'Seed of latencies and faults' })
    .option('json', { ...FLAG, describe: 'Print the address and the streams as one line of JSON' })
    .group(['json'], 'Server:')
    .group(['seed'], 'Behaviour:')
    .example('$0 serve --stream orders:4', 'Serve one stream of four shards')
    .example('$0 serve --stream orders:4 --data-dir data --durability every-put', 'Store records on disk')
    .example('$0 serve --port 0 --clock virtual --latency enhanced-fan-out --json', 'Serve a test suite');
}

function serverLine(command: Argv) {
  return command
    .option('port', { ...PORT, default: '4567', describe: 'Port; 0 selects any free port' })
    .option('host', { ...valued('address'), default: '127.0.0.1', describe: 'Address to listen on' })
    .option('threads', {
      ...WHOLE_NUMBER,
      describe: 'Threads for connections (default 1 with up to 2 cores, else one less than there are cores)',
    })
    .option('cors', {
      ...valued('origin'),
      array: true,
      default: [],
      describe: 'Origin whose web pages may call Kinesis, or "*"',
    })
    .option('tls', { ...FLAG, describe: 'Serve TLS with a certificate made at start' })
    .option('tls-cert', { ...FILE, implies: 'tls-key', describe: 'PEM file of a certificate' })
    .option('tls-key', { ...FILE, implies: 'tls-cert', describe: 'PEM file of its key' })
    .option('stream', {
      ...valued('name:shards'),
      array: true,
      default: [],
      describe: 'Stream to create at start',
    })
    .option('streams', { ...FILE, describe: 'YAML or JSON file with streams to create' })
    .option('memory', { ...SIZE, default: '256MiB', describe: 'Memory of one stream' })
    .option('data-dir', { ...FOLDER, describe: 'Folder for streams and records, which survive restarts' })
    .option('durability', {
      ...chosen('kind', ['none', 'interval', 'every-put']),
      type: 'string',
      implies: 'data-dir',
      describe: 'What a crash may lose (default interval)',
    })
    .group(['port', 'host', 'threads', 'cors', 'tls', 'tls-cert', 'tls-key'], 'Server:')
    .group(['stream', 'streams', 'memory', 'data-dir', 'durability'], 'Streams:');
}

function firehoseLine<T>(command: Argv<T>) {
  return command
    .option('firehose-folder', {
      ...FOLDER,
      conflicts: 's3-endpoint',
      describe: 'Folder for delivered objects, one folder for each bucket',
    })
    .option('s3-endpoint', {
      ...valued('url'),
      describe: 'S3 endpoint for delivered objects, with the credentials of the environment',
    })
    .option('firehose-function', {
      ...valued('name=source'),
      ...REPEATABLE,
      default: [],
      describe: 'Function for Lambda processors: name=module.js, name=url, or name=lambda:url',
    })
    .option('firehose-table', {
      ...valued('table=file'),
      ...REPEATABLE,
      default: [],
      describe: 'Columns for conversion to Parquet: database.table=columns.json',
    })
    .option('firehose-quota', {
      ...chosen('kind', ['region', 'api', 'none']),
      type: 'string',
      describe: 'Quota of puts: of the region, of the text of the API, or none (default region)',
    })
    .option('firehose-backlog', {
      ...SIZE,
      default: '4GiB',
      describe: 'Undelivered records of a delivery stream above which it rejects puts',
    })
    .group(
      ['firehose-folder', 's3-endpoint', 'firehose-function', 'firehose-table', 'firehose-quota', 'firehose-backlog'],
      'Firehose:',
    );
}

function accountLine<T>(command: Argv<T>) {
  return command
    .option('account', { ...valued('id'), default: '000000000000', describe: 'Account id in ARNs' })
    .option('account-of', {
      ...valued('key=id'),
      array: true,
      default: [],
      describe: 'Account id of an access key',
    })
    .option('region', {
      ...valued('region'),
      default: 'us-east-1',
      describe: 'Region of --stream and of calls that name none',
    })
    .option('access-key', {
      ...valued('key'),
      implies: 'secret-key',
      describe: 'Verify signatures with this key id (default from STREAMGAUGE_ACCESS_KEY)',
    })
    .option('secret-key', {
      ...valued('secret'),
      implies: 'access-key',
      describe: 'Secret of the key; safer in the environment (default from STREAMGAUGE_SECRET_KEY)',
    })
    .group(['account', 'account-of', 'region', 'access-key', 'secret-key'], 'Accounts:');
}

function limitsLine<T>(command: Argv<T>) {
  return command
    .option('limits', {
      ...chosen('kind', ['aws', 'none']),
      type: 'string',
      default: 'aws',
      describe: 'Limits of shards and accounts',
    })
    .option('latency', {
      ...valued('profile'),
      default: 'none',
      describe: 'none, enhanced-fan-out, polling, or a profile file',
    })
    .option('delay', {
      ...DURATION,
      default: '500ms',
      describe: 'Time in which streams are CREATING, UPDATING or DELETING',
    })
    .option('clock', {
      ...chosen('kind', ['real', 'virtual']),
      type: 'string',
      default: 'real',
      describe: "Clock for retention, limits and latency: the system's, or one that you advance",
    })
    .option('shard-limit', { ...WHOLE_NUMBER, default: '20000', describe: 'Open shards of an account in a region' })
    .option('on-demand-limit', {
      ...WHOLE_NUMBER,
      default: '50',
      describe: 'On-demand streams of an account in a region',
    })
    .group(['limits', 'latency', 'delay', 'clock', 'shard-limit', 'on-demand-limit'], 'Behaviour:');
}

/** The options in the form in which yargs parses them. */
export type ServeLine = Awaited<ReturnType<typeof serveLine>['argv']>;
