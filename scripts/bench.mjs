import { bootstrap } from './setup.mjs';

const purposes = ['run', 'build', 'demo', 'bench'];
await bootstrap({ purposes, script: 'scripts/bench.ts', args: process.argv.slice(2) });
