import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingOptionalPackages } from './setup/lockfile.mjs';

/**
 * Run after `npm install` changed package-lock.json: `node scripts/complete-lockfile.mjs`.
 *
 * npm leaves out of the lockfile what a registry does not have of a package's builds for other platforms, and then
 * `npm ci` calls the lockfile out of step with package.json. This writes those entries, as npm itself would.
 */
const file = join(dirname(dirname(fileURLToPath(import.meta.url))), 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
for (const { path, entry } of missingOptionalPackages(lock)) {
  lock.packages[path] = entry;
  console.log(`added ${path}`);
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
