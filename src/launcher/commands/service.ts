import type { Command } from '../command.ts';

export const service: Command = {
  name: 'service',
  summary: 'run the service in this terminal; other commands start it by themselves',
  examples: ['xpane service'],
  run: ({ house }) => house.runService(),
};
