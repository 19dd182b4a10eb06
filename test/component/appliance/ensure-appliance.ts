import { ensureAppliance } from '../../../src/appliance/build.ts';
import { reportOf } from '../../../src/shared/errors.ts';

/** Makes the built-in guest in the cache folder that is its argument; prints the error's report as JSON. */
try {
  await ensureAppliance({ cache: process.argv[2] ?? '' });
  console.log('{}');
} catch (error) {
  console.log(JSON.stringify(reportOf(error)));
}
