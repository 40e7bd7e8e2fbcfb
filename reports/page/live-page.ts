/** Follows a run that goes on. */
export function followRun(): void {}
