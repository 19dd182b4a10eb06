import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Where the sound of a guest goes. `none` plays into nothing, at the right speed, so that no program hangs. */
export type HostSound =
  | { readonly driver: 'pa'; readonly server: string }
  | { readonly driver: 'alsa' }
  | { readonly driver: 'none' };

export interface SoundQuestion {
  /** What this QEMU can play to, see `audioDrivers`. */
  readonly drivers: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Where ALSA's devices are; another folder only in tests. */
  readonly deviceFolder?: string;
}

/**
 * How this user hears things. First a server of PulseAudio's kind (PipeWire has such a socket, too); then ALSA's
 * default device, where a sound server or a device is there for it to lead to.
 */
export function findHostSound({ drivers, env, deviceFolder = '/dev/snd' }: SoundQuestion): HostSound {
  const server = env.PULSE_SERVER || pulseSocket(env);
  if (server && drivers.includes('pa')) return { driver: 'pa', server };
  const audible = Boolean(server) || hasSocket(env, 'pipewire-0') || playsOn(deviceFolder);
  return audible && drivers.includes('alsa') ? { driver: 'alsa' } : { driver: 'none' };
}

/** From what `-audiodev help` prints: a heading, then one driver a line. Pure. */
export function audioDrivers(help: string): readonly string[] {
  return help.split('\n').filter((line) => /^[\w-]+$/.test(line));
}

/** What sound libraries need to know of the user's session to find server and settings. */
export function soundEnvironment(sound: HostSound | undefined, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (sound === undefined || sound.driver === 'none') return {};
  const names = ['HOME', 'PULSE_SERVER', 'XDG_CONFIG_HOME', 'XDG_RUNTIME_DIR'];
  return Object.fromEntries(names.filter((name) => env[name]).map((name) => [name, env[name]]));
}

function pulseSocket(env: NodeJS.ProcessEnv): string | undefined {
  const name = 'pulse/native';
  return hasSocket(env, name) ? `unix:${join(env.XDG_RUNTIME_DIR ?? '', name)}` : undefined;
}

function hasSocket(env: NodeJS.ProcessEnv, name: string): boolean {
  if (!env.XDG_RUNTIME_DIR) return false;
  return statSync(join(env.XDG_RUNTIME_DIR, name), { throwIfNoEntry: false })?.isSocket() ?? false;
}

/** Whether a device for playing is there that this user may open: `pcmC0D0p` and the like. */
function playsOn(deviceFolder: string): boolean {
  try {
    return readdirSync(deviceFolder).some(
      (name) => /^pcmC\d+D\d+p$/.test(name) && mayWrite(join(deviceFolder, name)),
    );
  } catch {
    return false; // no folder: no sound card
  }
}

function mayWrite(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
