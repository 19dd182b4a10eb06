import { hostname } from 'node:os';
import { hostRegion } from './region.ts';
import type { XpRegion } from './regions.ts';
import { hostTimeZone } from './time-zone.ts';
import { type HostUser, hostUser } from './user.ts';
import type { XpTimeZone } from './xp-time-zones.ts';

/** What a guest may take over from the host. */
export interface HostFacts {
  readonly user: HostUser;
  readonly hostName: string;
  readonly timeZone: XpTimeZone;
  readonly region: XpRegion;
}

export async function hostFacts(env: NodeJS.ProcessEnv, now: Date, signal?: AbortSignal): Promise<HostFacts> {
  return {
    user: await hostUser(signal),
    hostName: hostname(),
    timeZone: hostTimeZone(now),
    region: hostRegion(env),
  };
}
