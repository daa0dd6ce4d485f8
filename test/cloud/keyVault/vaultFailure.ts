/** A failure in the words of Key Vault: `{ error: { code, message, innererror? } }`. */
export class VaultFailure extends Error {
  readonly status: number;
  readonly code: string;
  readonly innerCode: string | undefined;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { innerCode?: string; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.innerCode = more.innerCode;
    this.headers = more.headers ?? {};
  }

  body(): object {
    const innererror = this.innerCode === undefined ? {} : { innererror: { code: this.innerCode } };
    return { error: { code: this.code, message: this.message, ...innererror } };
  }
}

/** 400, for a request that the vault does not take. */
export function badParameter(message: string): VaultFailure {
  return new VaultFailure(400, 'BadParameter', message);
}

/** 404, for a secret or version that is not there, or not any more. */
export function secretNotFound(name: string, version = ''): VaultFailure {
  const id = version === '' ? name : `${name}/${version}`;
  return new VaultFailure(
    404,
    'SecretNotFound',
    `A secret with (name/id) ${id} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command.`,
  );
}
