const MICROS_PER_SECOND = 1_000_000;

/** CPU time of all threads of the process until now. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / MICROS_PER_SECOND;
}
