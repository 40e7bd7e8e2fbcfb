/** Options and operands that several commands share, and kinds of options. */

/** An option with a value. Help and reference pages show `valueName`: `--out <folder>`. yargs ignores it. */
export const valued = <Name extends string>(valueName: Name) =>
  ({ type: 'string', requiresArg: true, valueName }) as const;

/** An option with a value from a fixed list. */
export const chosen = <Choice extends string>(valueName: string, choices: readonly Choice[]) => ({
  choices,
  requiresArg: true,
  valueName,
});

export const FLAG = { type: 'boolean' } as const;
export const NUMBER = { type: 'number', requiresArg: true, valueName: 'number' } as const;
/** Each use of the option adds one value. */
export const REPEATABLE = { array: true, nargs: 1 } as const;

export const DURATION = valued('time');
export const FILE = valued('file');
export const FOLDER = valued('folder');
export const METRIC = valued('metric');
export const PERCENT = valued('percent');
export const PORT = valued('port');
export const RATE = valued('rate');
export const SIZE = valued('size');
export const THRESHOLD = valued('threshold');
export const URL_VALUE = valued('url');
export const WHOLE_NUMBER = valued('number');

export const SCENARIO = {
  type: 'string',
  demandOption: true,
  describe: 'Scenario file, or a name that streamgauge list shows',
} as const;

export const RESULT = {
  type: 'string',
  demandOption: true,
  describe: 'Folder of a run, or its result.json',
} as const;

export const FORCE = { ...FLAG, describe: 'Replace an earlier result instead of keeping both' } as const;
export const JSON_RESULT = { ...FLAG, describe: 'Print the result as JSON' } as const;
export const NO_LIVE = { ...FLAG, describe: 'Do not draw progress' } as const;
export const QUIET = { ...FLAG, describe: 'Print the verdict only' } as const;
export const SEED = { ...WHOLE_NUMBER, describe: "Seed of the load (default the scenario's)" } as const;
export const YES = { ...FLAG, describe: 'Accept AWS charges without a prompt' } as const;
