const START_MS = Date.UTC(2015, 4, 17, 10, 5, 3);
const PATHS = ['/', '/favicon.ico', '/blog/tags/puppet?flav=rss20', '/images/web/2009/banner.png', '/caf%C3%A9/'];
const STATUSES = [200, 200, 200, 200, 200, 200, 304, 304, 301, 404, 206, 403, 416, 500];
const AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/32.0.1700.77 Safari/537.36';

/** Lines of an access log in Apache's combined format, over some forty hours, with lines that no parser can read. */
export function madeLog(count: number): readonly string[] {
  let state = 1;
  const below = (limit: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % limit;
  };
  let ms = START_MS;
  return Array.from({ length: count }, (_, i) => {
    ms += below(Math.ceil((2 * 40 * 3_600_000) / count));
    if (i % 997 === 996) return `- - unreadable line ${i}`;
    const status = STATUSES[below(STATUSES.length)]!;
    const bytes = status === 304 ? '-' : String(below(200_000));
    const client = `${below(255)}.149.${below(255)}.216`;
    return `${client} - - [${apacheTime(ms)}] "GET ${PATHS[below(PATHS.length)]} HTTP/1.1" ${status} ${bytes} "-" "${AGENT}"`;
  });
}

function apacheTime(ms: number): string {
  const [, weekday, day, month, year, clock] =
    /^(\w{3}), (\d\d) (\w{3}) (\d{4}) (\S+)/.exec(new Date(ms).toUTCString()) ?? [];
  if (weekday === undefined) throw new Error('the form of a date has changed');
  return `${day}/${month}/${year}:${clock} +0000`;
}
