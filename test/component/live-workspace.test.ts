import { afterEach, beforeEach, expect, it } from 'vitest';
import { GuestBridge } from '../../src/guest-bridge/guest-bridge.ts';
import { ChangeSignal } from '../../src/service/change-signal.ts';
import { Display } from '../../src/service/display.ts';
import { LiveWorkspace } from '../../src/service/live-workspace.ts';
import type { WorkspaceSession } from '../../src/service/workspace-session.ts';
import { silentLog } from '../../src/shared/log.ts';
import type { Catalogue } from '../../src/workspace/catalogue.ts';
import { FakeAgent, fakeSecret } from './fixtures/fake-agent.ts';
import { lastingDisplay } from './fixtures/lasting-display.ts';
import { noFiles } from './fixtures/no-files.ts';
import { plainWorkspace } from './fixtures/plain-workspace.ts';
import { pixelAt, startXDesktop, waitFor, type XDesktop } from './fixtures/x-desktop.ts';

const size = { width: 200, height: 120 };
const surface = { x: 150, y: 140, ...size };
const [blue, green] = [0x0000ff, 0x00ff00];

let agent: FakeAgent;
let bridge: GuestBridge;
let display: Display;
let live: LiveWorkspace;
let desktops: XDesktop[];

/** The guest answers a host that has no pixels as the real agent does: when another frame may go out. */
function answerRefresh(colour: () => number): void {
  let acknowledged = 0;
  let due = false;
  agent.onMessage((message) => {
    if (message.type === 'frame-ack') acknowledged = message.sequence;
    if (message.type === 'refresh') due = true;
    if (!due || sent - acknowledged >= 2) return;
    due = false;
    sent = agent.sendFill(1, size, colour());
  });
}
let sent = 0;

const start = async (name?: string) => {
  const desktop = await startXDesktop(name === undefined ? {} : { display: name });
  desktops.push(desktop);
  return desktop;
};
const colourOf = async (desktop: XDesktop) => {
  const { content } = await desktop.waitForWindow(({ title }) => title === '[XP] Kept');
  return pixelAt(await desktop.screenshot({ x: content.x + 100, y: content.y + 60, width: 1, height: 1 }), {
    x: 0,
    y: 0,
  });
};

beforeEach(async () => {
  desktops = [];
  sent = 0;
  agent = await FakeAgent.start();
  bridge = new GuestBridge({ endpoint: agent.endpoint, secret: fakeSecret, log: silentLog });
  display = new Display({ log: silentLog, onScreenChanged: () => live.screenChanged() });
  live = new LiveWorkspace({
    workspace: { ...plainWorkspace, backend: 'sandbox' },
    session: { changes: new ChangeSignal(), phase: { name: 'running' } } as unknown as WorkspaceSession,
    catalogue: { applications: [], replace: async () => undefined } as unknown as Catalogue,
    display,
    files: noFiles(),
    log: silentLog,
  });
  live.adopt(bridge);
  await bridge.ready({ timeoutMs: 5_000 });
});
afterEach(async () => {
  await display.close();
  await bridge.close();
  await agent.stop();
  for (const desktop of desktops) await desktop.stop();
});

it('windows are on the display again when it is back, with what was painted meanwhile', async () => {
  const first = await start(lastingDisplay());
  await display.open(first.display);
  agent.addWindow({ windowId: 1, title: 'Kept', surface });
  sent = agent.sendFill(1, size, blue);
  await waitFor('the window', async () => (await colourOf(first)) === blue);
  expect(live.state().windowCount).toBe(1);
  first.server.kill('SIGKILL');
  await waitFor('the loss', () => display.failure !== undefined);
  expect(live.state()).toMatchObject({ phase: 'running', windowCount: 0 });
  // As many frames as may be under way: the guest rests then.
  const whole = { x: 0, y: 0, ...size };
  for (const bgrx of [1, 2])
    sent = agent.sendFrame(1, { size, patches: [{ kind: 'fill', rect: whole, bgrx }] });
  answerRefresh(() => green);
  agent.changeWindow(1, { attention: false });
  const second = await start(first.display);
  await waitFor('the new pixels', async () => (await colourOf(second)) === green, 15_000);
  expect(await second.contentOf((await second.windows())[0]?.id ?? 0)).toMatchObject(size);
  expect(agent.connections).toBe(1);
});
