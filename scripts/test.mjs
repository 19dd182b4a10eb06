import { bootstrap } from './setup.mjs';

const purposes = ['run', 'build', 'demo', 'test', 'package'];
await bootstrap({ purposes, script: 'scripts/test.ts', args: process.argv.slice(2) });
