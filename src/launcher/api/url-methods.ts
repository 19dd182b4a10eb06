import { z } from 'zod';
import { errorReport } from './state.ts';

/** As typed or clicked: what is wrong with it, the service says. */
const url = z.string().max(256 * 1024);
const side = z.enum(['host', 'guest']);
const target = {
  /** `deny`: nowhere. */
  to: z.enum(['guest', 'host', 'deny']),
  /** Of several guests this one; absent: the first. */
  workspace: z.string().optional(),
};

/** A rule where it was written. Texts are safe to show. */
const rule = z.object({ source: z.string(), line: z.number(), text: z.string() });

export const urlTest = z.object({
  /** In the form in which it is opened. */
  url: z.string(),
  from: side,
  ...target,
  /** What decided; absent: no rule is about it, so it stays where it was asked for. */
  rule: rule.optional(),
});

export const urlRules = z.object({
  /** In the order in which they are asked. */
  sources: z.array(
    z.object({
      name: z.string(),
      /** Absent while none could be read. */
      form: z.enum(['list', 'site-list']).optional(),
      rules: z.number(),
      /** Entries that could not be used, and the first of them in words. */
      skipped: z.object({ count: z.number(), first: z.string().optional() }).optional(),
      /** Why the newest is not in force. */
      failure: errorReport.optional(),
    }),
  ),
  /** The first of them, of all sources. */
  rules: z.array(
    rule.extend({ to: z.enum(['guest', 'host', 'deny', 'stay']), workspace: z.string().optional() }),
  ),
});

/** As `BrowserFilter` of the redirection room. */
const browserFilter = z.object({
  priority: z.number(),
  action: z.enum(['block', 'allow']),
  domains: z.array(z.string()).optional(),
  urlFilter: z.string().optional(),
  regexFilter: z.string().optional(),
});

export const navigationTest = z.object({
  url: z.string(),
  to: z.enum(['guest', 'host', 'deny']),
  /** Where it would open. */
  workspaceName: z.string().optional(),
  rule: rule.optional(),
  /** Whether the user may have it in the browser all the same: all of its host, only this address, or nothing. */
  here: z.enum(['host', 'address', 'no']),
});

/** Links: where they open, and why. All fail with `url.*` for what is no link that can be opened. */
export const urlMethods = {
  /**
   * Opens a link that was clicked on the host: in the guest, which is started if need be, when a rule says so. `host`: the
   * caller opens it, as he knows the user's desktop. `url.denied`, `launch.*`
   */
  openUrl: {
    params: z.strictObject({
      url,
      /** As for `launch`. */
      display: z.string().max(256).optional(),
      authority: z.string().max(1024).optional(),
      startupId: z.string().max(256).optional(),
      /** Nobody may have clicked it: three times in half a minute and no more, else `url.loop`; so many, else `url.unasked`. */
      unasked: z.boolean().optional(),
    }),
    result: z.object({
      url: z.string(),
      to: z.enum(['guest', 'host']),
      /** In which it was opened. */
      workspace: z.string().optional(),
    }),
  },
  /** The caller was to open a link on the host, and could not: the user is told, as the desktop shows no error. */
  linkFailed: {
    params: z.strictObject({
      failure: z.strictObject({
        code: z.string().max(64),
        message: z.string().max(2048),
        hint: z.string().max(2048),
      }),
    }),
    result: z.object({}),
  },
  testUrl: { params: z.strictObject({ url, from: side }), result: urlTest },
  listUrlRules: { params: z.strictObject({}), result: urlRules },
  /** What a browser has to ask about before it goes there. Nothing but `revision` if that is the one given. */
  browserRules: {
    params: z.strictObject({
      revision: z.string().max(64).optional(),
      /** The first filter asked for; from 0. */
      from: z.int().min(0),
    }),
    result: z.object({
      revision: z.string(),
      /** As many as one message has room for. */
      filters: z.array(browserFilter).optional(),
      /** Of all. */
      total: z.number().optional(),
    }),
  },
  /** A browser's own navigation: where it belongs. Opens nothing. */
  testNavigation: { params: z.strictObject({ url }), result: navigationTest },
} as const;

export type UrlTest = z.infer<typeof urlTest>;
export type UrlRules = z.infer<typeof urlRules>;
export type BrowserFilter = z.infer<typeof browserFilter>;
export type NavigationTest = z.infer<typeof navigationTest>;
