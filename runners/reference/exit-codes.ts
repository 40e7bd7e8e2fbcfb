import type { ExitCode } from '../../errors/exit-code.ts';

/** Meaning of each exit code of a command. */
export const EXIT_CODE_MEANINGS: Readonly<Record<keyof typeof ExitCode, string>> = {
  passed: 'Passed; or measured, if the scenario has no thresholds.',
  internal: 'A defect of streamgauge. Please report it with the message.',
  usage: 'The command line, the scenario or an input file was rejected.',
  target: 'The target failed or cannot be reached.',
  threshold: 'A threshold or a gate failed.',
  invalid: 'The run or the comparison is invalid: its numbers prove nothing.',
  inconclusive: 'The gate reached its limit of time or pairs without a verdict.',
  interrupted: 'Interrupted by SIGINT or SIGTERM. A partial result was saved.',
};
