import { lockFolder } from '../../../../engine/account/store/folder-lock.ts';

/** Prints the result of locking the folder, and keeps the lock until it is killed. */
try {
  lockFolder(process.argv[2]!);
  process.stdout.write('held\n');
} catch (error) {
  process.stdout.write(`${(error as { code?: string }).code}\n`);
}
setInterval(() => {}, 1000);
