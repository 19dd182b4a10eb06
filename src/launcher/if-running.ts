import { XPaneError } from '../shared/errors.ts';

/** For commands whose aim is reached when the service does not run: undefined then. */
export async function ifRunning<T>(connected: Promise<T>): Promise<T | undefined> {
  try {
    return await connected;
  } catch (error) {
    if (error instanceof XPaneError && error.code === 'service.not-running') return undefined;
    throw error;
  }
}
