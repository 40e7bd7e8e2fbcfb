import { serveWithThreads } from '../set-up.ts';

serveWithThreads(2);
