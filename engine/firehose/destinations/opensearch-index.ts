export type IndexRotation = 'NoRotation' | 'OneHour' | 'OneDay' | 'OneWeek' | 'OneMonth';

const DAY_MS = 86_400_000;
const SATURDAY = 6;

/** The index of a record: the configured name and a part of the time at which the record arrived, in UTC. */
export function indexNameOf(name: string, rotation: IndexRotation, arrivedAtMs: number): string {
  const iso = new Date(arrivedAtMs).toISOString();
  switch (rotation) {
    case 'NoRotation':
      return name;
    case 'OneHour':
      return `${name}-${iso.slice(0, 10)}-${iso.slice(11, 13)}`;
    case 'OneDay':
      return `${name}-${iso.slice(0, 10)}`;
    case 'OneWeek':
      return `${name}-${weekOf(arrivedAtMs)}`;
    case 'OneMonth':
      return `${name}-${iso.slice(0, 7)}`;
  }
}

/**
 * The week as `2020-w33`. "Configure index rotation for OpenSearch Service" of the developer guide, 2026-11: a week starts on
 * Sunday, and the first week of a year is the first that contains a Saturday of this year. A week is thus in the year of its
 * Saturday. The example of that page, w08 for 2016-02-25, contradicts its rule, which makes w09.
 */
function weekOf(timeMs: number): string {
  const time = new Date(timeMs);
  const saturday = new Date(timeMs + (SATURDAY - time.getUTCDay()) * DAY_MS);
  const year = saturday.getUTCFullYear();
  const dayOfYear = Math.floor((saturday.getTime() - Date.UTC(year, 0, 1)) / DAY_MS);
  return `${year}-w${String(Math.floor(dayOfYear / 7) + 1).padStart(2, '0')}`;
}
