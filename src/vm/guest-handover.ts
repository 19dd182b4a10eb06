import { readFileSync } from 'node:fs';
import { guestFiles } from '../appliance/appliance.ts';
import { XPaneError } from '../shared/errors.ts';
import type { VmSpec } from './vm-backend.ts';

/** A file that the guest's init finds in `/run/xpane`. */
export interface HandoverFile {
  readonly name: string;
  readonly mode: number;
  readonly content: Buffer;
}

/**
 * What a guest gets at every start: the agent, the workspace's secret or the one given, and settings. The agent may
 * replace the secret. Throws `vm.no-agent`.
 */
export function handoverFiles(
  spec: Pick<VmSpec, 'agentFile' | 'secretFile' | 'desktop'>,
  secret?: string,
): readonly HandoverFile[] {
  return [
    { name: guestFiles.agent, mode: 0o500, content: read(spec.agentFile) },
    {
      name: guestFiles.secret,
      mode: 0o600,
      content: secret === undefined ? read(spec.secretFile) : Buffer.from(secret),
    },
    { name: guestFiles.settings, mode: 0o400, content: Buffer.from(guestSettings(spec)) },
  ];
}

/** The text of guest.env; see `guest-init` for its keys. Sizes in pixels, whole numbers. */
function guestSettings({ desktop }: Pick<VmSpec, 'desktop'>): string {
  return `DESKTOP_WIDTH=${Math.trunc(desktop.width)}\nDESKTOP_HEIGHT=${Math.trunc(desktop.height)}\n`;
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new XPaneError(
      'vm.no-agent',
      `The file ${file}, which the guest needs, cannot be read.`,
      'Run the set-up of XPane again.',
      cause,
    );
  }
}
