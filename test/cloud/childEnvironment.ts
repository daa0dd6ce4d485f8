const inherited = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'USERPROFILE'];

/**
 * The environment of a child process: what any program needs, and what is given. Nothing else is passed on,
 * since proxy settings or credentials of the surrounding shell would change what the child does.
 */
export function childEnvironment(variables: Readonly<Record<string, string>>): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of inherited) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return { ...environment, ...variables };
}
