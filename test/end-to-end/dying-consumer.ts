import { workUnless } from './dying-worker.ts';

export const work = workUnless('consumer');
