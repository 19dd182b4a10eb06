import { clamp } from '../../shared/geometry.ts';
import type { XConnection } from './x11-client.ts';

/** What every desktop takes for a screen of ordinary pixels. */
const ORDINARY_DPI = 96;
const MAX_SCALE = 3;
/** Of the resource database; desktops write a few hundred bytes. */
const MAX_WORDS = 16_384;
/** Predefined atoms of the protocol. */
const RESOURCE_MANAGER = 23;
const STRING = 31;

/**
 * How many pixels of the screen the user wants for one of an ordinary program: GDK_SCALE, which desktops set for
 * programs that know whole factors only, else Xft.dpi of the resource database. Read once: a guest's desktop keeps the
 * size that follows from it.
 */
export async function readPreferredScale(connection: XConnection, env: NodeJS.ProcessEnv): Promise<number> {
  const { client, root } = connection;
  const found = await connection.ask<{ data: Buffer }>((reply) =>
    client.GetProperty(0, root, RESOURCE_MANAGER, STRING, 0, MAX_WORDS, reply),
  );
  return preferredScale(found?.data.toString('latin1') ?? '', env);
}

/** `resources`: text of the X resource database. A fraction becomes the whole number that is nearest as a ratio. */
export function preferredScale(resources: string, env: NodeJS.ProcessEnv): number {
  const told = Number(env.GDK_SCALE);
  if (Number.isInteger(told) && told >= 1) return Math.min(told, MAX_SCALE);
  const dpi = Number(/^Xft\.dpi:\s*(\d+(?:\.\d+)?)\s*$/m.exec(resources)?.[1] ?? ORDINARY_DPI);
  const wanted = clamp(dpi / ORDINARY_DPI, 1, MAX_SCALE);
  const below = Math.floor(wanted);
  return wanted / below < (below + 1) / wanted ? below : below + 1;
}
