import { serve } from './served.ts';
import { readTranscript, type, writeTranscript } from './transcript.ts';

/** `node test/clients/capture-transcript.ts` types the lines of aws-cli.console again and stores what is printed. */
const lines = readTranscript().map(({ line }) => line);
const server = await serve(['--delay', '0ms']);
writeTranscript(await type(lines, server.url));
await server.end();
