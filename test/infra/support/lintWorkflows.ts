import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validate } from '@actions/languageservice/validate';
import { TextDocument } from 'vscode-languageserver-textdocument';

/** Prints what GitHub's language service finds in the workflows of the repository that is named, as JSON. */
const root = process.argv[2] ?? '.';
const folder = '.github/workflows';
const files = readdirSync(join(root, folder));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const fileProvider = {
  getFileContent: async ({ path }: { path: string }) => ({ name: path, content: read(path) }),
};

const findings: string[] = [];
for (const name of files) {
  const document = TextDocument.create(`file:///${folder}/${name}`, 'yaml', 0, read(join(folder, name)));
  for (const { range, message } of await validate(document, { fileProvider })) {
    findings.push(`${name}:${range.start.line + 1} ${message}`);
  }
}
console.log(JSON.stringify({ files, findings }));
