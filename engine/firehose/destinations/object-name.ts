/** The default name of an object: `yyyy/MM/dd/HH/NAME-VERSION-yyyy-MM-dd-HH-mm-ss-ID` in UTC. Source: Firehose guide. */
export function objectNameOf(prefix: string, streamName: string, version: number, atMs: number, id: string): string {
  const [date = '', time = ''] = new Date(atMs).toISOString().split('T');
  const [hours = '', minutes = '', seconds = ''] = time.slice(0, 8).split(':');
  const folders = [...date.split('-'), hours].join('/');
  return `${prefix}${folders}/${streamName}-${version}-${date}-${hours}-${minutes}-${seconds}-${id}`;
}
