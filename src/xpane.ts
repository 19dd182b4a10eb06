#!/usr/bin/env node
import { runCommandLine } from './launcher/command-line.ts';
import { xpanePaths } from './shared/paths.ts';
import { selfCommand } from './shared/self-command.ts';

/**
 * The single entry of every XPane process. The service and the tray are loaded only where they run: a command
 * starts, asks and ends in a moment.
 */

void runCommandLine(process.argv.slice(2), {
  self: selfCommand(),
  paths: xpanePaths(),
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  runService: async () => (await import('./service/main.ts')).runService(),
  runTray: async () => (await import('./tray/main.ts')).runTray(),
}).then((exitCode) => {
  process.exitCode = exitCode;
});
