import fc from 'fast-check';

/**
 * Loaded before the tests by `npm run test:seed`. A property that fails prints `{ seed: 1234, path: "5:1" }`; with
 * PROPERTY_SEED=1234 it draws the same examples again, and with PROPERTY_PATH=5:1 it starts at the one that failed.
 */
const { PROPERTY_SEED, PROPERTY_PATH } = process.env;
fc.configureGlobal({
  ...(PROPERTY_SEED === undefined ? {} : { seed: Number(PROPERTY_SEED) }),
  ...(PROPERTY_PATH === undefined ? {} : { path: PROPERTY_PATH }),
  verbose: true,
});
