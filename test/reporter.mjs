/** Prints the one closing line that CI reads, and fails a run in which a test was skipped. */
export default class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    this.skipped = results.numPendingTests + results.numTodoTests;
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = this.skipped === 0 ? '' : `, ${this.skipped} skipped`;
    console.log(`${results.numPassedTests} passed, ${failed} failed${skipped}`);
  }

  getLastError() {
    return this.skipped === 0 ? undefined : new Error(`${this.skipped} tests were skipped: none may be.`);
  }
}
