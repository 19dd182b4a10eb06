import {
  autostartEntry,
  autostartFile,
  autostartState,
  removeOwnAutostart,
  writeAutostart,
} from '../../integration/autostart-entry.ts';
import { XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

const inWords = {
  on: 'XPane starts when you log in.',
  off: 'XPane does not start when you log in.',
  other: 'Another XPane than this one starts when you log in; "xpane autostart on" has this one start.',
} as const;

export const autostart: Command = {
  name: 'autostart',
  summary: 'have the tray icon come when you log in, or not',
  argument: { name: 'on|off|status', description: 'what is to be' },
  examples: ['xpane autostart on', 'xpane autostart status --json'],
  async run({ house, output }, { argument }) {
    const file = autostartFile(house.env);
    const entry = autostartEntry(house.self, house.env);
    if (argument === 'on') await writeAutostart(file, entry);
    else if (argument === 'off') {
      const isLeft = !removeOwnAutostart(house.env);
      if (isLeft && autostartState(file, entry) === 'other') throw otherHome();
    } else if (argument !== 'status') throw unknownArgument(argument);
    const autostart = autostartState(file, entry);
    output.result({ autostart, file }, inWords[autostart]);
    return exitCodes.ok;
  },
};

function otherHome(): XPaneError {
  return new XPaneError(
    'autostart.other-home',
    'Another XPane, which has a home of its own, starts when you log in, and goes on to.',
    'Say "xpane autostart off" to that one, with the XPANE_HOME that it has.',
  );
}

function unknownArgument(argument: string): XPaneError {
  return new XPaneError(
    'usage.argument',
    `"${displayText(argument, 40)}" is not known here.`,
    'Use one of: on, off, status.',
  );
}
