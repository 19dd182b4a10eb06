import type { Application, ServiceState, WorkspaceState } from '../../../src/launcher/api/state.ts';

export function application(name: string, ...folder: string[]): Application {
  return { id: `id-${name}`, name, folder };
}

export function workspace(changes: Partial<WorkspaceState> = {}): WorkspaceState {
  return {
    id: 'xp',
    name: 'Windows XP',
    phase: 'running',
    backend: 'qemu',
    applications: [],
    windowCount: 0,
    ...changes,
  };
}

export function serviceState(...workspaces: WorkspaceState[]): ServiceState {
  return { version: '1.2.3', processId: 1, logFile: '/nowhere', workspaces };
}
