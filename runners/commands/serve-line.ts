import type { Argv } from 'yargs';

/** The options of `streamgauge serve`. */
export function serveLine(command: Argv) {
  return command
    .option('port', { type: 'string', default: '4567', requiresArg: true, describe: 'Port; 0 for any that is free' })
    .option('host', { type: 'string', default: '127.0.0.1', requiresArg: true, describe: 'Address to listen on' })
    .option('stream', {
      type: 'string',
      array: true,
      default: [],
      requiresArg: true,
      describe: 'NAME:SHARDS, made at start; may be given again',
    })
    .option('streams', { type: 'string', requiresArg: true, describe: 'YAML or JSON file with streams to make' })
    .option('limits', { type: 'string', default: 'aws', choices: ['aws', 'none'], describe: "AWS's limits, or none" })
    .option('latency', {
      type: 'string',
      default: 'none',
      requiresArg: true,
      describe: 'none, enhanced-fan-out, polling, or a profile file',
    })
    .option('memory', { type: 'string', default: '256MiB', requiresArg: true, describe: 'Memory of one stream' })
    .option('data-dir', { type: 'string', requiresArg: true, describe: 'Folder that survives restarts' })
    .option('durability', {
      type: 'string',
      choices: ['none', 'interval', 'every-put'],
      implies: 'data-dir',
      describe: 'What a crash may lose (needs --data-dir)  [interval]',
    })
    .option('delay', {
      type: 'string',
      default: '500ms',
      requiresArg: true,
      describe: 'How long streams stay CREATING, UPDATING, DELETING',
    })
    .option('clock', {
      type: 'string',
      default: 'real',
      choices: ['real', 'virtual'],
      describe: "The system's clock, or one that you advance",
    })
    .option('tls', { type: 'boolean', describe: 'Serve TLS, with a certificate made at start' })
    .option('tls-cert', {
      type: 'string',
      requiresArg: true,
      implies: 'tls-key',
      describe: 'PEM file of a certificate',
    })
    .option('tls-key', { type: 'string', requiresArg: true, implies: 'tls-cert', describe: 'PEM file of its key' })
    .option('access-key', {
      type: 'string',
      requiresArg: true,
      implies: 'secret-key',
      describe: 'Verify signatures: the key id; or set STREAMGAUGE_ACCESS_KEY',
    })
    .option('secret-key', {
      type: 'string',
      requiresArg: true,
      implies: 'access-key',
      describe: 'Its secret; better set STREAMGAUGE_SECRET_KEY',
    })
    .option('account', { type: 'string', default: '000000000000', requiresArg: true, describe: 'Account id in ARNs' })
    .option('account-of', {
      type: 'string',
      array: true,
      default: [],
      requiresArg: true,
      describe: 'KEY=ID, account of an access key; repeatable',
    })
    .option('region', {
      type: 'string',
      default: 'us-east-1',
      requiresArg: true,
      describe: 'Region of --stream and of calls that name none',
    })
    .option('shard-limit', {
      type: 'string',
      default: '20000',
      requiresArg: true,
      describe: 'Open shards of an account in a region',
    })
    .option('on-demand-limit', {
      type: 'string',
      default: '50',
      requiresArg: true,
      describe: 'On-demand streams of an account in a region',
    })
    .option('cors', {
      type: 'string',
      array: true,
      default: [],
      requiresArg: true,
      describe: 'Origin whose web pages may call Kinesis, or "*"; repeatable',
    })
    .option('seed', { type: 'string', default: '0', requiresArg: true, describe: 'Seed of latencies and faults' })
    .option('json', { type: 'boolean', describe: 'Print what was started as one line of JSON' });
}

/** The options in the form in which yargs parses them. */
export type ServeLine = Awaited<ReturnType<typeof serveLine>['argv']>;
