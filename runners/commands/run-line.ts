import type { Argv } from 'yargs';
import {
  DURATION,
  FLAG,
  FOLDER,
  FORCE,
  JSON_RESULT,
  NO_LIVE,
  PORT,
  QUIET,
  REPEATABLE,
  SCENARIO,
  SEED,
  URL_VALUE,
  valued,
  YES,
} from './option-kinds.ts';

/** The options of `streamgauge run`. */
export function runLine(command: Argv) {
  return command
    .positional('scenario', SCENARIO)
    .option('target', { ...valued('target'), describe: "File with a target, instead of the scenario's own" })
    .option('seed', SEED)
    .option('part', { ...valued('i/n'), describe: 'Make one part of the load: 2/4 is the second of four' })
    .option('start-at', { ...valued('time'), describe: 'Start at this time, for parts on several machines' })
    .option('out', { ...FOLDER, describe: 'Folder for the result (default results/<scenario>)' })
    .option('force', FORCE)
    .option('report', {
      ...valued('formats'),
      ...REPEATABLE,
      describe: 'Write reports next to the result, such as markdown,junit',
    })
    .option('json', JSON_RESULT)
    .option('quiet', QUIET)
    .option('no-live', NO_LIVE)
    .option('web', { ...FLAG, describe: 'Serve a live page of the run on this machine' })
    .option('web-port', { ...PORT, describe: 'Port of the live page (default any free port)' })
    .option('push', { ...URL_VALUE, describe: 'Push metrics to this Pushgateway' })
    .option('otlp', { ...URL_VALUE, describe: 'Push metrics to this OTLP/HTTP endpoint' })
    .option('push-interval', { ...DURATION, describe: 'Time between two pushes (default 5s)' })
    .option('dry-run', { ...FLAG, describe: 'Print the plan of the run, and run nothing' })
    .option('yes', YES)
    .implies('web-port', 'web')
    .conflicts('json', 'quiet')
    .conflicts('dry-run', 'quiet')
    .group(['target', 'seed', 'part', 'start-at'], 'Load:')
    .group(['out', 'force', 'report', 'json', 'quiet'], 'Output:')
    .group(['no-live', 'web', 'web-port', 'push', 'otlp', 'push-interval'], 'Progress:')
    .example('$0 run web-clickstream', 'Run a ready-made scenario')
    .example('$0 run orders.yaml --target kinesis.yaml', 'Run it against another target')
    .example('$0 run orders.yaml --report markdown,junit', 'Write reports for a CI job next to the result')
    .example('$0 run orders.yaml --web --out results/today', 'Watch the run in a browser');
}
