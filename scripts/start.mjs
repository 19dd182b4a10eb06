import { bootstrap } from './setup.mjs';

const args = process.argv.slice(2);
const demo = args.includes('--demo') ? ['demo'] : [];
await bootstrap({ purposes: ['run', 'build', ...demo], script: 'scripts/start.ts', args });
