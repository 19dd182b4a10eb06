#!/usr/bin/env node
import { runCommandLine } from './launcher/command-line.ts';
import { inputMethodCommand } from './presenter/x11/input-method/command.ts';
import { xpanePaths } from './shared/paths.ts';
import { selfCommand } from './shared/self-command.ts';

/**
 * The single entry of every XPane process. The service and the tray are loaded only where they run: a command
 * starts, asks and ends in a moment. `input-method` is no command: the presenter starts it.
 */

async function run(args: readonly string[]): Promise<number> {
  if (args[0] === inputMethodCommand) {
    const { runInputMethod } = await import('./presenter/x11/input-method/main.ts');
    runInputMethod();
    return 0;
  }
  return runCommandLine(args, {
    self: selfCommand(),
    paths: xpanePaths(),
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    runService: async () => (await import('./service/main.ts')).runService(),
    runTray: async () => (await import('./tray/main.ts')).runTray(),
  });
}

void run(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});
