import { expect, test } from '@jest/globals';
import { noon, someConnection } from '../contracts/samples.ts';
import { createMemoryStore } from './memoryStore.ts';
import { createMemoryVault } from './memoryVault.ts';
import { createVirtualClock } from './virtualClock.ts';

test('sleepers wake in the order of their instants, each with its followers', async () => {
  const clock = createVirtualClock(noon);
  const woken: string[] = [];
  const wake = (name: string) => woken.push(`${name} ${clock.now().getTime() - noon.getTime()}`);
  void clock.sleep(300).then(() => wake('c'));
  void clock.sleep(100).then(async () => {
    wake('a');
    await clock.sleep(100);
    wake('b');
  });
  void clock.sleep(500).then(() => wake('d'));
  await clock.advance(400);
  expect(woken).toEqual(['a 100', 'b 200', 'c 300']);
  await clock.advance(100);
  expect(woken).toEqual(['a 100', 'b 200', 'c 300', 'd 500']);
});

test('a test may hold a call, fail it before its effect, and lose its answer', async () => {
  const store = createMemoryStore({ clock: createVirtualClock() });
  const connection = someConnection();
  const create = () => store.commit(connection.id, { connection: { after: connection } });
  store.beforeEach = async (operation) => {
    if (operation === 'commit') throw new Error('unavailable');
  };
  await expect(create()).rejects.toThrow('unavailable');
  delete store.beforeEach;
  expect(await store.readConnection(connection.id)).toBeUndefined();
  store.afterEach = () => Promise.reject(new Error('answer lost'));
  await expect(create()).rejects.toThrow('answer lost');
  delete store.afterEach;
  expect((await store.readConnection(connection.id))?.value).toEqual(connection);
  expect(store).toMatchObject({ reads: 2, writes: 2 });
});

test('a removed name is never given out again', async () => {
  const vault = createMemoryVault();
  await vault.set('one', 'value');
  expect(vault.names()).toEqual(['one']);
  await vault.remove('one');
  expect(vault.names()).toEqual([]);
  await expect(vault.set('one', 'again')).rejects.toThrow('used before');
});
