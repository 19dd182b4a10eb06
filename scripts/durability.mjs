import { bootstrap } from './setup.mjs';

const purposes = ['run', 'build', 'test'];
await bootstrap({ purposes, script: 'scripts/durability.ts', args: process.argv.slice(2) });
