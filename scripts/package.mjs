import { bootstrap } from './setup.mjs';

await bootstrap({
  purposes: ['run', 'build', 'package'],
  script: 'scripts/package.ts',
  args: process.argv.slice(2),
});
