import type { Command } from '../../command.ts';
import { cloneWorkspace } from './clone.ts';
import { compactWorkspace } from './compact.ts';
import { createWorkspace } from './create.ts';
import { addDevice } from './device/add.ts';
import { listDevices } from './device/list.ts';
import { removeDevice } from './device/remove.ts';
import { exportWorkspace } from './export.ts';
import { importWorkspace } from './import.ts';
import { installWorkspace } from './install.ts';
import { listWorkspaces } from './list.ts';
import { removeWorkspace } from './remove.ts';
import { renameWorkspace } from './rename.ts';
import { resetWorkspace } from './reset.ts';
import { setWorkspace } from './set.ts';
import { showWorkspace } from './show.ts';

export const workspaceCommands: readonly Command[] = [
  listWorkspaces,
  showWorkspace,
  importWorkspace,
  installWorkspace,
  createWorkspace,
  setWorkspace,
  renameWorkspace,
  cloneWorkspace,
  exportWorkspace,
  resetWorkspace,
  compactWorkspace,
  removeWorkspace,
  listDevices,
  addDevice,
  removeDevice,
];
