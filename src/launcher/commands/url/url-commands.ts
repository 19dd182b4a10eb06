import type { Command } from '../../command.ts';
import { listUrlRules } from './list.ts';
import { testUrl } from './test.ts';

export const urlCommands: readonly Command[] = [testUrl, listUrlRules];
