import type { Command } from '../../command.ts';
import { listUrlRules } from './list.ts';
import { openUrl } from './open-url.ts';
import { testUrl } from './test.ts';

export const urlCommands: readonly Command[] = [openUrl, testUrl, listUrlRules];
