/** Exit codes of the command. Scripts branch on these numbers, so a number never changes its meaning. */
export const ExitCode = {
  passed: 0,
  internal: 1,
  usage: 2,
  target: 3,
  threshold: 4,
  invalid: 5,
  inconclusive: 6,
  /** 128 + SIGINT, as shells count it; also used for SIGTERM, because the partial result is saved either way. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
