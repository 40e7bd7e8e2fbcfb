import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openCamera } from './camera.ts';

/**
 * Renews the picture of a comparison of targets from a saved one, such as that of the guide:
 *
 *   node test/screenshots/make-side-by-side-picture.ts results/side-by-side/orders
 */

const [, , folder] = process.argv;
if (folder === undefined) throw new Error('Name the folder of a comparison: compare --out FOLDER');
const camera = await openCamera(pathToFileURL(join(resolve(folder), 'side-by-side.html')).href);
try {
  await camera.take({ name: 'side-by-side', width: 1120, height: 1010, colorScheme: 'light', from: '#charts' });
} finally {
  await camera.close();
}
