/** Exit codes of the command. Scripts branch on these numbers, so a number never changes its meaning. */
export const ExitCode = {
  passed: 0,
  internal: 1,
  usage: 2,
  target: 3,
  threshold: 4,
  invalid: 5,
  inconclusive: 6,
  /** 128 + SIGINT, by the convention of shells. SIGTERM ends with it too, because both save the partial result. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
