import { openInHostBrowser, rememberedBrowsersFile } from '../../../integration/browser/host-browser.ts';
import { noticeOfLink } from '../../../integration/browser/link-notice.ts';
import { reportOf } from '../../../shared/errors.ts';
import { type Command, type CommandContext, displayOf } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';

/** What the desktop calls for every link, once "xpane integrate url on" was said. */
export const openUrl: Command = {
  name: 'open-url',
  summary: 'open a link where the rules say: in the guest, or in the browser of this computer',
  argument: { name: 'url', description: 'http, https or mailto' },
  examples: ['xpane open-url http://shop.contoso.com/', 'xpane open-url mailto:somebody@contoso.com --json'],
  async run(context, { argument }) {
    try {
      return await openByRules(context, argument);
    } catch (error) {
      const failure = reportOf(error);
      // A notification that does not appear must not hide what the command itself says.
      if (untold.has(failure.code)) await noticeOfLink(failure, context.house.env).catch(() => undefined);
      throw error;
    }
  },
};

/** Of all else the service tells the user. Nobody else may open the link: rules that nobody can ask may forbid it. */
const untold: ReadonlySet<string> = new Set([
  'service.not-started',
  'service.lost',
  'service.timeout',
  'service.other-version',
]);

async function openByRules(
  { start, output, callOptions, house }: CommandContext,
  url: string,
): Promise<number> {
  const { env, paths } = house;
  const client = await start();
  const { DESKTOP_STARTUP_ID: startupId } = env;
  const opened = await client.call(
    'openUrl',
    {
      url,
      ...displayOf(house),
      ...(startupId && startupId.length <= 256 ? { startupId } : {}),
    },
    callOptions,
  );
  if (opened.to === 'host') {
    const remembered = rememberedBrowsersFile(paths.config);
    await openInHostBrowser(opened.url, { env, remembered }).catch(async (error: unknown) => {
      await client.call('linkFailed', { failure: reportOf(error) });
      throw error;
    });
  }
  const where = opened.to === 'host' ? 'the browser of this computer' : 'the guest';
  output.result(opened, `${opened.url} is opened in ${where}.`);
  return exitCodes.ok;
}
