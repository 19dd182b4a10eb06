import type { Command } from '../../command.ts';
import { collectGuestLogs } from './logs.ts';
import { postponeSetUp } from './postpone.ts';
import { continueSetUp, retrySetUp, startSetUp } from './start.ts';
import { setUpStatus } from './status.ts';

export const setUpCommands: readonly Command[] = [
  setUpStatus,
  startSetUp,
  postponeSetUp,
  retrySetUp,
  continueSetUp,
  collectGuestLogs,
];
