import { join } from 'node:path';

/** Where the service of this user listens. `runtime` is XPanePaths.runtime. */
export const socketPathIn = (runtime: string): string => join(runtime, 'service.sock');
