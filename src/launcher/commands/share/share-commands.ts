import type { Command } from '../../command.ts';
import { acceptShare } from './accept.ts';
import { addShare } from './add.ts';
import { listShares } from './list.ts';
import { removeShare } from './remove.ts';

export const shareCommands: readonly Command[] = [addShare, listShares, removeShare, acceptShare];
