import { z } from 'zod';
import type { ErrorReport } from '../../shared/errors.ts';
import type { BrowserFilter, NavigationTest } from '../api/url-methods.ts';
import { longestFromBrowserBytes } from './message-frames.ts';

/** What XPane's extension asks; `src/browser-extension/messages.ts` has the same from its side. */
export const fromBrowser = z.strictObject({
  /** Answered with the same. */
  id: z.int().min(1),
  /** `test`: where a navigation belongs. `open`: opens it in the guest. */
  ask: z.enum(['test', 'open']),
  url: z.string().max(longestFromBrowserBytes),
  /** The user clicked a button of XPane's own page. */
  clicked: z.boolean().optional(),
});
export type FromBrowser = z.infer<typeof fromBrowser>;

export type ToBrowser =
  /** Filters from `from` on, of `total`; a new revision begins at 0. */
  | {
      readonly kind: 'rules';
      readonly revision: string;
      readonly from: number;
      readonly total: number;
      readonly filters: readonly BrowserFilter[];
    }
  /** Nobody can be asked: the browser goes where it likes. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'tested'; readonly id: number; readonly test: NavigationTest }
  /** `host`: the rules have changed meanwhile, so the browser goes there itself. */
  | { readonly kind: 'opened'; readonly id: number; readonly to: 'guest' | 'host' }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: ErrorReport };
