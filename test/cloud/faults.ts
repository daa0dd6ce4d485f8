import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';

/** The body of `POST /faults` on the control endpoint. */
export const faultSchema = z.strictObject({
  service: z.enum(['entra', 'keyVault', 'tables', 'graph']),
  match: z
    .strictObject({
      grantType: z.string().optional(),
      clientId: z.string().optional(),
      username: z.string().optional(),
      operation: z.string().optional(),
    })
    .optional(),
  answer: z.union([
    z.strictObject({ aadsts: z.number().int() }),
    z.strictObject({
      status: z.number().int().min(200).max(599),
      retryAfterSeconds: z.number().optional(),
      body: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
    }),
    z.strictObject({ hangSeconds: z.number().positive() }),
    z.strictObject({ drop: z.literal(true) }),
  ]),
  times: z.number().int().positive().optional(),
});
export type Fault = z.infer<typeof faultSchema>;
export type FaultAnswer = Fault['answer'];

/** What a service knows of the request at hand, to find the fault that is meant for it. */
export interface FaultAttributes {
  grantType?: string | undefined;
  clientId?: string | undefined;
  username?: string | undefined;
  operation?: string | undefined;
}

export interface Faults {
  add(fault: Fault): string;
  /** Without an id removes every fault; answers whether there was one. */
  remove(id?: string): boolean;
  /** The first fault that matches, counted as used once. */
  take(service: Fault['service'], attributes: FaultAttributes): FaultAnswer | undefined;
}

export function createFaults(): Faults {
  const faults = new Map<string, { fault: Fault; left: number }>();
  const matches = (fault: Fault, service: Fault['service'], attributes: FaultAttributes) =>
    fault.service === service &&
    Object.entries(fault.match ?? {}).every(
      ([key, wanted]) => wanted === undefined || attributes[key as keyof FaultAttributes] === wanted,
    );
  return {
    add(fault) {
      const id = randomUUID();
      faults.set(id, { fault, left: fault.times ?? Number.POSITIVE_INFINITY });
      return id;
    },
    remove(id) {
      if (id !== undefined) return faults.delete(id);
      const some = faults.size > 0;
      faults.clear();
      return some;
    },
    take(service, attributes) {
      for (const [id, entry] of faults) {
        if (!matches(entry.fault, service, attributes)) continue;
        entry.left -= 1;
        if (entry.left <= 0) faults.delete(id);
        return entry.fault.answer;
      }
      return undefined;
    },
  };
}

/**
 * Plays a fault on an HTTP exchange. An `aadsts` answer is the identity service's own to render.
 * A hang keeps the request open for its seconds and then drops the connection.
 */
export function playFault(
  answer: Exclude<FaultAnswer, { aadsts: number }>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if ('drop' in answer) {
    request.socket.destroy();
    return;
  }
  if ('hangSeconds' in answer) {
    const timer = setTimeout(() => request.socket.destroy(), answer.hangSeconds * 1000);
    request.socket.once('close', () => clearTimeout(timer));
    return;
  }
  const json = typeof answer.body !== 'string';
  const headers: Record<string, string> = {
    'content-type': json ? 'application/json; charset=utf-8' : 'text/html; charset=utf-8',
  };
  if (answer.retryAfterSeconds !== undefined) headers['retry-after'] = String(answer.retryAfterSeconds);
  response.writeHead(answer.status, headers);
  response.end(json ? JSON.stringify(answer.body ?? {}) : answer.body);
}
