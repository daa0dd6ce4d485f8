import { recoverableDays, type Secret, type SecretVersion } from './secretStore.ts';

function attributesOf(version: SecretVersion): object {
  return {
    enabled: version.enabled,
    nbf: version.notBefore,
    exp: version.expires,
    created: version.created,
    updated: version.updated,
    recoveryLevel: 'Recoverable+Purgeable',
    recoverableDays,
  };
}

function deletionOf(origin: string, secret: Secret): object {
  if (!secret.deleted) return {};
  return {
    recoveryId: `${origin}/deletedsecrets/${secret.name}`,
    deletedDate: secret.deleted.at,
    scheduledPurgeDate: secret.deleted.purgedAt,
  };
}

/** A version as `get` answers it; the value is left out of the answers of update, delete and recover. */
export function secretBundle(
  origin: string,
  [secret, version]: readonly [Secret, SecretVersion],
  withValue: boolean,
): object {
  return {
    ...(withValue ? { value: version.value } : {}),
    contentType: version.contentType,
    id: `${origin}/secrets/${secret.name}/${version.version}`,
    ...deletionOf(origin, secret),
    attributes: attributesOf(version),
    tags: version.tags,
  };
}

/** A secret as a list shows it: the newest version's properties under an id without a version. */
export function secretItem(origin: string, secret: Secret): object {
  const newest = newestOf(secret);
  return {
    contentType: newest.contentType,
    id: `${origin}/secrets/${secret.name}`,
    ...deletionOf(origin, secret),
    attributes: attributesOf(newest),
    tags: newest.tags,
  };
}

/** A version as the list of versions shows it. */
export function versionItem(origin: string, secret: Secret, version: SecretVersion): object {
  return secretBundle(origin, [secret, version], false);
}

/** The version that `get` without a version answers. */
export function newestOf(secret: Secret): SecretVersion {
  const newest = secret.versions.at(-1);
  if (!newest) throw new Error(`The secret ${secret.name} has no version.`);
  return newest;
}
