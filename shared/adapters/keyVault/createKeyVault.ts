import type { TokenCredential } from '@azure/identity';
import { SecretClient, type SecretClientOptions } from '@azure/keyvault-secrets';
import type { Vault } from '../../ports.ts';
import { answerOf } from '../azureCalls/answer.ts';
import { attempt, deadlineIn } from '../azureCalls/attempt.ts';
import { asVaultUnavailable } from './failures.ts';

export interface KeyVaultOptions {
  /** `https://{vault}.{vault suffix of the cloud}`, as the deployment's outputs give it. */
  readonly vaultUrl: string;
  readonly credential: TokenCredential;
  /**
   * Lets the vault's host differ from the resource that its challenge names; for a vault on a laptop only.
   */
  readonly disableChallengeResourceVerification?: boolean;
  /** Trust for a server whose certificate the machine does not know. */
  readonly tlsOptions?: SecretClientOptions['tlsOptions'];
}

/** Longest time that one method takes, in milliseconds. */
const methodMilliseconds = 5000;
/** Nobody sets this name; being allowed to ask for it is the proof. */
const probeName = 'broker-check';

const isGone = (error: unknown) => answerOf(error).status === 404;

/** Disabled versions answer 403, as a refused broker does; the inner error code tells them apart. */
const isUnreadable = (error: unknown) => isGone(error) || answerOf(error).code === 'SecretDisabled';

/**
 * The Vault over Azure Key Vault secrets; needs to get, set, update and delete secrets. Each method ends within
 * five seconds. A set whose answer got lost is sent again: it leaves a version more, which nobody points at.
 * @see https://learn.microsoft.com/en-us/azure/key-vault/secrets/about-secrets
 */
export function createKeyVault(options: KeyVaultOptions): Vault {
  const { vaultUrl, credential, tlsOptions } = options;
  const client = new SecretClient(vaultUrl, credential, {
    retryOptions: { maxRetries: 0 },
    disableChallengeResourceVerification: options.disableChallengeResourceVerification ?? false,
    ...(tlsOptions === undefined ? {} : { tlsOptions }),
  });
  const answering = createAnswering();

  async function read(name: string, version: string | undefined) {
    const request = version === undefined ? {} : { version };
    return answering(
      'read a secret',
      (abortSignal) => client.getSecret(name, { ...request, abortSignal }),
      isUnreadable,
    );
  }

  return {
    async set(name, value) {
      const secret = await answering('write a secret', (abortSignal) =>
        client.setSecret(name, value, { abortSignal }),
      );
      const version = secret?.properties.version;
      if (version === undefined)
        throw asVaultUnavailable('write a secret', new Error('No version in the answer.'));
      return version;
    },
    async get(name, version) {
      const secret = await read(name, version);
      const found = secret?.properties.version;
      return secret?.value === undefined || found === undefined
        ? undefined
        : { value: secret.value, version: found };
    },
    async disable(name, version) {
      await answering(
        'disable a secret',
        (abortSignal) => client.updateSecretProperties(name, version, { enabled: false, abortSignal }),
        isGone,
      );
    },
    async remove(name) {
      await answering(
        'remove a secret',
        (abortSignal) => client.beginDeleteSecret(name, { abortSignal }),
        isGone,
      );
    },
    async check() {
      await read(probeName, undefined);
    },
  };
}

type Call<T> = (abortSignal: AbortSignal) => Promise<T>;
type Answering = <T>(
  what: string,
  call: Call<T>,
  isNothing?: (error: unknown) => boolean,
) => Promise<T | undefined>;

/**
 * The client's first request learns scope and tenant from a challenge, and its body is taken away for that;
 * another request finishing in between would leave it without. So nothing runs beside the first.
 */
function createAnswering(): Answering {
  let first: Promise<unknown> | undefined;

  async function afterFirst<T>(call: () => Promise<T>): Promise<T> {
    if (first !== undefined) {
      await first;
      return call();
    }
    const running = call();
    first = running.catch(() => undefined);
    return running;
  }

  return async (what, call, isNothing = () => false) => {
    const until = deadlineIn(methodMilliseconds);
    try {
      return await afterFirst(() => attempt(until, 'any', call));
    } catch (error) {
      if (isNothing(error)) return undefined;
      throw asVaultUnavailable(what, error);
    }
  };
}
