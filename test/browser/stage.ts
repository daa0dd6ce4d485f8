import { afterEach } from '@jest/globals';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import type { LocalCloud } from '../cloud/cloud.ts';
import { newPerson, type Person, signInToBroker, usernameOf } from './person.ts';

/** What the stories play on: one browser and one cloud for all, browsers of their own for the people in them. */
export interface Stage {
  cloud(): LocalCloud;
  /** Somebody who is not signed in anywhere. */
  enter(options?: BrowserContextOptions): Promise<Person>;
  /** Somebody who is signed in to the broker and sees the list. */
  signIn(account: string, options?: BrowserContextOptions): Promise<Person>;
  /** A connection that a pipeline has requested; answers its id and connect link. */
  request(body: Readonly<Record<string, unknown>>): Promise<{ id: string; connectLink: string }>;
}

/** After each story its people leave, and none of their browsers may have complained. */
export function createStage(browser: Browser, cloud: () => LocalCloud): Stage {
  const people: Person[] = [];
  const enter: Stage['enter'] = async (options) => {
    const person = await newPerson(browser, cloud(), options);
    people.push(person);
    return person;
  };
  afterEach(async () => {
    const leaving = people.splice(0);
    await Promise.all(leaving.map(({ context }) => context.close()));
    const complaints = leaving.flatMap((person) => person.takeComplaints());
    if (complaints.length > 0) throw new Error(`The browser complained:\n${complaints.join('\n')}`);
  });
  return {
    cloud,
    enter,
    async signIn(account, options) {
      const person = await enter(options);
      await signInToBroker(person.page, usernameOf(cloud(), account));
      return person;
    },
    async request(body) {
      const { brokerUrl, callers } = cloud();
      const response = await fetch(`${brokerUrl}/api/v1/connections`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${callers.creator.accessToken}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify(body),
      });
      if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
      return (await response.json()) as { id: string; connectLink: string };
    },
  };
}
