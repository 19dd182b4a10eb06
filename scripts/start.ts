import { join } from 'node:path';
import { asScript } from './setup/report-failure.ts';
import { runNode } from './setup/run-node.ts';
import { setUp } from './setup/set-up.ts';

/**
 * `npm start`: sets up, then leaves the tray and the service running on this desktop.
 * `npm start -- --demo OUT.png [--backend sandbox]`: sets up, then makes the picture on a display of its own.
 */
const program = join(import.meta.dirname, '../src/xpane.ts');

await asScript(async (signal) => {
  const args = process.argv.slice(2);
  const demoAt = args.indexOf('--demo');
  await setUp(signal);
  if (demoAt >= 0) {
    return runNode(join(import.meta.dirname, 'demo.ts'), args.toSpliced(demoAt, 1), signal);
  }
  if (!process.env.DISPLAY) {
    console.error(
      'XPane is set up, but there is no display here to show it on (DISPLAY is not set).\n' +
        'Run "npm start" on a desktop, or make a picture of one: npm start -- --demo out.png\n(setup.no-display)',
    );
    return 1;
  }
  const tray = await runNode(program, ['open-tray'], signal);
  return tray === 0 ? runNode(program, ['start'], signal) : tray;
});
