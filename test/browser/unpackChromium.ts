import chromium, { inflate } from '@sparticuz/chromium';

/**
 * Unpacks Chromium, its fonts and the libraries that a bare Linux lacks into the temporary folder of this process,
 * which is why it is a process of its own.
 */
await chromium.executablePath();
await inflate(new URL('../bin/al2023.tar.br', import.meta.resolve('@sparticuz/chromium')).pathname);
