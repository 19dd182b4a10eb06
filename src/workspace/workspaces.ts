import type { Settings } from './settings-schema.ts';
import type { Workspace } from './workspace.ts';

/**
 * The workspaces of this user: today the built-in guest alone. `backend` is what the service made of the
 * setting, which may be `auto`. Pure.
 */
export function loadWorkspaces(settings: Settings, backend: Workspace['backend']): readonly Workspace[] {
  const { backend: _, logLevel: __, sound, ...ofWorkspace } = settings;
  return [{ id: 'builtin', name: 'Built-in guest', backend, sound: sound === 'on', ...ofWorkspace }];
}
