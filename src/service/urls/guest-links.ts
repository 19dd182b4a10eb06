import type { GuestBridge } from '../../guest-bridge/guest-bridge.ts';
import { linksCapability } from '../../guest-bridge/guest-links.ts';
import { reportOf } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';

export interface GuestLinkParts {
  /** Read anew each time; may throw `settings.*`, `policy.*`. */
  readonly urlsFromGuest: () => 'guest' | 'rules';
  readonly onLink: (untrustedUrl: string, bridge: GuestBridge) => void;
  readonly log: Log;
}

/**
 * Tells each agent that connects whether the host wants to be asked about links, and passes on what it is asked. An agent
 * that is not told stays out of the way of links, and one that was told otherwise before gives them back.
 */
export function listenForLinks(bridge: GuestBridge, { urlsFromGuest, onLink, log }: GuestLinkParts): void {
  let told = false;
  const tell = (fromGuest: boolean) => {
    told = fromGuest;
    bridge.send({ type: 'link-handling', fromGuest });
  };
  const wanted = () => {
    try {
      return urlsFromGuest() === 'rules';
    } catch (error) {
      // What nobody can read allows nothing.
      log.warn({ error: reportOf(error) }, 'links stay in the guest, as the settings cannot be read');
      return false;
    }
  };
  bridge.on('connected', ({ capabilities }) => {
    if (capabilities.includes(linksCapability)) tell(wanted());
  });
  bridge.on('openUrl', (untrustedUrl) => {
    if (!told) return;
    if (wanted()) return onLink(untrustedUrl, bridge);
    // It was told so by settings that have changed since.
    log.info({}, 'a link of the guest is dropped: links stay there from now on');
    tell(false);
  });
}
