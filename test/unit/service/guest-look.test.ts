import { expect, test } from 'vitest';
import { guestDesktopSize, seamlessLook } from '../../../src/service/guest-look.ts';
import { builtInDefinition } from '../../../src/workspace/definition.ts';
import { settingsSchema } from '../../../src/workspace/settings-schema.ts';
import { workspaceFrom } from '../../../src/workspace/workspaces.ts';

const workspaceWith = (settings: object) =>
  workspaceFrom(builtInDefinition, settingsSchema.parse(settings), 'sandbox', 4096);
const viewWith = (settings: object, preferredScale = 1) =>
  seamlessLook(workspaceWith(settings), { preferredScale }).view;

test('by default pixels are as large as the desktop says, without an edge', () => {
  expect(viewWith({})).toMatchObject({ scale: 1, edgePx: 0 });
  expect(viewWith({}, 2)).toMatchObject({ scale: 2, edgePx: 0 });
  expect(viewWith({ scale: 1 }, 2)).toMatchObject({ scale: 1 });
});

test('where the guest draws the frames there is an edge, unless the user wants none', () => {
  expect(viewWith({ frame: 'guest' })).toEqual({ scale: 1, edgePx: 2, edgeColour: 0xe8590c });
  expect(viewWith({ frame: 'guest', trustEdge: 'off' })).toMatchObject({ edgePx: 0 });
});

test('an edge of the user’s colour is as wide to the eye at every scale', () => {
  const settings = { trustEdge: '#00ff7f', trustEdgePx: 3 };
  expect(viewWith(settings)).toEqual({ scale: 1, edgePx: 3, edgeColour: 0x00ff7f });
  expect(viewWith({ ...settings, scale: 3 })).toEqual({ scale: 3, edgePx: 9, edgeColour: 0x00ff7f });
});

test('the guest’s desktop is as large as what the display has room for', () => {
  const size = { width: 1921, height: 1081 };
  const whole = { x: 0, y: 0, ...size };
  const presenter = { preferredScale: 2, screen: { size, workArea: whole, monitors: [whole] } };
  const workspace = workspaceWith({ trustEdge: '#ffffff' });
  expect(guestDesktopSize(workspace, { presenter, size })).toEqual({ width: 956, height: 536 });
  const none = { presenter: undefined, size: { width: 1280, height: 1024 } };
  expect(guestDesktopSize(workspace, none)).toEqual({ width: 1280, height: 1024 });
});
