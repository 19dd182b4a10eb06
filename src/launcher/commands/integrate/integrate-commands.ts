import type { Command } from '../../command.ts';
import { applicationCommands } from './applications.ts';
import { integrateUrl } from './url.ts';

export const integrateCommands: readonly Command[] = [...applicationCommands, integrateUrl];
